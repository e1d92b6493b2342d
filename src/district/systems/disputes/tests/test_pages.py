"""The pages: who sees what, what they do, figures that recount, at most ten statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.cases.public import Case, desks_of, perform
from district.kernel.measures.public import StatPeriod
from district.systems.disputes.models import CaseParty, Document
from district.systems.disputes.names import COURT, LEGAL_AID, MEDIATION, PETITION, TYPES
from district.systems.disputes.selectors import figures
from district.systems.disputes.selectors.figures import month_figures
from district.systems.disputes.services import carry, make_document
from district.systems.disputes.tests.conftest import ClientOf, Opened, People, standing

pytestmark = pytest.mark.django_db
SEPTEMBER = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")


def told(
    opened: Opened, people: People, *, agree: bool = True, at: str = "2025-09-23 10:00"
) -> Case:
    """A mediation that ended at that moment."""
    case = opened()
    perform(case.pk, "accept", actor=people.east)
    with standing(at):
        if agree:
            return perform(case.pk, "agree", actor=people.east, data={"result": "付清。"})
        failed = {"why_failed": "apart", "text": "差距大"}
        return perform(case.pk, "fail", actor=people.east, data=failed)


def test_a_dispute_is_written_down_at_a_counter_and_its_file_opened(
    people: People, client_of: ClientOf
) -> None:
    client = client_of("east")
    given = {
        "text": "张三丰说楼上好邻居夜里装修，睡不着觉。",
        "dispute_kind": "neighbour",
        "claims": "夜里不要装修",
        "street": "901",
        "applicant_kind": "person",
        "applicant_name": "张三丰",
        "applicant_phone": "13800138000",
        "respondent_kind": "person",
        "respondent_name": "好邻居",
        "key": "one",
    }
    answer = client.post("/disputes/new/mediation/", given)
    case = Case.objects.get(type_key=MEDIATION)
    assert answer["Location"] == f"/cases/{case.pk}/"
    client.post("/disputes/new/mediation/", given)
    assert Case.objects.count() == 1
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "申请人说楼上被申请人夜里装修" in page
    assert "张三丰" not in page
    assert f"/disputes/cases/{case.pk}/" in page
    file = client.get(f"/disputes/cases/{case.pk}/").content.decode()
    assert "张三丰" not in file
    shown = client.post(f"/disputes/cases/{case.pk}/parties/", {"reason": "通知到场"})
    assert "张三丰" in shown.content.decode()
    assert client.post(f"/disputes/cases/{case.pk}/parties/", {"reason": ""}).status_code == 302
    client.post(
        f"/disputes/cases/{case.pk}/party/", {"role": "third", "kind": "person", "name": "王五"}
    )
    assert CaseParty.objects.filter(case=case, role="third").exists()
    wrong = client.post(
        f"/disputes/cases/{case.pk}/party/", {"role": "third", "kind": "person", "name": ""}
    )
    assert wrong.status_code == 422


def test_what_is_missing_or_wrong_is_said_at_its_field(people: People, client_of: ClientOf) -> None:
    client = client_of("east")
    for type_key in (MEDIATION, LEGAL_AID, "arbitration", PETITION):
        assert client.get(f"/disputes/new/{type_key}/").status_code == 200
        assert client.post(f"/disputes/new/{type_key}/", {}).status_code == 422
    page = client.post(
        "/disputes/new/mediation/",
        {
            "text": "手机13800138000",
            "dispute_kind": "loan",
            "claims": "还钱",
            "applicant_kind": "person",
            "applicant_name": "甲乙",
            "respondent_kind": "person",
            "amount": "-1",
        },
    )
    assert page.status_code == 422
    assert client.get("/disputes/new/court_handover/").status_code == 404
    assert client_of("viewer").get("/disputes/new/mediation/").status_code == 403


def test_a_case_is_carried_on_and_a_document_made_and_downloaded(
    opened: Opened, people: People, client_of: ClientOf
) -> None:
    case = told(opened, people)
    client = client_of("east")
    way = f"/disputes/cases/{case.pk}/carry/{COURT}/"
    page = client.get(way).content.decode()
    assert "一并转去，不再询问" in page
    assert "[(" not in page
    assert 'name="purpose"' in page
    assert 'name="claims"' not in page
    assert client.post(way, {}).status_code == 422
    client.post(way, {"purpose": "confirmation", "key": "c1"})
    court = Case.objects.get(type_key=COURT)
    assert court.number in client.get(f"/disputes/cases/{case.pk}/").content.decode()
    assert client.get(way).status_code == 409
    client.post(f"/disputes/cases/{case.pk}/document/", {"kind": "agreement"})
    paper = Document.objects.get(case=case)
    answer = client.post(f"/disputes/documents/{paper.pk}/")
    assert answer.content.startswith(b"PK")
    assert f'filename="{paper.number}.docx"' in answer["Content-Disposition"]
    assert client.get(f"/disputes/documents/{paper.pk}/").status_code == 405
    assert client_of("west").post(f"/disputes/documents/{paper.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["west", "arbitration", "petitions", "leader", "planner", "viewer"])
def test_strangers_are_refused_on_every_page_and_in_the_lists(
    opened: Opened, people: People, client_of: ClientOf, who: str
) -> None:
    case = told(opened, people)
    paper = make_document(case.pk, "agreement", actor=people.east)
    client = client_of(who)
    base = f"/disputes/cases/{case.pk}/"
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert client.get(base).status_code == 404
    assert client.get(f"{base}carry/{COURT}/").status_code == 404
    for part in ("parties", "party", "document"):
        data = {"reason": "看看", "kind": "agreement", "role": "third", "name": "王五"}
        assert client.post(f"{base}{part}/", data).status_code in (404, 422)
    assert client.post(f"/disputes/documents/{paper.pk}/").status_code == 404
    for address in ("/registers/cases-mediation/", "/api/registers/cases-mediation"):
        answer = client.get(address)
        assert answer.status_code in (200, 403)
        assert case.number not in answer.content.decode()


def test_desks_show_what_waits_for_the_own_unit(
    opened: Opened, people: People, client_of: ClientOf
) -> None:
    case = opened()
    east, west = client_of("east"), client_of("west")
    page = east.get("/disputes/mediation/desks/handling/").content.decode()
    assert case.number in page
    assert case.number not in west.get("/disputes/mediation/desks/handling/").content.decode()
    for key in TYPES:
        for desk in desks_of(key):
            assert east.get(f"/disputes/{key}/desks/{desk.key}/").status_code == 200
    assert east.get("/disputes/mediation/desks/nothing/").status_code == 404
    assert east.get("/disputes/appeal/desks/triage/").status_code == 404
    assert client_of("viewer").get("/disputes/").status_code == 403


def test_every_figure_of_the_month_recounts_to_itself(
    opened: Opened, people: People, client_of: ClientOf
) -> None:
    told(opened, people)
    told(opened, people, agree=False)
    told(opened, people, at="2025-11-20 10:00")  # long over its term, and of another month
    court = carry(told(opened, people).pk, COURT, actor=people.east, facts={"purpose": "filing"})
    perform(court.pk, "hand_over", actor=people.east, data={"purpose": "filing"})
    opened(facts={"dispute_kind": "loan"})
    client = client_of("justice")
    found = month_figures(people.justice, 2025, 9)
    counted = [figure for block in found.blocks for _label, figure in block.figures]
    for line in found.by_unit:
        counted += [line.reported, line.finished, line.agreed]
    assert len(counted) >= 18
    for figure in counted:
        recount = client.get(f"{figure.url}&format=json").json()["figure"]
        assert recount == figure.value, figure.where
    mediation = found.blocks[0]
    assert [figure.value for _label, figure in mediation.figures] == [5, 3, 2, 0]
    assert mediation.rate == Decimal("66.67")
    november = month_figures(people.justice, 2025, 11).blocks[0]
    assert [figure.value for _label, figure in november.figures] == [0, 1, 1, 1]
    assert november.in_time == Decimal("0.00")
    assert [
        figure.value for _l, figure in month_figures(people.west, 2025, 9).blocks[0].figures
    ] == [0] * 4


def test_measures_count_by_unit_and_for_the_whole_district(opened: Opened, people: People) -> None:
    told(opened, people)
    told(opened, people, agree=False)
    assert figures.mediated(SEPTEMBER)["901"] == 2
    assert figures.mediated(SEPTEMBER)["9"] == 2
    assert figures.mediation_success(SEPTEMBER) == {"901": Decimal("50.00"), "9": Decimal("50.00")}
    assert figures.mediation_in_time(SEPTEMBER)["9"] == Decimal("100.00")
    case = opened(LEGAL_AID)
    data = {"aid_form": "representation", "means": "exempt"}
    perform(case.pk, "grant", actor=people.justice, data=data)
    perform(case.pk, "assign_lawyer", actor=people.justice, data={"law_firm": "东方所"})
    done = {"result": "执行到位。", "recovered": "25000"}
    perform(case.pk, "finish_aid", actor=people.justice, data=done)
    assert figures.aid_granted(SEPTEMBER)["9"] == 1
    assert figures.aid_recovered(SEPTEMBER) == {"9": Decimal("2.5"), "9-D01": Decimal("2.5")}
    assert figures.centres(SEPTEMBER) == {"9": 1}
    assert figures.handed_over(SEPTEMBER) == {"9": 0}
    for compute in (
        figures.aid_in_time,
        figures.arbitrated,
        figures.arbitration_in_time,
        figures.petitions_answered,
        figures.petitions_in_time,
    ):
        compute(SEPTEMBER)


def test_pages_keep_to_ten_statements(opened: Opened, people: People, client_of: ClientOf) -> None:
    case = told(opened, people)
    carry(case.pk, COURT, actor=people.east, facts={"purpose": "filing"})
    carry(case.pk, LEGAL_AID, actor=people.east)
    make_document(case.pk, "agreement", actor=people.east)
    for _more in range(12):
        opened()
    client = client_of("east")
    addresses = (
        "/disputes/",
        "/disputes/figures/",
        "/disputes/mediation/desks/handling/",
        "/disputes/new/mediation/",
        f"/disputes/cases/{case.pk}/",
        f"/cases/{case.pk}/",
        "/registers/disputes-centres/",
    )
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 10, (address, [row["sql"][:150] for row in asked])
