"""The demo's alarm rules raise what the scenarios are for, in time, and are quiet otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from district.kernel.alarms.rules.watched import WATCHED
from district.kernel.conditions.public import explain, parse
from district.kernel.sensing.public import Batch, Frame, Tick
from district.kernel.sensing.rules.declaration import Rule, parse_rule
from district.kernel.sensing.rules.groups import Group, Groups, Member
from district.kernel.sensing.rules.trial import Trial, try_rule
from district.simulation.kinds import BY_PROPERTY
from district.simulation.signals.world import DAY, HOUR, MINUTE, Happening, Stream
from district.simulation.tests.samples import (
    AT,
    NAMES,
    fire,
    rules,
    said,
    storm,
    streams,
    things,
    world,
)

pytestmark = pytest.mark.one_database
_NO_RULE = {"unit", "groups", "handling", "live"}


def rule_of(key: str) -> Rule:
    return parse_rule({name: v for name, v in rules()[key].items() if name not in _NO_RULE})


def watched(rule: Rule) -> list[Stream]:
    """The streams that the rule's condition, over property and thing, holds for."""
    condition = parse(rule.streams, WATCHED)
    told = [(row, {"property": NAMES[row.kind], "thing": row.key}) for row in streams()]
    return [row for row, values in told if explain(condition, values).verdict]


def groups_of(key: str, rows: Iterable[Stream]) -> Groups:
    roles = rules()[key]["groups"].get("roles", {})
    if not roles:
        return Groups.of_streams([row.number for row in rows])
    by_thing: dict[str, list[Member]] = {}
    for row in rows:
        role = next(role for role, name in roles.items() if name == NAMES[row.kind])
        by_thing.setdefault(row.key, []).append(Member(row.number, role))
    return Groups([Group(thing, tuple(members)) for thing, members in by_thing.items()])


def tried(key: str, *happenings: Happening, since: int, until: int) -> Trial:
    rule = rule_of(key)
    rows = watched(rule)
    return try_rule(rule, groups_of(key, rows), said(rows, world(*happenings), since, until))


def tried_coarsely(key: str, *, since: int, until: int) -> Trial:
    """As `tried` without scenarios, at the steps of the past."""
    rule = rule_of(key)
    rows = [replace(row, period=20 * MINUTE) for row in watched(rule)]
    return try_rule(rule, groups_of(key, rows), said(rows, world(), since, until))


@pytest.mark.parametrize("key", sorted(rules()))
def test_every_rule_can_be_read_and_watches_something(key: str) -> None:
    rule = rule_of(key)
    assert rule.label
    assert rule.label_en
    assert watched(rule)
    assert set(rules()[key]["groups"].get("roles", {}).values()) <= set(BY_PROPERTY)
    assert rules()[key]["unit"].startswith("440307")


@pytest.mark.parametrize(
    ("key", "within", "times"),
    [("rain_hour", 15, 1), ("water_level", 40, 1), ("road_water", 20, 1), ("gas_leak", 12, 1)],
)
def test_a_storm_raises_its_alarms_in_time(key: str, within: int, times: int) -> None:
    wet = storm()
    found = tried(key, wet, since=AT - HOUR, until=AT + 3 * HOUR)
    early = [one for one in found.episodes if AT <= one.raised_at <= AT + within * MINUTE]
    assert len(early) >= times, [
        (one.group, (one.raised_at - AT) // MINUTE) for one in found.episodes
    ]
    assert all(one.raised_at > AT for one in found.episodes)
    if key != "water_level":
        assert found.open == 0  # and ends when it is over


def test_a_fire_is_told_within_three_minutes_and_ends_after_it() -> None:
    burning = fire(length=40 * MINUTE)
    found = tried("forest_smoke", burning, since=AT - HOUR, until=AT + 2 * HOUR)
    assert found.raised >= 1
    first = found.episodes[0]
    assert AT + MINUTE <= first.raised_at <= AT + 3 * MINUTE
    assert first.released_at is not None
    assert AT + 40 * MINUTE < first.released_at < AT + 55 * MINUTE


def test_a_fire_that_is_stopped_ends_its_alarm() -> None:
    burning = fire(length=40 * MINUTE, cut=AT + 10 * MINUTE)
    found = tried("forest_smoke", burning, since=AT - HOUR, until=AT + HOUR)
    assert found.raised >= 1
    assert found.open == 0
    assert all((one.released_at or 0) < AT + 17 * MINUTE for one in found.episodes)


@pytest.mark.parametrize("key", sorted(set(rules()) - {"site_noise_night"}))
def test_without_a_scenario_a_day_raises_nothing(key: str) -> None:
    assert tried(key, since=AT - DAY, until=AT).raised == 0


def test_ordinary_weather_of_a_month_raises_few_alarms_and_heavy_rain_some() -> None:
    since = AT - 31 * DAY
    assert 1 <= tried_coarsely("rain_hour", since=since, until=AT).raised <= 40
    assert tried_coarsely("water_level", since=since, until=AT).raised <= 10


def test_sensors_that_begin_to_speak_after_the_rules_went_live_are_not_called_silent() -> None:
    """A rule that goes live watches from an hour ago, and a demo's sensors begin to speak now."""
    rule = rule_of("station_silent")
    rows = [row for row in watched(rule) if row.kind == "noise"]
    groups = Groups.of_streams([row.number for row in rows], HOUR)
    readings = said(rows, world(), AT, AT + HOUR)
    told: list[Batch | Tick] = [Tick(AT + MINUTE), readings, Tick(AT + HOUR + MINUTE)]
    frames = [Frame(at, content) for at, content in enumerate(told)]
    assert try_rule(rule, groups, frames).raised == 0
    # Those that fall silent then are told.
    later = Frame(len(frames), Tick(AT + 3 * HOUR))
    assert try_rule(rule, groups, [*frames, later]).raised == len(rows)


def test_sites_that_work_at_night_are_told_at_night_alone() -> None:
    rule = rule_of("site_noise_night")
    eager = {each.code for each in things() if each.details.get("nights", 0.0) >= 0.1}
    rows = [row for row in watched(rule) if row.key in eager]
    assert rows
    readings = said(rows, world(), AT - 5 * DAY, AT)
    found = try_rule(rule, groups_of("site_noise_night", rows), readings)
    assert found.raised >= 1
    hours = [(one.raised_at + 8 * HOUR) % DAY // HOUR for one in found.episodes]
    assert all(hour >= 22 or hour < 6 for hour in hours)
