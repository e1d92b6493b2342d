"""Rules tried on the past, transitions that happen again, and what changes of rules leave alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.rules import tree
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.explain import confirm, replay
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.groups import Groups
from district.kernel.sensing.rules.reference import ReferenceEvaluator
from district.kernel.sensing.rules.tests.samples import BASE, STEP, Sampler, batch_of
from district.kernel.sensing.rules.tests.test_operators import (
    ABOVE,
    LEVEL,
    ONE,
    RAIN,
    TWO,
    rule_of,
    transitions,
    values,
)
from district.kernel.sensing.rules.transitions import Transition
from district.kernel.sensing.rules.trial import frames_of, try_rule

LONG = tree.Sustained(2 * STEP, ABOVE)


def log_of(*contents: list[tuple[int, float, float]]) -> list[Frame]:
    """Frames of (stream, step, value)."""
    return [
        Frame(position, batch_of([(*reading, -1) for reading in content]))
        for position, content in enumerate(contents)
    ]


def test_every_transition_of_random_rules_happens_again_and_is_explained() -> None:
    told = 0
    for seed in range(25):
        sampler = Sampler(seed)
        binding, frames = sampler.binding("one"), sampler.frames(40)
        groups = {group.id: group for group in binding.groups}
        evaluator = VectorisedEvaluator([binding])
        states: dict[int, dict[str, Any]] = {}
        for frame in frames:
            for one in evaluator.take(frame):
                told += 1
                found = replay(one, binding.rule, groups[one.group], frames)
                assert found is not None
                assert found.when.clauses or found.when.clause
                if binding.rule.until is None and one.kind == "raised":
                    assert found.when.verdict is True
                earlier = max((at for at in states if at < one.position), default=None)
                state = states[earlier] if earlier is not None else None
                assert confirm(one, binding, frames, state)
                assert not confirm(replace(one, time=one.time + 1), binding, frames, state)
                assert (
                    replay(replace(one, time=one.time + 1), binding.rule, groups[one.group], frames)
                    is None
                )
            if frame.position % 10 == 3:
                states[frame.position] = evaluator.state()
    assert told > 100


def test_an_explanation_says_clause_by_clause_what_held_and_since_when() -> None:
    rule = rule_of(tree.All((tree.Sustained(2 * STEP, RAIN), tree.Not(LEVEL))))
    log = log_of([(1, 0, 25)], [(2, 1, 1)], [(1, 2, 26)])
    (raised,) = VectorisedEvaluator([Binding(rule, TWO)]).take(log[0]) or transitions(
        rule, TWO, [[(1, 0, 25)], [(2, 1, 1)], [(1, 2, 26)]]
    )
    found = replay(raised, rule, TWO[0], log)
    assert found is not None
    sustained, negated = found.when.clauses
    assert (sustained.outcome, sustained.times) == ("holds", (BASE, BASE + 2 * STEP))
    assert (sustained.clauses[0].number, sustained.clauses[0].outcome) == (26.0, "holds")
    assert (negated.outcome, negated.clauses[0].outcome) == ("holds", "fails")
    reading = negated.clauses[0].reading
    assert reading is not None
    assert (reading.stream, reading.value) == (2, 1.0)
    assert found.when.to_json()["clauses"][1]["clauses"][0]["number"] == 1.0


def test_a_replay_needs_only_a_window_before_the_transition() -> None:
    log = log_of(*values(31, 31, 31), *values(27, 31, 31, 31, start=3))
    (_first, _end, second) = transitions(
        rule_of(LONG), ONE, [*values(31, 31, 31), *values(27, 31, 31, 31, start=3)]
    )
    assert replay(second, rule_of(LONG), ONE[0], log[3:]) is not None
    assert replay(second, rule_of(LONG), ONE[0], log[5:]) is None


def test_a_trial_gives_the_episodes_that_would_have_been_raised() -> None:
    readings = Batch.concat(list(map(_batch, values(27, 31, 31, 27, 31))))
    trial = try_rule(rule_of(ABOVE), Groups.of_streams([1]), readings)
    found = [((one.raised_at - BASE) / STEP, one.duration) for one in trial.episodes]
    assert found == [(1, 2 * STEP), (4, None)]
    assert (trial.raised, trial.open, trial.readings) == (2, 1, 5)


def _batch(readings: list[tuple[int, float, float]]) -> Batch:
    return batch_of([(*reading, -1) for reading in readings])


def test_a_trial_bounds_the_episodes_that_it_gives_and_counts_all() -> None:
    turns = [31.0, 27.0] * 300
    readings = batch_of([(1, step, value, -1) for step, value in enumerate(turns)])
    trial = try_rule(rule_of(ABOVE), Groups.of_streams([1]), readings, most=10)
    assert (len(trial.episodes), trial.raised, trial.open) == (10, 300, 0)
    assert [(one.raised_at - BASE) / STEP for one in trial.episodes] == list(range(0, 20, 2))
    assert all(one.duration == STEP for one in trial.episodes)


def test_readings_become_frames_in_the_order_of_receipt_with_ticks_between() -> None:
    batch = batch_of([(1, step, 0.0, -1) for step in (9, 3, 0, 1)])
    frames = list(frames_of(batch, tick_every=3 * STEP, most=1))
    kinds = ["tick" if isinstance(frame.content, Tick) else "batch" for frame in frames]
    assert kinds == ["batch", "batch", "tick", "batch", "tick", "batch", "tick"]
    assert [frame.position for frame in frames] == list(range(7))
    told = [f.content.time for f in frames if isinstance(f.content, Tick)]
    assert told == sorted(told)


def test_adding_changing_and_removing_a_rule_leaves_the_others_as_they_were() -> None:
    groups = Groups.of_streams([1, 2])
    first, second = Binding(rule_of(LONG), groups), Binding(rule_of(ABOVE), groups)
    evaluator = VectorisedEvaluator([first, second])
    log = log_of([(1, 0, 31), (2, 0, 31)], [(1, 2, 31)], [(1, 3, 27), (2, 3, 31)])
    assert len(evaluator.take(log[0])) == 2
    changed = Binding(rule_of(tree.Test("above", 29.0, 28.0)), groups)
    gone = evaluator.apply([first, changed])
    assert {(one.version, one.group) for one in gone} == {
        (second.rule.version, "1"),
        (second.rule.version, "2"),
    }
    told = evaluator.take(log[1])  # the run of the first rule began before the change
    assert {(one.version, one.kind) for one in told} == {
        (first.rule.version, "raised"),
        (changed.rule.version, "raised"),
    }
    assert evaluator.apply([Binding(first.rule, Groups.of_streams([1, 2, 3]))]) != []
    told = evaluator.take(log[2])
    assert {(one.group, one.kind) for one in told} == {("1", "released"), ("2", "raised")}


def told_by_second(rule: Rule, groups: Groups, log: list[Frame], live: int) -> list[Transition]:
    """What a rule says that goes live after so many frames, beside one with the same groups.

    Both evaluators must say it.
    """
    first = Binding(replace(rule, key="first"), groups)
    told = []
    for evaluator in (ReferenceEvaluator(), VectorisedEvaluator()):
        evaluator.apply([first])
        found = []
        for frame in log:
            if frame.position == live:
                evaluator.apply([first, Binding(rule, groups)])
            found.extend(evaluator.take(frame))
        told.append([one for one in found if one.rule == rule.key])
    assert told[0] == told[1]
    return told[0]


def test_a_new_rule_does_not_take_readings_that_waited_when_it_went_live() -> None:
    rule, log = rule_of(ABOVE, wait=3 * STEP), log_of([(1, 0, 31)], [(1, 9, 27)])
    assert told_by_second(rule, ONE, log, 1) == []
    assert len(told_by_second(rule, Groups.of_streams([1]), log, 0)) == 1
    both, log = rule_of(tree.AnyOf((RAIN, LEVEL)), wait=3 * STEP), log_of([(1, 0, 25)], [(2, 9, 1)])
    assert told_by_second(both, TWO, log, 1) == []
    assert len(told_by_second(both, TWO, log, 0)) == 1


def test_a_new_rule_counts_and_shows_only_readings_since_it_went_live() -> None:
    either = tree.AnyOf((RAIN, LEVEL))
    log = log_of([(1, 5, 1)], [(1, 4, 1)], [(2, 6, 4)], [(1, 7, 1), (1, 6, 1)])
    (raised,) = told_by_second(rule_of(either), TWO, log, 2)
    assert [one.stream for one in raised.evidence] == [2]
    assert raised.out_of_order == 0
    (earlier,) = told_by_second(rule_of(either), TWO, log, 0)
    assert [one.stream for one in earlier.evidence] == [1, 2]
    assert earlier.out_of_order == 1


def test_a_new_rule_measures_rates_from_readings_since_it_went_live() -> None:
    rising = rule_of(tree.Test("above", 2.0, 1.0, rate=tree.Rate(4 * STEP, STEP)))
    log = log_of([(1, 0, 0)], [(1, 2, 9)], [(1, 4, 9)])
    assert told_by_second(rising, ONE, log, 1) == []
    assert len(told_by_second(rising, ONE, log, 0)) == 1


def test_silence_counts_from_the_first_watermark_after_the_rule_went_live() -> None:
    ticks = [Frame(at, Tick(BASE + step * STEP)) for at, step in enumerate((3, 4, 8, 9), 1)]
    log = [*log_of([(1, 0, 1)]), *ticks]
    (raised,) = told_by_second(rule_of(tree.Silent(5 * STEP)), ONE, log, 2)
    assert ((raised.time - BASE) / STEP, raised.position) == (9, 4)


def test_silence_is_watched_from_a_first_reading_on_that_came_too_late() -> None:
    rule = rule_of(tree.Silent(5 * STEP))
    log = log_of([(1, 10, 1)], [(1, 9, 1)], [(1, 20, 1)])
    raised, released = told_by_second(rule, ONE, log, 1)
    assert [(one.time - BASE) / STEP for one in (raised, released)] == [15, 20]
    assert (raised.evidence, raised.out_of_order) == ((), 1)


def test_a_snapshot_is_columns_and_bytes_that_later_frames_do_not_change() -> None:
    sampler = Sampler(7)
    bound = [sampler.binding(key) for key in ("one", "two", "three")]
    evaluator = VectorisedEvaluator(bound)
    frames = sampler.frames(30)
    for frame in frames[:15]:
        evaluator.take(frame)
    state = evaluator.state()
    copies = {name: bytes(column) for name, column in state.items()}
    for frame in frames[15:]:
        evaluator.take(frame)
    assert {name: bytes(column) for name, column in state.items()} == copies
    assert all(isinstance(column, bytes | np.ndarray) for column in state.values())
    again = VectorisedEvaluator.restore(bound, state)
    assert again.position == 14
    assert {name: bytes(column) for name, column in again.state().items()} == copies
