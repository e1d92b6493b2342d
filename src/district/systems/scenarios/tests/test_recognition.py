"""A recognition round from its plan to expiry and renewal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import verify
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import actor_for
from district.systems.scenarios.models import Application, Recognition, Review, Round
from district.systems.scenarios.selectors.counting import recognised
from district.systems.scenarios.selectors.recognition import in_force
from district.systems.scenarios.services.applying import object_to
from district.systems.scenarios.services.reviewing import decline_review
from district.systems.scenarios.services.rounds import (
    announce_round,
    decide_objection,
    expire_due,
    fill_reviews,
    plan_round,
    propose_results,
    publish_round,
    revoke_recognition,
    start_review,
)
from district.systems.scenarios.tests.conftest import People
from district.systems.scenarios.tests.recognising import (
    ANSWERS,
    EAST,
    WEST,
    WEST_CODE,
    accepted,
    applied,
    engaged,
    opened,
    reviewed,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
YEAR = StatPeriod(date(2025, 1, 1), date(2025, 12, 31), "year")
THREE = ("王一", "李二", "赵三")


def of(case: Case) -> Application:
    """The application of a case, as it stands now."""
    return Application.objects.select_related("round", "case").get(case=case)


def in_review(people: People) -> tuple[Round, Application, Application]:
    """A round under review of two firms and three experts."""
    row = opened(people)
    for name in THREE:
        engaged(people, name)
    east = accepted(applied(row), people)
    west = accepted(applied(row, WEST, WEST_CODE), people)
    with standing("2025-10-09 10:00"):
        row = start_review(row.pk, actor=people.keeper)
    return row, of(east), of(west)


def published(people: People) -> Recognition:
    """What a round has recognised: the eastern firm's product."""
    row, east, west = in_review(people)
    with standing("2025-10-10 10:00"):
        reviewed(east, 28)
        reviewed(west, 10)
        propose_results(row.pk, actor=people.keeper_head)
    with standing("2025-10-16 10:00"):
        publish_round(row.pk, actor=people.keeper_head)
    return Recognition.objects.get()


def test_a_round_goes_its_whole_way(people: People) -> None:
    row, east, west = in_review(people)
    with standing("2025-10-10 10:00"):
        with pytest.raises(Conflict, match="还有评审没有提交"):
            propose_results(row.pk, actor=people.keeper_head)
        reviewed(east, 28)
        reviewed(west, 20)
        with pytest.raises(NotPermitted):
            propose_results(row.pk, actor=people.keeper)
        row = propose_results(row.pk, actor=people.keeper_head)
        assert (row.state, row.publicity_until) == ("publicity", date(2025, 10, 15))
    east.refresh_from_db()
    west.refresh_from_db()
    assert (east.score, east.rank, east.passed) == (Decimal(84), 1, True)
    assert (west.score, west.rank, west.passed) == (Decimal(60), 2, False)
    assert Case.objects.get(pk=west.case_id).stage == "refused"
    with standing("2025-10-15 10:00"), pytest.raises(Conflict, match="公示还没有结束"):
        publish_round(row.pk, actor=people.keeper_head)
    with standing("2025-10-16 10:00"):
        publish_round(row.pk, actor=people.keeper_head)
        found = Recognition.objects.get()
        assert (found.valid_from, found.valid_until) == (date(2025, 10, 16), date(2027, 10, 15))
        url = reverse("scenarios_catalogue", args=["three_new"])
        page = Client().get(url).content.decode()
        assert found.number in page
        assert "巡检机器人" in page
        for kind in ("docx", "xlsx"):
            assert len(Client().get(url, {"format": kind}).content) > 100
        assert recognised("three_new")(YEAR) == {"9-D05": 1, "9": 1}
        assert recognised("selected_factory")(YEAR) == {"9": 0}
    assert Case.objects.get(pk=east.case_id).stage == "recognised"
    assert in_force("three_new", date(2027, 10, 15)).exists()
    assert not in_force("three_new", date(2027, 10, 16)).exists()
    assert verify().sound


def test_what_expires_is_noted_once_and_may_be_renewed_before(people: People) -> None:
    known = published(people)
    with standing("2027-07-01 10:00"):
        row = opened(people, opens_on=date(2027, 7, 1), closes_on=date(2027, 9, 1))
        with pytest.raises(Invalid) as refused:
            applied(row, renews=known.number)
        assert refused.value.field == "renews"
    with standing("2027-08-01 10:00"):
        with pytest.raises(Invalid, match="没有这个单位的这项认定"):
            applied(row, WEST, WEST_CODE, renews=known.number)
        case = accepted(applied(row, renews=known.number), people)
    with standing("2027-09-05 10:00"):
        start_review(row.pk, actor=people.keeper)
        reviewed(of(case), 30)
        propose_results(row.pk, actor=people.keeper_head)
    with standing("2027-09-20 10:00"):
        assert expire_due() == 0
        publish_round(row.pk, actor=people.keeper_head)
    known.refresh_from_db()
    after = known.renewed_by
    assert after is not None
    assert after.valid_from == date(2027, 10, 16)
    assert [one.pk for one in in_force("three_new", date(2027, 10, 15))] == [known.pk]
    assert [one.pk for one in in_force("three_new", date(2027, 10, 16))] == [after.pk]
    with standing("2027-10-16 01:00"):
        assert (expire_due(), expire_due()) == (1, 0)


def test_a_recognition_is_revoked_with_a_reason(people: People) -> None:
    known = published(people)
    with standing("2025-11-01 10:00"):
        with pytest.raises(NotPermitted):
            revoke_recognition(known.pk, "弄虚作假", actor=people.keeper)
        with pytest.raises(Invalid):
            revoke_recognition(known.pk, " ", actor=people.keeper_head)
        page = people.client("keeper_head").get(known.get_absolute_url()).content.decode()
        assert "撤销原因" in page
        revoke_recognition(known.pk, "弄虚作假", actor=people.keeper_head)
        with pytest.raises(Conflict):
            revoke_recognition(known.pk, "再撤", actor=people.keeper_head)
    assert not in_force("three_new", date(2025, 11, 1)).exists()
    assert in_force("three_new", date(2025, 10, 31)).exists()


def test_an_objection_upheld_ends_one_application_and_holds_up_the_round(people: People) -> None:
    row, east, west = in_review(people)
    given = {"name": "李小寒", "phone": "13900139000", "text": "这个产品是我公司先做出来的。"}
    with standing("2025-10-10 10:00"):
        reviewed(east, 28)
        reviewed(west, 26)
        propose_results(row.pk, actor=people.keeper_head)
        said = object_to(west.pk, key="k1", **given)
        assert object_to(west.pk, key="k1", **given).pk == said.pk
        assert "李小寒" not in said.name
        with pytest.raises(Invalid):
            object_to(west.pk, key="k2", **{**given, "name": ""})
    with standing("2025-10-16 10:00"):
        with pytest.raises(Conflict, match="公示期"):
            object_to(west.pk, key="k3", **given)
        with pytest.raises(Conflict, match="异议没有结论"):
            publish_round(row.pk, actor=people.keeper_head)
        with pytest.raises(NotPermitted):
            decide_objection(said.pk, upheld=True, answer="属实", actor=people.keeper)
        decide_objection(said.pk, upheld=True, answer="经核查属实。", actor=people.keeper_head)
        publish_round(row.pk, actor=people.keeper_head)
    assert Case.objects.get(pk=west.case_id).stage == "refused"
    assert [one.organisation for one in Recognition.objects.all()] == [EAST]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("applicant", {"applicant": " "}),
        ("code", {"code": "91440300MA5DEMO00X"}),
        ("subject", {"subject": ""}),
        ("text", {"text": "太短"}),
        ("phone", {"phone": "x"}),
        ("patents", {"answers": {**ANSWERS, "patents": "1.5"}}),
        ("months", {"answers": {**ANSWERS, "months": None}}),
        ("category", {"answers": {**ANSWERS, "category": "magic"}}),
    ],
)
def test_what_an_applicant_writes_wrong_names_its_field(
    people: People, field: str, wrong: dict[str, Any]
) -> None:
    row = opened(people)
    with pytest.raises(Invalid) as refused:
        applied(row, **wrong)
    assert refused.value.field == field
    assert not Case.objects.exists()


def test_the_window_opens_and_closes_and_a_firm_applies_once(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        opened(people, closes_on=date(2025, 9, 25))
    assert refused.value.field == "closes_on"
    day = date(2025, 9, 22)
    with pytest.raises(NotPermitted):
        plan_round("three_new", "别人的", day, date(2025, 10, 9), actor=people.bureau)
    row = opened(people, opens_on=date(2025, 9, 25), closes_on=date(2025, 10, 9))
    with pytest.raises(Conflict, match="申报时间"):
        applied(row)
    with standing("2025-10-09 23:00"):
        assert applied(row) == applied(row)
        with pytest.raises(Invalid, match="已经用这个名称"):
            applied(row, key="recognition:other")
    with standing("2025-10-10 00:10"), pytest.raises(Conflict, match="申报时间"):
        applied(row, WEST, WEST_CODE)
    with pytest.raises(Conflict, match="不能这样办"):
        announce_round(row.pk, actor=people.keeper)


def test_too_few_free_experts_hold_up_the_review(people: People) -> None:
    row = opened(people)
    for name, employer in (("王一", "大学"), ("李二", "大学"), ("钱四", EAST)):
        engaged(people, name, employer)
    case = accepted(applied(row), people)
    with pytest.raises(Conflict, match="还没有截止"):
        start_review(row.pk, actor=people.keeper)
    with standing("2025-10-09 10:00"):
        with pytest.raises(Conflict, match=case.number):
            start_review(row.pk, actor=people.keeper)
        assert not Review.objects.exists()
        assert Case.objects.get(pk=case.pk).stage == "accepted"
        engaged(people, "赵三")
        start_review(row.pk, actor=people.keeper)
        review = Review.objects.select_related("expert__member").first()
        assert review is not None
        decline_review(review.pk, "认出了申请单位", actor=actor_for(review.expert.member))
        with pytest.raises(Conflict, match=case.number):
            fill_reviews(row.pk, actor=people.keeper)


def test_what_is_not_checked_holds_up_and_what_is_not_completed_lapses(people: People) -> None:
    row = opened(people)
    for name in THREE:
        engaged(people, name)
    late = Case.objects.get(number=applied(row).number)
    accepted(applied(row, WEST, WEST_CODE), people)
    with standing("2025-10-09 10:00"):
        with pytest.raises(Conflict, match="没有形式审查"):
            start_review(row.pk, actor=people.keeper)
        perform(late.pk, "ask_completion", actor=people.keeper, data={"text": "请补充"})
        start_review(row.pk, actor=people.keeper)
    assert Case.objects.get(pk=late.pk).stage == "refused"
    assert Application.objects.get(case=late).alias is None
