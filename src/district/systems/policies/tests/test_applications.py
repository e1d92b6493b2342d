"""Applications: filled in from the register, decided by two people, offered where nothing lacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.cases.public import Case, perform, public_status
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod
from district.systems.enterprises.models import Enterprise
from district.systems.policies.models import Application, Policy, Push, PushRun
from district.systems.policies.selectors.counting import applications_in_time_by_unit
from district.systems.policies.services.applications import apply_for, offer
from district.systems.policies.services.policies import withdraw_policy
from district.systems.policies.tests.conftest import People, Publish
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
Firms = dict[str, Enterprise]
Pushed = Callable[[Policy], PushRun]


def _apply(policy: Policy, firm: Enterprise, actor: Actor, **given: object) -> Case:
    return apply_for(policy.pk, firm.code, actor=actor, **given).case  # type: ignore[arg-type]  # a test's own keywords


def test_an_application_is_filled_in_from_the_register(
    firms: Firms, people: People, published: Publish, pushed: Pushed
) -> None:
    policy = published()
    pushed(policy)
    case = _apply(policy, firms["holds"], people.writer, asked=Decimal(50), note="附件另送")
    assert (case.stage, case.lead_unit_id, case.street_unit_id) == ("submitted", "9-D01", "901")
    assert case.facts["eligibility"] == "holds"
    assert case.facts["automatic"] is False
    assert firms["holds"].name in case.text
    assert case.text.count("：符合") == 3
    assert "附件另送" in case.text
    application = Application.objects.get()
    assert (application.case_id, application.version_id) == (case.pk, policy.live_id)
    assert application.values["revenue"] == "3000"
    assert Push.objects.get(code=firms["holds"].code).applied_at is not None
    assert Push.objects.get(code=firms["holds_too"].code).applied_at is None


def test_who_does_not_hold_the_conditions_may_apply_and_it_is_said(
    firms: Firms, people: People, published: Publish
) -> None:
    policy = published()
    for name, kind in (("small", "misses_one"), ("unknown", "unknown_only"), ("shop", "fails")):
        case = _apply(policy, firms[name], people.writer)
        assert case.facts["eligibility"] == kind
    assert "数据不全" in Case.objects.get(facts__eligibility="unknown_only").text


def test_one_application_at_a_time_and_a_repeated_one_opens_no_second(
    firms: Firms, people: People, published: Publish
) -> None:
    policy = published()
    first = apply_for(policy.pk, firms["holds"].code, actor=people.writer, key="k1")
    again = apply_for(policy.pk, firms["holds"].code, actor=people.writer, key="k1")
    assert again.repeated
    assert again.case == first.case
    with pytest.raises(Conflict, match="在办"):
        _apply(policy, firms["holds"], people.writer)
    perform(first.case.pk, "give_up", actor=people.writer, data={"text": "企业来电"})
    assert _apply(policy, firms["holds"], people.writer).pk != first.case.pk


def test_what_cannot_be_applied_for_is_refused(
    firms: Firms, people: People, published: Publish
) -> None:
    policy = published(closes_on=date(2025, 9, 30))
    with pytest.raises(Invalid, match="金额"):
        _apply(policy, firms["holds"], people.writer, asked=Decimal(51))
    with pytest.raises(NotFound):
        apply_for(policy.pk, "91440300999999999X", actor=people.writer)
    with pytest.raises(NotPermitted):
        _apply(policy, firms["holds"], people.viewer)
    with standing("2025-10-01 10:00"), pytest.raises(Conflict, match="申报期"):
        _apply(policy, firms["holds"], people.writer)
    withdraw_policy(policy.pk, "预算用完", actor=people.head)
    with pytest.raises(Conflict, match="撤回"):
        _apply(policy, firms["holds"], people.writer)
    assert not Case.objects.exists()


def test_the_way_from_the_format_check_to_the_payment(
    firms: Firms, people: People, published: Publish
) -> None:
    case = _apply(published(), firms["holds"], people.writer)
    perform(case.pk, "ask_supplement", actor=people.writer, data={"text": "缺审计报告"})
    perform(case.pk, "complete", actor=people.writer, data={"text": "已补"})
    perform(case.pk, "pass_format", actor=people.writer)
    given = {"text": "符合，建议给予50万元", "granted": Decimal(50)}
    perform(case.pk, "propose", actor=people.writer, data=given)
    with pytest.raises(NotPermitted):
        perform(case.pk, "grant", actor=people.writer, data={"result": "同意"})
    case = perform(case.pk, "grant", actor=people.head, data={"result": "同意，50万元"})
    assert (case.stage, case.facts["granted"]) == ("payment", "50")
    case = perform(case.pk, "pay", actor=people.writer, data={"text": "9月拨付"})
    assert (case.stage, case.category) == ("paid", "done")
    period = StatPeriod(date(2025, 9, 1), date(2025, 9, 30), "month")
    assert applications_in_time_by_unit(period) == {"9-D01": Decimal(100), "9": Decimal(100)}


def test_who_reviewed_does_not_decide(firms: Firms, people: People, published: Publish) -> None:
    case = _apply(published(), firms["holds"], people.writer)
    perform(case.pk, "pass_format", actor=people.head)
    perform(case.pk, "propose", actor=people.head, data={"text": "符合"})
    with pytest.raises(Conflict, match="另一人"):
        perform(case.pk, "grant", actor=people.head, data={"result": "同意"})


def test_a_refusal_gives_its_reason_and_can_be_appealed(
    firms: Firms, people: People, published: Publish
) -> None:
    made = apply_for(published().pk, firms["shop"].code, actor=people.writer)
    perform(made.case.pk, "pass_format", actor=people.writer)
    with pytest.raises(Invalid):
        perform(made.case.pk, "refuse", actor=people.head)
    perform(made.case.pk, "refuse", actor=people.head, data={"result": "不属于制造业"})
    status = public_status(made.case.number, made.code)
    assert "不予支持" in str(status)
    perform(made.case.pk, "appeal", actor=people.writer, data={"text": "主营已变更"})
    with pytest.raises(NotPermitted):
        perform(made.case.pk, "uphold", actor=people.writer, data={"result": "维持"})
    case = perform(made.case.pk, "reconsider", actor=people.head, data={"text": "核实变更"})
    assert case.stage == "review"


def test_what_is_on_record_in_full_is_offered_and_only_confirmed(
    firms: Firms, people: People, published: Publish
) -> None:
    policy = published(without_application=True)
    with pytest.raises(Conflict, match="没有满足"):
        offer(policy.pk, firms["unknown"].code, actor=people.writer)
    with pytest.raises(NotPermitted):
        offer(policy.pk, firms["holds"].code, actor=people.other)
    case = offer(policy.pk, firms["holds"].code, actor=people.writer)
    assert (case.stage, case.facts["automatic"], case.facts["asked"]) == ("confirming", True, "50")
    case = perform(case.pk, "confirm", actor=people.writer)
    assert case.stage == "decision"
    assert perform(case.pk, "grant", actor=people.head, data={"result": "同意"}).stage == "payment"
    with pytest.raises(Conflict, match="企业申报"):
        offer(published(title="须申报的政策").pk, firms["holds"].code, actor=people.writer)


def test_an_ordinary_application_is_not_offered(
    firms: Firms, people: People, published: Publish
) -> None:
    case = _apply(published(), firms["holds"], people.writer)
    with pytest.raises(Conflict, match="免申即享"):
        perform(case.pk, "offer", actor=Actor.system("policies"))
