"""Firm against firm, reviewers who are blind, experts with ties; and the pages of a round."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.base.tickets import Ticket, Tickets
from district.kernel.cases.public import (
    Case,
    CaseStep,
    perform,
    public_status,
    visible_cases,
)
from district.kernel.organisation.public import actor_for, assign
from district.systems.scenarios.models import Objection, Review, Round
from district.systems.scenarios.names import RECOGNITION
from district.systems.scenarios.selectors.recognition import (
    applications_of,
    review_for,
    reviews_of,
)
from district.systems.scenarios.services.applying import answer
from district.systems.scenarios.services.experts import declare_interest
from district.systems.scenarios.services.reviewing import submit_review
from district.systems.scenarios.services.rounds import (
    fill_reviews,
    propose_results,
    start_review,
)
from district.systems.scenarios.tests.conftest import LOADER, People
from district.systems.scenarios.tests.recognising import (
    EAST,
    EAST_CODE,
    WEST,
    WEST_CODE,
    accepted,
    applied,
    engaged,
    opened,
    points,
    reviewed,
)
from district.systems.scenarios.tests.test_recognition import THREE, in_review, of
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def test_an_application_is_completed_by_its_own_applicant_alone(people: People) -> None:
    row = opened(people)
    east, west = applied(row), applied(row, WEST, WEST_CODE)
    case = Case.objects.get(number=east.number)
    perform(case.pk, "ask_completion", actor=people.keeper, data={"text": "请补充专利证明"})
    assert public_status(east.number, west.code) is None
    status = public_status(east.number, east.code)
    assert status is not None
    steps = CaseStep.objects.filter(case=case).count()
    url = reverse("scenarios_status")
    page = Client().post(url, {"number": east.number, "code": east.code}).content.decode()
    assert "请补充专利证明" in page
    assert WEST not in page
    answer(status, "complete", {"text": "已补充", "patents": "5"}, round_=steps)
    assert of(case).answers["patents"] == 5
    assert Case.objects.get(pk=case.pk).stage == "check"
    assert Client().post(url, {"number": west.number, "code": east.code}).status_code == 404


def test_an_applicant_reads_no_score_before_the_result_and_none_of_another(
    people: People,
) -> None:
    row = opened(people)
    for name in THREE:
        engaged(people, name)
    receipts = [applied(row), applied(row, WEST, WEST_CODE)]
    cases = [accepted(one, people) for one in receipts]

    def page(at: int) -> str:
        given = {"number": receipts[at].number, "code": receipts[at].code}
        return Client().post(reverse("scenarios_status"), given).content.decode()

    with standing("2025-10-09 10:00"):
        start_review(row.pk, actor=people.keeper)
        reviewed(of(cases[0]), 28)
        reviewed(of(cases[1]), 21)
        assert "得分84" not in page(0)
        propose_results(row.pk, actor=people.keeper_head)
        assert "得分84" in page(0)
        assert "得分63" not in page(0)
        assert "得分63" in page(1)
        assert "得分84" not in page(1)


def test_units_that_do_not_keep_the_scheme_see_no_application(people: People) -> None:
    row, east, _west = in_review(people)
    for stranger in ("bureau", "bureau_head", "east", "viewer"):
        assert not visible_cases(people.actors[stranger], RECOGNITION).exists()
        url = reverse("case", args=[east.case_id])
        assert people.client(stranger).get(url).status_code == 404
    page = people.client("planner").get(row.get_absolute_url()).content.decode()
    assert "cases-recognition" not in page  # a number that they could not open
    assert EAST not in page
    assert not applications_of(row, people.bureau).exists()
    assert applications_of(row, people.keeper).count() == 2


def test_reviewers_read_no_applicant_and_no_score_before_all_are_in(people: People) -> None:
    row, east, _west = in_review(people)
    first, *others = east.reviews.select_related("expert__member")
    client = people.client(first.expert.member.name)
    case_page = reverse("case", args=[east.case_id])
    with standing("2025-10-09 11:00"):
        url = first.get_absolute_url()
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url).content.decode()
        assert len(queries) <= 10
        assert "巡检机器人" in page
        assert "〔申请单位〕" in page
        for told in (EAST, EAST_CODE, "东江智飞", "三个客户", "张小满", "13800138000"):
            assert told not in page
        assert client.get(case_page).status_code == 404
        assert people.client(others[0].expert.member.name).get(url).status_code == 404
        wrong = {"points_novelty": "41", "grounds_novelty": "短"}
        assert client.post(url, wrong).status_code == 422
        given = {
            f"{part}_{key}": value
            for key in ("novelty", "maturity", "reach")
            for part, value in (("points", "25.5"), ("grounds", "样机已经看过，理由充分。"))
        }
        assert client.post(url, given).status_code == 302
        assert client.post(url, given).status_code == 422
        head = people.client("keeper_head")
        assert "76.5" not in head.get(case_page).content.decode()
        assert "其他专家的总分" not in client.get(url).content.decode()
        for other in others:
            submit_review(other.pk, *points(row, 20), actor=actor_for(other.expert.member))
        with CaptureQueriesContext(connection) as queries:
            shown = head.get(case_page).content.decode()
        assert len(queries) <= 10
        assert "76.5" in shown
        assert "其他专家的总分" in client.get(url).content.decode()


def test_an_expert_with_a_tie_is_refused_everywhere_whatever_their_rights(people: People) -> None:
    tied = engaged(people, "钱四", EAST, EAST_CODE)
    # They are an officer of the very unit that runs the round as well.
    assign(tied.member_id, "9-D05", "officer", actor=LOADER)
    row, east, _west = in_review(people)
    assert not Review.objects.filter(application=east, expert=tied).exists()
    actor = actor_for(tied.member)
    assert east.case_id not in [case.pk for case in visible_cases(actor, RECOGNITION)]
    assert east.pk not in [one.pk for one in applications_of(row, actor)]
    client = people.client("钱四")
    with standing("2025-10-09 11:00"):
        assert EAST not in client.get(row.get_absolute_url()).content.decode()
        assert client.get(reverse("case", args=[east.case_id])).status_code == 404
        listed = client.get(reverse("register_list", args=["cases-recognition"]))
        assert listed.status_code == 200
        assert EAST not in listed.content.decode()
        with pytest.raises(NotPermitted):
            perform(east.case_id, "accept", actor=actor)
        # Even a review that somebody put there does not open.
        forced = Review.objects.create(application=east, expert=tied)
        assert client.get(forced.get_absolute_url()).status_code == 404
        with pytest.raises(NotFound):
            submit_review(forced.pk, *points(row, 30), actor=actor)
        assert forced not in reviews_of(tied)


def test_a_tie_declared_later_takes_the_review_out(people: People) -> None:
    engaged(people, "孙五")
    row, east, _west = in_review(people)
    review = east.reviews.select_related("expert__member").first()
    assert review is not None
    actor = actor_for(review.expert.member)
    with standing("2025-10-09 11:00"):
        submit_review(review.pk, *points(row, 30), actor=actor)
        declare_interest({"kind": "shares", "firm": EAST, "firm_code": ""}, actor=actor)
        with pytest.raises(NotFound):
            review_for(review.pk, actor)
        review.refresh_from_db()
        assert review.state == Review.State.DECLINED
        assert fill_reviews(row.pk, actor=people.keeper) == 1
        lasting = east.reviews.exclude(state=Review.State.DECLINED)
        assert lasting.count() == 3
        assert review.expert_id not in lasting.values_list("expert", flat=True)


def test_a_round_is_run_on_its_pages(people: People) -> None:
    client, head = people.client("keeper"), people.client("keeper_head")
    new = reverse("scenarios_round_new")
    assert people.client("bureau").get(new).status_code == 403
    given = {
        "scheme_key": "three_new",
        "title": "第二批",
        "opens_on": "2025-09-22",
        "closes_on": "2025-10-01",
    }
    assert client.post(new, {**given, "closes_on": "2025-09-23"}).status_code == 422
    assert client.post(new, given).status_code == 302
    row, nobody = Round.objects.get(), Client()
    public = reverse("scenarios_public_round", args=[row.number])
    assert nobody.get(public).status_code == 404
    assert client.post(row.get_absolute_url(), {"do": "announce"}).status_code == 302
    assert client.post(row.get_absolute_url(), {"do": "propose"}).status_code == 403
    assert client.post(row.get_absolute_url(), {"do": "review"}).status_code == 409
    assert nobody.get(reverse("scenarios_apply", args=[row.number])).status_code == 200
    expert = engaged(people, "王一")
    applied(row)
    case = Case.objects.get()
    for who, name, args in (
        (client, "scenarios_rounds", []),
        (client, "scenarios_round", [row.pk]),
        (client, "scenarios_desk", ["check"]),
        (client, "scenarios_experts", []),
        (client, "scenarios_expert", [expert.pk]),
        (client, "scenarios_recognitions", []),
        (people.client("王一"), "scenarios_reviews", []),
        (head, "case", [case.pk]),
        (nobody, "scenarios_public_round", [row.number]),
        (nobody, "scenarios_public_rounds", []),
    ):
        with CaptureQueriesContext(connection) as queries:
            page = who.get(reverse(name, args=args))
        assert page.status_code == 200, name
        assert len(queries) <= 10, (name, len(queries))
    assert "形式条件" in head.get(reverse("case", args=[case.pk])).content.decode()
    assert client.get(reverse("scenarios_reviews")).status_code == 200


def test_a_firm_applies_and_somebody_objects_on_public_pages(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = Ticket("recognition:t1", 60.0)
    monkeypatch.setattr(Tickets, "read", lambda *_: ticket)
    row, nobody = opened(people), Client()
    url = reverse("scenarios_apply", args=[row.number])
    given = {
        "ticket": "t",
        "applicant": EAST,
        "code": EAST_CODE,
        "subject": "巡检机器人",
        "text": "能在隧道里自动巡检，识别渗漏和裂缝的机器人。",
        "name": "张小满",
        "phone": "13800138000",
        "category": "product",
        "novelty": "一体化",
        "patents": "3",
        "months": "10",
        "local": "on",
    }
    assert nobody.post(url, {**given, "category": ""}).status_code == 422
    assert nobody.post(url, {**given, "website": "x"}).status_code == 422
    page = nobody.post(url, given)
    case = Case.objects.get()
    assert case.number in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    for name in THREE:
        engaged(people, name)
    perform(case.pk, "accept", actor=people.keeper)
    with standing("2025-10-09 10:00"):
        start_review(row.pk, actor=people.keeper)
        reviewed(of(case), 30)
        propose_results(row.pk, actor=people.keeper_head)
        shown = nobody.get(reverse("scenarios_public_round", args=[row.number])).content.decode()
        assert EAST in shown
        assert "张小满" not in shown
        url = reverse("scenarios_object", args=[row.number, of(case).pk])
        assert url in shown
        assert nobody.get(url).status_code == 200
        who = {"ticket": "t", "name": "李小寒", "phone": "13900139000"}
        assert nobody.post(url, who).status_code == 422
        good = {**who, "text": "这个产品是我公司先做出来的。"}
        assert nobody.post(url, good).status_code == 200
        said, head = Objection.objects.get(), people.client("keeper_head")
        of_round = head.get(row.get_absolute_url()).content.decode()
        assert "这个产品是我公司先做出来的" in of_round
        assert "李小寒" not in of_round
        asked = {"do": "contact", "objection": str(said.pk)}
        assert head.post(row.get_absolute_url(), asked).status_code == 422
        asked["reason"] = "核实异议"
        assert people.client("keeper").post(row.get_absolute_url(), asked).status_code == 403
        assert "李小寒" in head.post(row.get_absolute_url(), asked).content.decode()
        word = {"do": "dismiss", "objection": str(said.pk), "answer": "证据不足。"}
        assert head.post(row.get_absolute_url(), word).status_code == 302
