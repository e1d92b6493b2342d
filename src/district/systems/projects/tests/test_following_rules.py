"""Which projects owe a follow-up, by when, and what of it cannot be believed: pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import SettingError
from district.kernel.tracking.public import LightVerdict
from district.systems.projects.rules.following import (
    FollowRules,
    Known,
    Seen,
    doubt_of,
    due,
    metres_from,
    monday,
    owes,
    week_light,
)
from district.systems.projects.rules.settings import follow_rules
from district.systems.projects.selectors.settings import HELD

D = Decimal
RULES = FollowRules({"building": 1, "turning": 2}, 5, time(18), 14, D(10), 1000, 3, 2, ())
WEEK = timedelta(days=7)
FIRST = date(2025, 9, 22)


def test_a_week_is_owed_by_stage_from_the_first_whole_one() -> None:
    since = date(2025, 9, 3)  # a Wednesday
    weeks = [date(2025, 9, 1) + WEEK * n for n in range(5)]
    assert [owes("building", since, one, RULES) for one in weeks] == [False, *[True] * 4]
    assert [owes("turning", since, one, RULES) for one in weeks] == [
        False, False, True, False, True,
    ]  # fmt: skip
    assert owes("building", date(2025, 9, 1), date(2025, 9, 1), RULES)
    assert not owes("completed", since, weeks[3], RULES)
    assert due(FIRST, RULES) == datetime(2025, 9, 26, 18)  # noqa: DTZ001  # local time, as told


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 6), st.integers(0, 60))
@settings(max_examples=60)
def test_in_so_many_whole_weeks_each_stage_owes_one(since: date, every: int, at: int) -> None:
    rules = replace(RULES, stages={"building": every})
    start = monday(since) + WEEK * (at + 1)
    owed = [owes("building", since, start + WEEK * n, rules) for n in range(every)]
    assert sum(owed) == 1


def plain_doubt(seen: Seen, earlier: Sequence[Known]) -> str:
    """The same by looking at every week."""
    known = {one.first: one for one in earlier if one.first < seen.first}
    if known:
        last = known[max(known)]
        if seen.progress < last.progress:
            return "falls"
        if seen.progress > last.progress + RULES.leap_points * (
            (seen.first - last.first).days // 7
        ):
            return "leaps"
    if seen.metres is not None and seen.metres > RULES.far_metres:
        return "far"
    if not seen.building or seen.problem or seen.progress == 100:
        return ""
    old = [first for first in known if (seen.first - first).days >= 7 * RULES.still_weeks]
    if not old:
        return ""
    told = [one for first, one in known.items() if first >= max(old)]
    still = {one.progress for one in told} == {seen.progress}
    return "still" if still and not any(one.problem for one in told) else ""


@given(
    st.lists(st.none() | st.tuples(st.integers(38, 42), st.booleans()), max_size=6),
    st.integers(38, 62), st.booleans(), st.none() | st.sampled_from([0.0, 999.0, 1001.0]),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=100)
def test_doubts_are_those_of_a_plain_look_at_every_week(
    weeks: list[tuple[int, bool] | None],
    progress: int,
    problem: bool,
    metres: float | None,
    building: bool,
) -> None:
    earlier = [
        Known(FIRST - WEEK * (len(weeks) - at), D(one[0]), one[1])
        for at, one in enumerate(weeks)
        if one is not None
    ]
    seen = Seen(FIRST, D(progress), problem, metres, building)
    assert doubt_of(seen, earlier, RULES) == plain_doubt(seen, earlier)


def test_missed_weeks_worsen_the_light_and_a_place_is_judged_by_its_error() -> None:
    green = LightVerdict("green")
    lights = [week_light(green, missed, RULES).light for missed in range(4)]
    assert lights == ["green", "yellow", "red", "red"]
    assert week_light(LightVerdict("red"), 1, RULES).light == "red"
    here, there = (D("114.2"), D("22.7")), (D("114.21"), D("22.7"))
    way = metres_from(here, there, 0)
    assert way is not None
    assert 1000 < way < 1050
    assert metres_from(here, there, 2000) == 0
    assert metres_from(here, (None, None), 0) is None


@pytest.mark.parametrize(
    ("entry", "value"),
    [("stages", {"completed": 1}), ("due_weekday", 8), ("due_at", "later"), ("still_weeks", 0)],
)
def test_a_district_s_wrong_setting_is_refused_by_its_entry(entry: str, value: Any) -> None:
    with pytest.raises(SettingError, match=entry):
        follow_rules({**HELD.default["follow_ups"], entry: value})
