"""Pushes: to those who hold the condition, once, on their own data, as often as they want."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.conditions.public import from_json
from district.kernel.history.public import verify
from district.kernel.matching.public import population
from district.kernel.measures.public import StatPeriod
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.public import POPULATION, SCHEMA
from district.systems.enterprises.services.telling import tell
from district.systems.policies.models import Policy, Push, PushRun
from district.systems.policies.public import (
    counts_by_version,
    pushes_of_one,
    unread_of_one,
)
from district.systems.policies.selectors.counting import pushed_by_unit
from district.systems.policies.selectors.explaining import kept_lines
from district.systems.policies.selectors.policies import push_for, pushed_counts
from district.systems.policies.services import pushing
from district.systems.policies.services.consents import save_consent, save_limit
from district.systems.policies.services.policies import (
    publish_policy,
    save_policy,
    withdraw_policy,
)
from district.systems.policies.services.pushing import do_run, fail_run, note_read, start_run
from district.systems.policies.tests.conftest import (
    LOADER,
    MakeEnterprise,
    People,
    Publish,
    not_queued,
)
from district.systems.policies.tests.test_policies import _changed
from district.testing.moments import standing

pytestmark = pytest.mark.django_db
Firms = dict[str, Enterprise]
Pushed = Callable[[Policy], PushRun]


def _codes() -> list[str]:
    return sorted(Push.objects.values_list("code", flat=True))


def test_those_who_hold_the_condition_are_told_and_nobody_else(
    firms: Firms, published: Publish, pushed: Pushed
) -> None:
    run = pushed(published())
    assert _codes() == sorted([firms["holds"].code, firms["holds_too"].code])
    assert (run.state, run.total, run.sent, run.looked_at) == ("done", 2, 2, 2)
    assert run.position == population(POPULATION).position
    assert verify().sound


def test_a_push_keeps_the_version_and_the_data_that_it_was_decided_on(
    firms: Firms, people: People, published: Publish, pushed: Pushed
) -> None:
    policy = published()
    pushed(policy)
    push = push_for(Push.objects.get(code=firms["holds"].code).pk, people.writer)
    assert push.version == policy.live
    assert push.values == {
        "industry": "C3921",
        "revenue": "3000",
        "established_on": "2019-05-06",
    }
    assert [row["outcome"] for row in push.reasons["clauses"]] == ["holds"] * 3
    assert from_json(push.version.condition, SCHEMA()) is not None
    with standing("2026-03-01 10:00"):
        tell(firms["holds"].pk, {"revenue": Decimal(5)}, actor=LOADER, source="market_registry")
        lines = kept_lines(push_for(push.pk, people.writer))
    assert [line.outcome for line in lines] == ["holds"] * 3
    assert "3000万元" in [line.actual for line in lines]
    with pytest.raises(NotFound):
        push_for(push.pk, people.other)


def test_nobody_is_told_twice_of_a_version_and_of_the_next_again(
    firms: Firms, people: People, published: Publish, pushed: Pushed
) -> None:
    policy = published()
    pushed(policy)
    again = pushed(policy)
    assert (again.sent, again.known) == (0, 2)
    save_policy(_changed(policy, benefit="最高奖励80万元"), policy.pk, actor=people.writer)
    publish_policy(policy.pk, actor=people.head)
    assert pushed(policy).sent == 2
    assert Push.objects.count() == 4


def test_who_wants_none_is_not_told_and_may_change_their_mind(
    firms: Firms, people: People, published: Publish, pushed: Pushed
) -> None:
    code = firms["holds"].code
    with pytest.raises(Invalid, match="谁提出"):
        save_consent(code, wants=False, reason="", actor=people.east)
    save_consent(code, wants=False, reason="财务来电", actor=people.east)
    policy = published()
    run = pushed(policy)
    assert (run.sent, run.opted_out) == (1, 1)
    save_consent(code, wants=True, reason="", actor=people.east)
    assert pushed(policy).sent == 1
    with pytest.raises(NotPermitted):
        save_consent(code, wants=False, reason="来电", actor=people.viewer)


def test_an_enterprise_is_told_so_often_a_month_and_no_more(
    firms: Firms, people: People, published: Publish, pushed: Pushed
) -> None:
    with pytest.raises(NotPermitted):
        save_limit(2, actor=people.writer)
    with pytest.raises(Invalid):
        save_limit(0, actor=people.planner)
    save_limit(2, actor=people.planner)
    runs = [pushed(published(title=f"增长奖励之{n}")) for n in range(3)]
    assert [(run.sent, run.capped) for run in runs] == [(2, 0), (2, 0), (0, 2)]
    with standing("2025-10-01 00:10"):  # another month
        assert pushed(published(title="增长奖励之十月")).sent == 2


def test_a_round_that_broke_off_goes_on_where_it_stood(
    made: MakeEnterprise,
    people: People,
    published: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _number in range(5):
        made()
    monkeypatch.setattr(pushing, "BATCH", 2)
    run, small = start_run(published().pk, actor=people.writer, enqueue=not_queued)
    assert not small
    do_batch = pushing._do_batch
    done: list[int] = []

    def breaks(*given: object) -> PushRun:
        if len(done) == 2:
            raise RuntimeError("the worker dies")
        done.append(1)
        return do_batch(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(pushing, "_do_batch", breaks)
    with pytest.raises(RuntimeError):
        do_run(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.looked_at, Push.objects.count()) == ("running", 4, 4)
    monkeypatch.setattr(pushing, "_do_batch", do_batch)
    run = do_run(str(run.pk))
    assert (run.state, run.looked_at, run.sent, run.known) == ("done", 5, 5, 0)
    with pytest.raises(pushing.Ended):
        do_run(str(run.pk))


def test_a_round_stops_when_the_policy_is_withdrawn_meanwhile(
    made: MakeEnterprise, people: People, published: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(5):
        made()
    monkeypatch.setattr(pushing, "BATCH", 2)
    policy = published()
    run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    do_batch = pushing._do_batch

    def then_withdrawn(*given: object) -> PushRun:
        found = do_batch(*given)  # type: ignore[arg-type]  # handed on as they came
        if found.is_busy and found.looked_at == 2:
            withdraw_policy(policy.pk, "预算用完", actor=people.head)
        return found

    monkeypatch.setattr(pushing, "_do_batch", then_withdrawn)
    run = do_run(str(run.pk))
    assert (run.state, run.sent, Push.objects.count()) == ("failed", 2, 2)
    assert "停用" in run.problem
    assert verify().sound


def test_who_changed_since_the_round_began_is_told_by_what_holds_now(
    firms: Firms, people: People, published: Publish
) -> None:
    run, _small = start_run(published().pk, actor=people.writer, enqueue=not_queued)
    tell(firms["holds"].pk, {"revenue": Decimal(5)}, actor=LOADER, source="market_registry")
    run = do_run(str(run.pk))
    assert _codes() == [firms["holds_too"].code]


def test_one_whose_row_no_longer_holds_is_left_out_and_counted(
    firms: Firms, people: People, published: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the copy and the row somebody was faster: the row decides."""
    run, _small = start_run(published().pk, actor=people.writer, enqueue=not_queued)
    outcomes = pushing._outcomes

    def then_changed(*given: object) -> object:
        found = outcomes(*given)  # type: ignore[arg-type]  # handed on as they came
        Enterprise.objects.filter(pk=firms["holds"].pk).update(revenue=Decimal(5))
        return found

    monkeypatch.setattr(pushing, "_outcomes", then_changed)
    run = do_run(str(run.pk))
    assert (run.sent, run.changed) == (1, 1)


def test_only_what_is_in_force_and_open_is_pushed(people: People, published: Publish) -> None:
    policy = published(closes_on=date(2025, 9, 30))
    policy.refresh_from_db()
    for stranger in (people.other, people.east, people.viewer, people.leader):
        with pytest.raises(NotPermitted):
            start_run(policy.pk, actor=stranger, enqueue=not_queued)
    run, _small = start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    with pytest.raises(Conflict, match="正在推送"):
        start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    fail_run(str(run.pk), "坏了")
    with standing("2025-10-01 10:00"), pytest.raises(Conflict, match="申报期"):
        start_run(policy.pk, actor=people.writer, enqueue=not_queued)
    withdraw_policy(policy.pk, "预算用完", actor=people.head)
    with pytest.raises(Conflict, match="撤回"):
        start_run(policy.pk, actor=people.writer, enqueue=not_queued)


def test_reading_is_noted_once_and_counted(
    firms: Firms, people: People, published: Publish, pushed: Pushed
) -> None:
    policy = published()
    pushed(policy)
    push = Push.objects.get(code=firms["holds"].code)
    first = note_read(push.pk, actor=people.writer).read_at
    with standing("2025-09-23 10:00"):
        assert note_read(push.pk, actor=people.writer).read_at == first
    with pytest.raises(NotPermitted):
        note_read(push.pk, actor=people.other)
    assert pushed_counts(policy) == {"sent": 2, "read": 1, "applied": 0}
    assert counts_by_version(policy) == {1: {"sent": 2, "read": 1, "applied": 0}}
    assert unread_of_one(str(firms["holds"].pk)) == 0
    assert unread_of_one(str(firms["holds_too"].pk)) == 1
    assert pushes_of_one(str(firms["holds"].pk)) == [push]
    period = StatPeriod(push.sent_at.date().replace(day=1), push.sent_at.date(), "month")
    assert pushed_by_unit(period) == {"9-D01": Decimal("0.0002"), "9": Decimal("0.0002")}
