"""Night permits from application to decision; the rule refuses and stops; a review may revoke."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, perform, public_status, visible_cases
from district.kernel.history.public import Actor
from district.systems.environment.models import Application, MeltDecision, MeltRuleVersion
from district.systems.environment.names import SYSTEM
from district.systems.environment.selectors.melts import permits_in_force, set_aside, with_state
from district.systems.environment.services.applying import (
    Applied,
    Receipt,
    answer,
    apply_permit,
)
from district.systems.environment.services.melting import load_rule, melt_due
from district.systems.environment.tests.conftest import (
    LOADER,
    MakeNoisySite,
    People,
    rule,
    site,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
NOISY = (date(2025, 9, 1), date(2025, 9, 20))


def application(key: str = "permit:1", **more: Any) -> Applied:
    values: dict[str, Any] = {
        "key": key,
        "site": "G-1",
        "starts_on": date(2025, 9, 23),
        "ends_on": date(2025, 9, 25),
        "works": "3号楼底板混凝土浇筑",
        "reason": "continuous",
        "text": "采用低噪声设备。",
        "name": "张工",
        "phone": "13800000000",
        **more,
    }
    return Applied(**values)


def case_of(receipt: Receipt) -> Case:
    return Case.objects.get(number=receipt.number)


def granted(people: People, key: str = "permit:1") -> Case:
    case = case_of(apply_permit(application(key)))
    perform(case.pk, "take", actor=people.bureau)
    perform(case.pk, "pass_check", actor=people.bureau, data={"text": "材料齐全。"})
    return perform(case.pk, "approve", actor=people.head, data={"result": "同意。"})


def test_an_application_is_checked_approved_and_published(people: People) -> None:
    site()
    case = granted(people)
    assert (case.stage, case.category, case.facts["nights"]) == ("granted", "done", 3)
    assert [row.case_id for row in permits_in_force(date(2025, 9, 25))] == [case.pk]
    assert not permits_in_force(date(2025, 9, 26)).exists()
    page = Client().get(reverse("environment_public_permits")).content.decode()
    assert case.number in page
    assert "东江建筑公司" in page
    assert "13800000000" not in page
    assert "张工" not in page


def test_the_same_form_opens_one_case_and_tells_the_same_code(people: People) -> None:
    site()
    first, again = apply_permit(application()), apply_permit(application())
    assert first == again
    assert Case.objects.count() == Application.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("site", {"site": "G-9"}),
        ("starts_on", {"starts_on": date(2025, 9, 21)}),
        ("starts_on", {"starts_on": date(2025, 12, 23), "ends_on": date(2025, 12, 24)}),
        ("ends_on", {"ends_on": date(2025, 9, 22)}),
        ("ends_on", {"ends_on": date(2025, 10, 8)}),
        ("works", {"works": ""}),
        ("phone", {"phone": "x"}),
        ("reason", {"reason": "none"}),
    ],
)
def test_what_cannot_be_taken_names_its_field(
    people: People, field: str, wrong: dict[str, Any]
) -> None:
    site()
    with pytest.raises(Invalid) as refused:
        apply_permit(application(**wrong))
    assert refused.value.field == field
    assert not Case.objects.exists()


def test_one_site_has_no_two_applications_for_a_night(people: People) -> None:
    site()
    apply_permit(application())
    with pytest.raises(Invalid):
        apply_permit(application("permit:2", starts_on=date(2025, 9, 25)))
    other = application("permit:3", starts_on=date(2025, 9, 26), ends_on=date(2025, 9, 26))
    apply_permit(other)


def test_a_loud_site_is_refused_at_once_with_rule_version_and_evidence(
    noisy: MakeNoisySite, people: People
) -> None:
    noisy(days=NOISY)
    load_rule(rule(), actor=LOADER)
    receipt = apply_permit(application())
    case = case_of(receipt)
    assert (receipt.refused, case.stage) == (True, "refused")
    (decision,) = MeltDecision.objects.filter(case=case)
    assert (decision.what, decision.days, decision.rule.number) == ("refused", 2, 1)
    assert [part.day for part in decision.parts.order_by("day")] == list(NOISY)
    assert all(part.evidence for part in decision.parts.all())
    status = public_status(receipt.number, receipt.code)
    assert status is not None
    (step,) = status.steps
    for words in ("夜间噪声熔断 v1", "2025-09-20", "60.0", "限值55.0", "60日内提出申诉"):
        assert words in step.text
    # Once more: the same.
    assert apply_permit(application()) == receipt
    assert MeltDecision.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "level", "refused"),
    [
        ((date(2025, 9, 20),), 60.0, False),
        (NOISY, 55.0, False),
        (NOISY, 55.1, True),
        # The window is thirty days, 24 August the first of them.
        ((date(2025, 8, 23), date(2025, 9, 20)), 60.0, False),
        ((date(2025, 8, 24), date(2025, 9, 20)), 60.0, True),
    ],
)
def test_the_rule_holds_at_its_edges(
    noisy: MakeNoisySite,
    people: People,
    days: tuple[date, ...],
    level: float,
    refused: bool,
) -> None:
    noisy(days=days, level=level)
    load_rule(rule(), actor=LOADER)
    assert apply_permit(application()).refused is refused


def test_without_a_rule_nobody_is_refused(noisy: MakeNoisySite, people: People) -> None:
    noisy(days=NOISY)
    assert not apply_permit(application()).refused
    assert melt_due() == 0


def test_a_running_permit_is_stopped_and_a_pending_application_refused(
    noisy: MakeNoisySite, people: People
) -> None:
    noisy(days=NOISY)
    case = granted(people)
    later = application("permit:2", starts_on=date(2025, 9, 28), ends_on=date(2025, 9, 29))
    pending = case_of(apply_permit(later))
    load_rule(rule(), actor=LOADER)
    assert melt_due() == 2
    case.refresh_from_db()
    pending.refresh_from_db()
    assert (case.stage, pending.stage) == ("suspended", "refused")
    assert {row.what for row in MeltDecision.objects.all()} == {"suspended", "refused"}
    assert not permits_in_force(date(2025, 9, 23)).exists()
    assert melt_due() == 0
    with pytest.raises(NotPermitted):
        perform(case.pk, "melt", actor=people.head, data={"result": "x"})


def appealed(people: People) -> tuple[Case, Receipt]:
    receipt = apply_permit(application())
    status = public_status(receipt.number, receipt.code)
    assert status is not None
    answer(status, "appeal_refusal", {"text": "数据来自隔壁道路施工。"}, round_=1)
    return case_of(receipt), receipt


def test_an_appeal_is_reviewed_and_what_was_revoked_counts_no_more(
    noisy: MakeNoisySite, people: People
) -> None:
    found = noisy(days=NOISY)
    load_rule(rule(), actor=LOADER)
    case, receipt = appealed(people)
    assert case.stage == "refusal_review"
    perform(case.pk, "overturn_refusal", actor=people.head, data={"result": "证据不足，撤销。"})
    case.refresh_from_db()
    assert case.stage == "checking"
    assert len(set_aside([found.pk])) == 2
    assert melt_due() == 0
    (decision,) = with_state(MeltDecision.objects.all())
    assert (decision.revoked, decision.upheld) == (True, False)
    assert not apply_permit(
        application("permit:2", starts_on=date(2025, 9, 28), ends_on=date(2025, 9, 28))
    ).refused
    status = public_status(receipt.number, receipt.code)
    assert status is not None
    assert "证据不足，撤销。" in [step.text for step in status.steps]


def test_an_appeal_that_fails_leaves_the_refusal(noisy: MakeNoisySite, people: People) -> None:
    noisy(days=NOISY)
    load_rule(rule(), actor=LOADER)
    case, receipt = appealed(people)
    perform(case.pk, "uphold_refusal", actor=people.leader, data={"result": "维持。"})
    case.refresh_from_db()
    assert (case.stage, case.category) == ("refused", "done")
    (decision,) = with_state(MeltDecision.objects.all())
    assert (decision.revoked, decision.upheld) == (False, True)
    status = public_status(receipt.number, receipt.code)
    assert status is not None
    with standing("2025-12-22 10:00"), pytest.raises(Conflict):
        answer(status, "appeal_refusal", {"text": "再次申诉。"}, round_=9)


def test_nobody_reviews_or_approves_what_they_decided(people: People) -> None:
    site()
    case = case_of(apply_permit(application()))
    perform(case.pk, "refuse", actor=people.head, data={"result": "理由不足。"})
    receipt = apply_permit(application())
    status = public_status(receipt.number, receipt.code)
    assert status is not None
    answer(status, "appeal_refusal", {"text": "理由充分。"}, round_=1)
    for action in ("uphold_refusal", "overturn_refusal"):
        with pytest.raises(Conflict):
            perform(case.pk, action, actor=people.head, data={"result": "维持。"})
    perform(case.pk, "overturn_refusal", actor=people.leader, data={"result": "撤销。"})


def test_another_units_people_see_and_do_nothing(people: People) -> None:
    site()
    case = case_of(apply_permit(application()))
    strangers = (people.food, people.food_head, people.east, people.west, people.viewer)
    for actor in (*strangers, people.planner):
        assert not visible_cases(actor, "night_permit").exists()
        for action in ("take", "refuse", "auto_refuse"):
            with pytest.raises(NotPermitted):
                perform(case.pk, action, actor=actor, data={"result": "x", "text": "x"})
    assert visible_cases(people.bureau2, "night_permit").exists()
    with pytest.raises(NotPermitted):
        perform(case.pk, "refuse", actor=people.bureau, data={"result": "x"})
    with pytest.raises(NotPermitted):
        perform(case.pk, "withdraw", actor=Actor.anonymous(), data={})
    with pytest.raises(NotPermitted):
        load_rule(rule(), actor=people.head)
    receipt = apply_permit(application())
    status = public_status(receipt.number, receipt.code)
    assert status is not None
    with pytest.raises(NotFound):
        answer(status, "take", {}, round_=1)


def test_another_text_of_the_rule_is_another_version_and_decisions_keep_theirs(
    noisy: MakeNoisySite, people: People
) -> None:
    noisy(days=NOISY)
    first = load_rule(rule(), actor=LOADER)
    assert load_rule(rule(), actor=LOADER).pk == first.pk
    apply_permit(application())
    with standing("2025-09-22 11:00"):
        second = load_rule(rule(at_least=3), actor=LOADER)
        assert (first.number, second.number) == (1, 2)
        later = application("permit:2", starts_on=date(2025, 9, 28), ends_on=date(2025, 9, 28))
        assert not apply_permit(later).refused
    assert MeltDecision.objects.get().rule_id == first.pk
    with standing("2025-09-22 12:00"):
        assert load_rule(rule(), actor=LOADER).pk == first.pk
    assert MeltRuleVersion.objects.count() == 2
    assert SYSTEM.kind == "system"
