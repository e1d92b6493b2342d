"""What each operator means, by example; every expectation is worked out by hand.

Times are steps of twenty seconds. Each example is put to both evaluators.
"""

from __future__ import annotations

from typing import Any

import pytest

from district.kernel.sensing.batches import Frame, Tick
from district.kernel.sensing.rules import tree
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.groups import Group, Groups, Member
from district.kernel.sensing.rules.reference import ReferenceEvaluator
from district.kernel.sensing.rules.tests.samples import BASE, NAN, STEP, batch_of
from district.kernel.sensing.rules.transitions import Transition

ABOVE = tree.Test("above", 30.0, 28.0)
ONE = Groups([Group("here", (Member(1),))])
TWO = Groups([Group("here", (Member(1, "rain"), Member(2, "level")))])
THREE = Groups([Group("here", (Member(1, "m"), Member(2, "m"), Member(3, "m")))])


def rule_of(when: tree.Clause, **more: Any) -> Rule:
    """A rule that asks that."""
    return Rule("rule", "规则", "red", "all", when, **more)


def transitions(rule: Rule, groups: Groups, log: list[Any]) -> list[Transition]:
    """What both evaluators say of a log: lists of (stream, step, value), or steps of ticks."""
    plain, fast = ReferenceEvaluator(), VectorisedEvaluator([Binding(rule, groups)])
    plain.apply([Binding(rule, groups)])
    told: list[Transition] = []
    for position, one in enumerate(log):
        if isinstance(one, list):
            frame = Frame(position, batch_of([(*reading, -1) for reading in one]))
        else:
            frame = Frame(position, Tick(BASE + int(one * STEP)))
        said = plain.take(frame)
        assert repr(fast.take(frame)) == repr(said)
        told.extend(said)
    return told


def story(when: tree.Clause, log: list[Any], groups: Groups = ONE, **more: Any) -> list[Any]:
    """(raised or released, step) of each transition."""
    told = transitions(rule_of(when, **more), groups, log)
    return [(one.kind, (one.time - BASE) / STEP) for one in told]


def values(*readings: float, stream: int = 1, start: int = 0) -> list[Any]:
    """A frame for each value, a step apart."""
    return [[(stream, start + step, value)] for step, value in enumerate(readings)]


def test_a_level_raises_from_the_level_on_and_releases_below_the_release_level() -> None:
    assert story(ABOVE, values(29.9, 30.0, 28.0, 27.9)) == [("raised", 1), ("released", 3)]


def test_values_that_chatter_between_the_levels_neither_raise_nor_release() -> None:
    assert story(ABOVE, values(27, 29, 28, 29.9, 28)) == []
    assert story(ABOVE, values(31, 29, 31, 28, 31, 29)) == [("raised", 0)]


def test_below_is_the_mirror_of_above_with_both_levels_included() -> None:
    below = tree.Test("below", 5.0, 8.0)
    assert story(below, values(5.1, 5.0, 8.0, 8.1)) == [("raised", 1), ("released", 3)]


def test_between_the_levels_nothing_is_known_before_a_value_beyond_them() -> None:
    assert story(tree.Not(ABOVE), values(29, 29, 27)) == [("raised", 2)]


def test_a_reading_without_a_number_is_unknown_and_neither_raises_nor_releases() -> None:
    log = values(31, NAN, 29, 31, NAN, 27)
    assert story(ABOVE, log) == [("raised", 0), ("released", 5)]
    assert story(ABOVE, log, unknown="release") == [
        ("raised", 0), ("released", 1), ("raised", 3), ("released", 4),
    ]  # fmt: skip


def test_a_value_is_unknown_when_its_validity_is_over_at_that_event_time() -> None:
    brief = tree.Test("above", 30.0, 28.0, valid_for=3 * STEP)
    assert story(brief, [[(1, 0, 31)], 9, [(1, 10, 29)], [(1, 11, 27)]]) == [
        ("raised", 0), ("released", 11),
    ]  # fmt: skip
    assert story(brief, [[(1, 0, 31)], 2, 9], unknown="release") == [
        ("raised", 0), ("released", 3),
    ]  # fmt: skip


def test_a_rate_is_the_change_since_the_oldest_reading_of_its_window() -> None:
    rising = tree.Test("above", 2.0, 1.0, rate=tree.Rate(4 * STEP, STEP))
    # After 2 steps 4/2 = 2; then (5-0)/3 = 1.7, (5-0)/4 = 1.25, (5-1)/4 = 1, (5-4)/4 = 0.25.
    assert story(rising, values(0, 1, 4, 5, 5, 5, 5)) == [("raised", 2), ("released", 6)]


def test_a_rate_over_less_than_half_of_its_window_is_unknown() -> None:
    rising = tree.Test("above", 2.0, 1.0, rate=tree.Rate(4 * STEP, STEP))
    assert story(rising, [[(1, 0, 0)], [(1, 1, 90)]]) == []
    assert story(rising, [[(1, 0, 0)], [(1, 9, 90)], [(1, 10, 200)]]) == []


def test_sustained_asks_that_every_reading_over_the_time_held() -> None:
    long = tree.Sustained(3 * STEP, ABOVE)
    assert story(long, values(31, 29, 31, 31)) == [("raised", 3)]
    assert story(long, values(31, 31, 27, 31, 31, 31, 31)) == [("raised", 6)]
    assert story(long, [[(1, 0, 31)], [(1, 3, 31)]]) == [("raised", 3)]
    assert story(long, [[(1, 0, 31)], 9]) == []  # no reading says that it still held


def test_sustained_begins_anew_where_the_value_was_unknown_but_does_not_release() -> None:
    long = tree.Sustained(3 * STEP, tree.Test("above", 30.0, 28.0, valid_for=2 * STEP))
    assert story(long, [*values(31, 31), *values(31, 31, 31, 31, start=4)]) == [("raised", 7)]
    assert story(long, [*values(31, 31, 31, 31), [(1, 9, 31)], [(1, 10, 27)]]) == [
        ("raised", 3), ("released", 10),
    ]  # fmt: skip


def test_silence_falls_due_by_the_watermark_at_its_own_event_time() -> None:
    quiet = tree.Silent(5 * STEP)
    assert story(quiet, [[(1, 0, 1)], 4.9, 7.0, [(1, 8, 1)]]) == [("raised", 5), ("released", 8)]
    assert story(quiet, [[(1, 0, 1)], [(1, 5, 1)], 9.9]) == []
    late = Groups([Group("here", (Member(1, lateness=3 * STEP),))])
    assert story(quiet, [[(1, 0, 1)], 7.9, 8], late) == [("raised", 5)]


def test_a_stream_that_never_spoke_is_silent_from_the_first_watermark_on() -> None:
    assert story(tree.Silent(5 * STEP), [2, 6, 7]) == [("raised", 7)]


def test_between_two_readings_of_one_frame_silence_comes_and_goes() -> None:
    log: list[Any] = [[(1, 0, 1), (1, 8, 1)]]
    assert story(tree.Silent(5 * STEP), log) == [("raised", 5), ("released", 8)]


def test_counted_is_so_many_readings_within_the_window_that_ends_now() -> None:
    often = tree.Counted(2, 3 * STEP, ABOVE)
    assert story(often, values(31, 27, 31, 27, 27)) == [("raised", 2), ("released", 3)]
    assert story(often, values(31, 27, 27, 31, 27)) == []  # the first is 3 steps back: outside


def test_two_of_three_members_within_a_window() -> None:
    two = tree.Members(2, 3 * STEP, ABOVE, "m")
    assert story(two, [[(1, 0, 31)], [(2, 2, 31)]], THREE) == [("raised", 2)]
    # At 3 the first one's word of 0 is too old, the second's is not, the third says no.
    both: list[Any] = [[(1, 0, 31), (2, 2, 31), (3, 2, 27)], [(1, 3, 27)]]
    assert story(two, both, THREE) == [("raised", 2), ("released", 3)]
    assert story(two, [[(1, 0, 31)], [(2, 3, 31)]], THREE) == []


def test_members_that_never_spoke_are_unknown() -> None:
    two = tree.Members(2, 3 * STEP, ABOVE, "m")
    assert story(tree.Not(two), [[(1, 0, 27)], [(2, 1, 27)]], THREE) == [("raised", 1)]


RAIN = tree.Test("above", 20.0, 20.0, "rain", valid_for=3 * STEP)
LEVEL = tree.Test("above", 3.0, 3.0, "level", valid_for=3 * STEP)


def test_a_combination_holds_while_all_of_its_values_are_valid() -> None:
    both = tree.All((RAIN, LEVEL))
    assert story(both, [[(1, 0, 25)], [(2, 2, 4)]], TWO) == [("raised", 2)]
    assert story(both, [[(1, 0, 25)], [(2, 3, 4)]], TWO) == []
    # The rain is unknown from 3 on; only the level's fall at 5 tells that it is over.
    assert story(both, [[(1, 0, 25)], [(2, 2, 4)], [(2, 4, 4)], [(2, 5, 1)]], TWO) == [
        ("raised", 2), ("released", 5),
    ]  # fmt: skip


def test_any_holds_by_one_that_is_known_whatever_the_other() -> None:
    assert story(tree.AnyOf((RAIN, LEVEL)), [[(2, 2, 4)], [(2, 3, 1)], [(1, 4, 1)]], TWO) == [
        ("raised", 2), ("released", 4),
    ]  # fmt: skip


def test_readings_of_one_instant_are_taken_together() -> None:
    only_rain = tree.All((RAIN, tree.Not(LEVEL)))
    assert story(only_rain, [[(1, 0, 1), (2, 0, 1)], [(1, 1, 25), (2, 1, 4)]], TWO) == []


def test_until_says_by_itself_what_releases() -> None:
    calm = tree.Sustained(2 * STEP, tree.Not(ABOVE))
    log = values(31, 27, 31, 27, 27, 27, 31)
    assert story(ABOVE, log, until=calm) == [("raised", 0), ("released", 5), ("raised", 6)]


def test_waiting_puts_late_readings_in_order_and_without_it_they_are_counted() -> None:
    log: list[Any] = [[(1, 0, 27)], [(1, 2, 31)], [(1, 1, 31)], [(1, 9, 31)]]
    long = tree.Sustained(STEP, ABOVE)
    (raised,) = transitions(rule_of(long, wait=3 * STEP), ONE, log)
    assert ((raised.time - BASE) / STEP, raised.position, raised.out_of_order) == (2, 3, 0)
    (raised,) = transitions(rule_of(long), ONE, log)
    assert ((raised.time - BASE) / STEP, raised.position, raised.out_of_order) == (9, 3, 1)


def test_a_reading_at_or_before_a_tick_less_the_lateness_is_out_of_order() -> None:
    late = Groups([Group("here", (Member(1, lateness=2 * STEP),))])
    assert story(ABOVE, [5, [(1, 3, 31)]], late) == []
    assert story(ABOVE, [5, [(1, 4, 31)]], late) == [("raised", 4)]


def test_a_frame_is_taken_whole_before_its_watermark_moves() -> None:
    told = transitions(rule_of(ABOVE), ONE, [[(1, 5, 27), (1, 3, 31)]])
    assert [(one.kind, (one.time - BASE) / STEP) for one in told] == [
        ("raised", 3), ("released", 5),
    ]  # fmt: skip
    assert {one.position for one in told} == {0}


def test_evidence_are_the_latest_readings_of_the_streams_that_the_rule_reads() -> None:
    log: list[Any] = [[(1, 0, 10), (9, 0, 1)], [(1, 1, 25)], [(2, 2, 4)]]
    (raised,) = transitions(rule_of(tree.All((RAIN, LEVEL))), TWO, log)
    found = [(one.stream, (one.time - BASE) / STEP, one.value) for one in raised.evidence]
    assert found == [(1, 1, 25.0), (2, 2, 4.0)]


def test_an_episode_keeps_its_key_from_raise_to_release_and_another_has_another() -> None:
    first, end, second = transitions(rule_of(ABOVE), ONE, values(31, 27, 31))
    assert first.episode == end.episode != second.episode


def test_a_role_that_two_streams_have_is_refused() -> None:
    groups = Groups([Group("here", (Member(1), Member(2)))])
    with pytest.raises(ValueError, match="several streams"):
        VectorisedEvaluator([Binding(rule_of(ABOVE), groups)])
    with pytest.raises(ValueError, match="several streams"):
        ReferenceEvaluator().apply([Binding(rule_of(ABOVE), groups)])
