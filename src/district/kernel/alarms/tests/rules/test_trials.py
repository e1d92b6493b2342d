"""A rule tried on past readings: what it would have raised, and nothing else happens."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from district.kernel.alarms import trial_jobs as jobs
from district.kernel.alarms.models import AlarmRule, Episode, RuleTrial
from district.kernel.alarms.rules.trying import frames_between, run
from district.kernel.alarms.selectors.trials import around, episodes_shown
from district.kernel.alarms.services import trials
from district.kernel.alarms.services.binding import binding_of
from district.kernel.alarms.services.rules import save_rule
from district.kernel.alarms.services.switching import switch_on
from district.kernel.alarms.services.trials import cancel_trial, start_trial
from district.kernel.alarms.tests.rules.conftest import Actors, MakeGauge, content
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor
from district.kernel.sensing.public import (
    Batch,
    Binding,
    Frame,
    Groups,
    NotConfigured,
    RuleError,
    Tick,
    frames_of,
    parse_rule,
    to_micros,
)
from district.kernel.sensing.rules.reference import ReferenceEvaluator
from district.kernel.sensing.tests.conftest import LOADER
from district.kernel.sensing.tests.memory import MemoryLog

MINUTE = 60_000_000
DAY = 1440 * MINUTE


def readings(streams: list[int], since: int, until: int, seed: int = 3) -> Batch:
    """A reading every some minutes, some late, wandering about the threshold."""
    chance = Random(seed)  # noqa: S311  # made-up readings
    rows = []
    for stream in streams:
        at, level = since, 2.0
        while at < until:
            level = min(4.5, max(0.5, level + chance.uniform(-0.7, 0.7)))
            late = chance.choice([0, 0, 0, 5 * MINUTE, 40 * MINUTE])
            rows.append((stream, at, round(level, 2), at + 1_000_000 + late))
            at += chance.randint(1, 15) * MINUTE
    return Batch.of(*zip(*rows, strict=True))


def referred(rule: Any, groups: Groups, batch: Batch, since: int, until: int) -> set[Any]:
    """What the reference evaluator raises, over frames that were never cut."""
    evaluator = ReferenceEvaluator()
    earlier = np.flatnonzero(batch.time < since)
    evaluator.take(Frame(0, batch.take(earlier)))
    evaluator.take(Frame(1, Tick(since)))
    evaluator.apply([Binding(rule, groups)])
    within = batch.take(np.flatnonzero((batch.time >= since) & (batch.time < until)))
    frames = [*frames_of(within), Frame(0, Tick(until))]
    told = [evaluator.take(Frame(at, frame.content)) for at, frame in enumerate(frames)]
    return {(one.kind, one.group, one.time) for each in told for one in each}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "when",
    [
        {"above": 3, "release": 2.5},
        {"sustained_for": "20 min", "clause": {"above": 3}},
        {"any": [{"above": 4}, {"silent_for": "14 min"}]},
    ],
)
def test_stretches_give_what_the_whole_gives(when: dict[str, Any], seed: int) -> None:
    since, until = 0, DAY
    batch = readings([1, 2, 3], since - DAY // 4, until, seed)
    rule = parse_rule(content(when=when, wait="10 min")["rule"])
    groups = Groups.of_streams([1, 2, 3], 60 * MINUTE)
    step = Random(seed).randint(20, 300) * MINUTE  # noqa: S311  # where to cut
    edges = range(step, until + step, step)
    parts = [
        (edge, batch.take(np.flatnonzero((batch.time >= edge - step) & (batch.time < edge))))
        for edge in edges
    ]
    before = batch.take(np.flatnonzero(batch.time < since))
    frames = frames_between(parts, until, MINUTE)
    found = run([Binding(rule, groups)], frames, before, since, rule.zone)[0]
    expected = referred(rule, groups, batch, since, until)
    raised = {(group, time) for kind, group, time in expected if kind == "raised"}
    assert {(one["group"], one["raised_at"]) for one in found.episodes()} == raised
    assert found.raised == len(raised)
    ends = {(group, time) for kind, group, time in expected if kind == "released"}
    ended = [
        (one["group"], one["released_at"])
        for one in found.episodes()
        if one["released_at"] is not None
    ]
    assert set(ended) == ends
    assert found.open == len(raised) - len(ends)


pytest_db = pytest.mark.django_db


@pytest.fixture
def planner(actor: Actors) -> Actor:
    return actor("planner", "9")


@pytest.fixture
def tried(gauge: MakeGauge, planner: Actor, log: MemoryLog) -> AlarmRule:
    """A rule with a draft, over three gauges of two streets with a day of readings."""
    made = [gauge("A", "901"), gauge("B", "901"), gauge("C", "902", (114.1, 22.7))]
    now = to_micros(clock.now())
    log.append(readings([row.pk for row in made], now - DAY, now), source=None)
    return save_rule(content(), unit="9", actor=planner)


def result_of(trial: RuleTrial) -> dict[str, Any]:
    assert trial.result is not None, trial.problem
    found: dict[str, Any] = trial.result
    return found


def start(row: AlarmRule, actor: Actor, days: int = 1) -> RuleTrial:
    until = clock.now()
    made, small = start_trial(
        row.pk, until - timedelta(days=days), until, actor=actor, enqueue=lambda _key: None
    )
    assert small
    jobs.try_rule_on_readings.call(str(made.pk))
    made.refresh_from_db()
    return made


@pytest_db
def test_a_trial_says_what_would_have_been_and_writes_no_episode(
    tried: AlarmRule, planner: Actor, log: MemoryLog
) -> None:
    made = start(tried, planner)
    assert made.state == RuleTrial.State.DONE, made.problem
    result = result_of(made)
    rule = parse_rule(content()["rule"])
    batch = Batch.of(*zip(*log.rows, strict=True))
    groups = Groups.of_streams(sorted({row[0] for row in log.rows}), 3600 * 1_000_000)
    since, until = to_micros(made.since), to_micros(made.until)
    expected = [one for one in referred(rule, groups, batch, since, until) if one[0] == "raised"]
    assert result["raised"] == len(expected) > 3
    assert sum(result["by_day"].values()) == result["raised"]
    assert Counter(result["by_group"]) == Counter(group for _kind, group, _time in expected)
    east = sum(n for group, n in result["by_group"].items() if int(group) < max(groups.streams))
    assert result["by_street"] == {"901": east, "902": result["raised"] - east}
    assert made.read == made.total == len(log.rows)
    assert not Episode.objects.exists()
    shown = episodes_shown(made)
    assert len(shown) == result["raised"]
    assert shown[0].name.startswith("站 ")
    assert [chart.data is not None for chart in around(shown[0], planner)] == [True]


@pytest_db
def test_a_trial_tells_what_the_live_version_would_have_raised(
    tried: AlarmRule, planner: Actor
) -> None:
    switch_on(tried.pk, actor=planner)
    row = save_rule(content(when={"above": 4.4, "release": 0.6}), tried, actor=planner)
    result = result_of(start(row, planner))
    assert result["live"]["raised"] > result["raised"] > 0
    # Where the judgement is the same there is nothing to compare.
    row = save_rule({**content(), "handling": {"notify": ["officer"]}}, tried, actor=planner)
    assert result_of(start(row, planner))["live"] is None
    # The same rule over other groups is another judgement.
    row = save_rule({**content(), "groups": {"by": "thing"}}, tried, actor=planner)
    result = result_of(start(row, planner))
    assert result["live"]["raised"] == result["raised"] > 0
    assert set(result["by_group"]).isdisjoint(result["live"]["by_group"])


@pytest_db
def test_charts_show_no_readings_that_the_reader_may_not_see(
    tried: AlarmRule, planner: Actor, actor: Actors
) -> None:
    made = start(tried, planner)
    west = next(one for one in episodes_shown(made) if "站 C" in one.name)
    assert around(west, actor("unit_head", "901")) == []
    assert len(around(west, actor("unit_head", "902"))) == 1


@pytest_db
def test_a_long_trial_is_for_the_worker(
    tried: AlarmRule, planner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "AT_ONCE", 10)
    monkeypatch.setattr(trials, "_PART", 50)
    queued: list[str] = []
    until = clock.now()
    made, small = start_trial(
        tried.pk, until - timedelta(days=1), until, actor=planner, enqueue=queued.append
    )
    assert (queued, small) == ([str(made.pk)], False)
    with pytest.raises(Conflict, match="正在试算"):
        start(tried, planner)
    jobs.try_rule_on_readings.call(queued[0])
    whole = RuleTrial.objects.get(pk=made.pk).result
    monkeypatch.setattr(trials, "AT_ONCE", 100_000)
    monkeypatch.setattr(trials, "_PART", 500_000)
    assert start(tried, planner).result == whole  # in stretches or at once
    jobs.try_rule_on_readings.call(queued[0])  # a second time changes nothing
    assert RuleTrial.objects.get(pk=made.pk).result == whole


@pytest_db
def test_a_trial_can_be_cancelled_and_one_that_was_left_is_told(
    tried: AlarmRule, planner: Actor, hold: Any
) -> None:
    until = clock.now()
    made, _small = start_trial(
        tried.pk, until - timedelta(days=1), until, actor=planner, enqueue=lambda _key: None
    )
    cancel_trial(made.pk, actor=planner)
    jobs.try_rule_on_readings.call(str(made.pk))
    made.refresh_from_db()
    assert (made.state, made.problem, made.result) == ("failed", "已取消。", None)
    left, _small = start_trial(
        tried.pk, until - timedelta(days=1), until, actor=planner, enqueue=lambda _key: None
    )
    assert jobs.end_left_trials() == 0  # it may be under way in a request
    hold("2025-09-22 09:30")
    assert jobs.end_left_trials() == 1
    left.refresh_from_db()
    assert left.state == "failed"


@pytest_db
def test_what_fails_on_the_way_is_told_on_the_trial(
    tried: AlarmRule, planner: Actor, monkeypatch: pytest.MonkeyPatch, log: MemoryLog
) -> None:
    monkeypatch.setattr(log, "query", lambda *_a, **_k: (_ for _ in ()).throw(NotConfigured()))
    made = start(tried, planner)
    assert made.state == RuleTrial.State.FAILED
    assert "观测记录库" in made.problem


@pytest_db
def test_what_cannot_be_tried_is_refused_with_the_reason(
    tried: AlarmRule, planner: Actor, actor: Actors
) -> None:
    now, day = clock.now(), timedelta(days=1)
    ask: dict[str, Any] = {"actor": planner, "enqueue": lambda _key: None}
    for since, until in ((now, now - day), (now - 40 * day, now), (now, now + day)):
        with pytest.raises(Invalid):
            start_trial(tried.pk, since, until, **ask)
    with pytest.raises(NotPermitted):
        start_trial(tried.pk, now - day, now, **{**ask, "actor": actor("officer", "901")})
    save_rule(content(when={"above": "x"}), tried, actor=LOADER)
    with pytest.raises(RuleError):
        start_trial(tried.pk, now - day, now, **ask)


@pytest_db
def test_only_the_last_trials_are_kept(tried: AlarmRule, planner: Actor) -> None:
    made = [start(tried, planner) for _number in range(7)]
    kept = set(tried.trials.values_list("pk", flat=True))
    assert kept == {one.pk for one in made[2:]}


@pytest_db
def test_a_binding_of_the_trial_is_that_of_the_version(tried: AlarmRule, planner: Actor) -> None:
    made = start(tried, planner)
    version = switch_on(tried.pk, actor=planner)
    assert made.fingerprint == version.fingerprint
    assert len(binding_of(version).groups) == result_of(made)["groups"] == 3
