"""What a firm does: applies, confirms, raises requests and rates them, looks for space, says what
the register has wrong. And that a page takes few statements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Actor, Subject, events_of
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.services.telling import tell
from district.systems.policies.models import Push
from district.systems.policies.services.applications import offer
from district.systems.spaces.models import Demand
from district.systems.virtual_park.models import FirmRequest
from district.systems.virtual_park.selectors.disclosed import Disclosed, disclosed
from district.systems.virtual_park.services.disclosing import disclose
from district.systems.virtual_park.services.doing import (
    Asked,
    apply,
    save_space_demand,
    say_otherwise,
    wish_visit,
)
from district.systems.virtual_park.tests.conftest import LOADER, PNG, People
from district.systems.virtual_park.tests.world import World, build, estate, policy_of

pytestmark = pytest.mark.django_db


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("审计报告.png", PNG, "image/png")


def test_a_policys_page_says_why_and_an_application_opens(bound: People) -> None:
    policy = policy_of(bound, "制造业奖励", 'industry under "C" and revenue >= 2000')
    nearly = policy_of(bound, "大企业奖励", 'industry under "C" and revenue >= 9000')
    unknown = policy_of(bound, "研发奖励", 'industry under "C" and rd_share >= 5')
    client = bound.client("east")
    page = client.get(reverse("park_policies")).content.decode()
    assert page.index("制造业奖励") < page.index("只差一项") < page.index("大企业奖励")
    assert page.index("大企业奖励") < page.index("数据不全") < page.index("研发奖励")
    assert "还差：营业收入" in page
    assert "缺少数据：研发费用占比" in page
    one = client.get(reverse("park_policy", args=[policy.pk])).content.decode()
    assert "登记数据：3000万元" in one
    assert "只差一项" in client.get(reverse("park_policy", args=[nearly.pk])).content.decode()
    assert (
        reverse("park_say")
        in client.get(reverse("park_policy", args=[unknown.pk])).content.decode()
    )
    url = reverse("park_apply", args=[policy.pk])
    wrong = bound.post(client, url, "east", asked="51", note="说明", key="k")
    assert wrong.status_code == 422
    assert "说明" in wrong.content.decode()
    assert not Case.objects.exists()
    data = {"asked": "20", "note": "请审核", "key": "k", "files": _file()}
    done = bound.post(client, url, "east", **data)
    case = Case.objects.get()
    assert done["Location"] == reverse("park_application", args=[case.pk])
    again = bound.post(client, url, "east", asked="20", note="请审核", key="k")
    assert again["Location"] == done["Location"]
    assert case.reporters.count() == 1
    page = client.get(done["Location"]).content.decode()
    assert "审计报告.png" in page
    assert "已收到" in page


def test_completing_giving_up_and_the_result(bound: People) -> None:
    policy = policy_of(bound, "在营企业奖励")
    case = apply(bound.acting("east"), policy.pk, Asked(Decimal(5), "", "k"), [])
    officer = bound.actor("industry")
    client, url = bound.client("east"), reverse("park_application", args=[case.pk])
    perform(case.pk, "ask_supplement", actor=officer, data={"text": "请补充合同"})
    assert "请补充合同" in client.get(url).content.decode()
    assert (
        reverse("park_application", args=[case.pk]) in client.get(reverse("park")).content.decode()
    )
    sent = {"do": "complete", "text": "合同已补充", "round": "1", "files": _file()}
    assert bound.post(client, url, "east", **sent).status_code == 302
    case.refresh_from_db()
    assert case.stage == "submitted"
    empty = bound.post(client, url, "east", do="give_up", text="", round="2")
    assert empty.status_code == 422
    assert bound.post(client, url, "east", do="pay", text="x", round="2").status_code == 404
    bound.post(client, url, "east", do="give_up", text="不再需要", round="2")
    case.refresh_from_db()
    assert case.stage == "lapsed"
    kinds = [event.data["what"] for event in events_of(_subject(bound)) if "what" in event.data]
    assert kinds == ["give_up", "complete", "apply"]
    assert events_of(_subject(bound))[0].actor.kind == "outside"


def _subject(people: People, firm: str = "east") -> Subject:
    return Subject("virtual_park.firm", str(people.acting(firm).firm.pk))


def test_what_needs_no_application_is_confirmed_by_the_firm(bound: People) -> None:
    from dataclasses import replace

    from district.systems.policies.selectors.rights import terms_of
    from district.systems.policies.services.policies import publish_policy, save_policy

    policy = policy_of(bound, "在营企业奖励")
    terms = replace(terms_of(policy), without_application=True)
    save_policy(terms, policy_id=policy.pk, actor=bound.actor("industry"))
    publish_policy(policy.pk, actor=bound.actor("head"))
    case = offer(policy.pk, bound.firms["east"].code, actor=bound.actor("industry"))
    client, url = bound.client("east"), reverse("park_application", args=[case.pk])
    assert "企业确认" in client.get(url).content.decode()
    west = bound.client("west")
    assert bound.post(west, url, "west", do="confirm", round="1").status_code == 404
    assert bound.post(client, url, "east", do="confirm", text="", round="1").status_code == 302
    case.refresh_from_db()
    assert case.stage == "decision"


def test_reading_a_policy_notes_the_push_as_read(staffed: People) -> None:
    world = build(staffed)
    code = staffed.firms["east"].code
    staffed.client("east", "spaces").get(reverse("park"))
    assert Push.objects.get(code=code).read_at is None
    staffed.client("east", "reader").get(reverse("park_policy", args=[world.policy.pk]))
    assert Push.objects.get(code=code).read_at is not None
    assert Push.objects.exclude(code=code).get().read_at is None


def test_a_request_is_answered_and_rated(bound: People) -> None:
    client = bound.client("east")
    data = {"kind": "labour", "industry": "manufacturing", "text": "急缺技工，请帮助招聘",
            "key": "k", "files": _file()}  # fmt: skip
    assert bound.post(client, reverse("park_request_new"), "east", **data).status_code == 302
    row = FirmRequest.objects.get()
    case, url = row.case, reverse("park_request", args=[row.pk])
    assert (case.source, case.street_unit_id) == ("web", "901")
    assert bound.post(client, url, "east", do="add", text="要二十人", round="0").status_code == 302
    desk = Actor.system("cases")
    assert desk.kind == "system"
    perform(case.pk, "dispatch", actor=desk, data={"lead_unit": "901"})
    east = bound.actor("east")
    perform(case.pk, "accept", actor=east)
    perform(case.pk, "finish", actor=east, data={"result": "已组织专场招聘"})
    page = client.get(url).content.decode()
    assert "已组织专场招聘" in page
    assert "急缺技工" in page
    assert "已办结，请评价" in client.get(reverse("park")).content.decode()
    for word in ("", "no_answer"):
        answer = bound.post(client, url, "east", do="rate", satisfaction=word, round="4")
        assert answer.status_code == 422
    bound.post(client, url, "east", do="rate", satisfaction="satisfied", text="谢谢", round="4")
    case.refresh_from_db()
    assert (case.stage, case.satisfaction) == ("closed", "satisfied")


def test_demands_are_matched_among_vacant_units_only(bound: People) -> None:
    estate()
    east = bound.acting("east")
    key = save_space_demand(east, {"use": "精密加工", "area_from": Decimal(900)})
    client = bound.client("east")
    page = client.get(reverse("park_demand", args=[key])).content.decode()
    assert "一栋1单元" in page
    assert "一栋3单元" not in page
    assert "不公开的租户公司" not in client.get(reverse("park_spaces")).content.decode()
    row = Demand.objects.get()
    assert (row.firm, row.firm_code, row.lead_unit_id) == (
        "东方精工有限公司", bound.firms["east"].code, "9-D05",
    )  # fmt: skip
    # The height of the units is not on record: they may fit, and the page says what is to be asked.
    Demand.objects.update(height=Decimal(5))
    page = client.get(reverse("park_demand", args=[key])).content.decode()
    assert page.index("核实后可能符合") < page.index("一栋1单元") < page.index("待核实：层高")
    wrong = {"use": "加工", "area_from": "100", "area_to": "50"}
    answer = bound.post(client, reverse("park_demand_edit", args=[key]), "east", **wrong)
    assert answer.status_code == 422


def test_a_firm_says_when_it_would_see_a_unit(staffed: People) -> None:
    world: World = build(staffed)
    case_id = world.own["east"].ids["case_id"][2]
    from datetime import date

    east = staffed.acting("east", "spaces")
    with pytest.raises(Invalid):
        wish_visit(east, case_id, date(2025, 9, 21), "")
    wish_visit(east, case_id, date(2025, 9, 25), "下午最好")
    assert Case.objects.get(pk=case_id).facts["wish_on"] == "2025-09-25"
    client = staffed.client("east", "spaces")
    url = reverse("park_offer_decline", args=[case_id])
    staffed.post(client, url, "east", reason="太远了")
    assert Case.objects.get(pk=case_id).stage == "declined"
    with pytest.raises(Conflict):
        wish_visit(east, case_id, date(2025, 9, 25), "")


def test_what_a_firm_says_of_itself_is_trusted_least(bound: People) -> None:
    firm = bound.firms["east"]
    east = bound.acting("east")
    say_otherwise(east, {"staff": 99, "patents": 7})
    row = Enterprise.objects.get(pk=firm.pk)
    assert (row.staff, row.patents) == (60, 7)
    with pytest.raises(Invalid):
        say_otherwise(east, {"status": "active"})
    with pytest.raises(Conflict):
        say_otherwise(east, {"staff": None})
    page = bound.client("east").get(reverse("park_profile")).content.decode()
    assert "另有说法：99" in page
    tell(firm.pk, {"patents": 3}, actor=LOADER, source="market_registry")
    assert Enterprise.objects.get(pk=firm.pk).patents == 3


def test_nothing_is_disclosed_that_the_firm_has_not_opened(bound: People) -> None:
    east, west = bound.acting("east"), bound.acting("west")
    assert disclosed([east.id, west.id]) == {}
    with pytest.raises(Invalid):
        disclose(east, Disclosed(shows_products=True, products=" "))
    disclose(east, Disclosed(True, "精密轴承", False, "0755-28900000"))
    assert disclosed([east.id, west.id]) == {east.id: Disclosed(True, "精密轴承", False, "")}
    tell(bound.firms["east"].pk, {"status": "revoked"}, actor=LOADER)
    from district.systems.virtual_park.services.keeping import follow_register

    follow_register()
    assert disclosed([east.id]) == {}


PAGES = ("park", "park_people", "park_policies", "park_applications", "park_requests",
         "park_spaces", "park_scenarios", "park_activities_own", "park_profile",
         "park_partners", "park_partner_requests", "park_products", "park_account")  # fmt: skip


def test_no_page_takes_more_than_ten_statements(
    staffed: People, django_assert_max_num_queries: Any
) -> None:
    world = build(staffed)
    client = staffed.client("east")
    client.get(reverse("park"))
    own = world.own["east"].ids
    urls = [reverse(name) for name in PAGES]
    urls += [
        reverse("park_partners") + "?q=连接器&amount=10万只",
        reverse("park_partners") + "?direction=buyers&q=连接器",
        reverse("park_partner", args=[world.south.pk]),
        reverse("park_partner_request", args=[own["request_id"][0]]),
        reverse("park_product", args=[own["product_id"][0]]),
        reverse("park_policy", args=[world.policy.pk]),
        reverse("park_apply", args=[world.policy.pk]),
        reverse("park_application", args=[own["case_id"][0]]),
        reverse("park_request", args=[own["case_id"][1]]),
        reverse("park_offer", args=[own["case_id"][2]]),
        reverse("park_demand", args=[own["key"][0]]),
        reverse("park_entry", args=[own["entry_id"][0]]),
        reverse("park_activity_own", args=[world.activity.pk]),
    ]
    client.get(urls[-8]), client.get(urls[-1])  # what was pushed is noted as read once
    client.get(reverse("park_partners") + "?q=连接器")  # where units lie is kept for a minute
    for url in urls:
        with django_assert_max_num_queries(10):
            assert client.get(url).status_code == 200, url
