"""The demo's alarm rules raise what the scenarios are for, in time, and are quiet otherwise."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

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
    """The streams whose property the rule's condition names."""
    return [row for row in streams() if f'"{NAMES[row.kind]}"' in rule.streams]


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


@pytest.mark.parametrize("key", ["forest_smoke", "gas_leak"])
def test_without_a_scenario_a_day_raises_nothing(key: str) -> None:
    assert tried(key, since=AT - DAY, until=AT).raised == 0


def test_sites_that_work_at_night_are_told_at_night_alone() -> None:
    rule = rule_of("site_noise_night")
    eager = {each.code for each in things() if each.details.get("nights", 0.0) > 0.1}
    rows = [row for row in watched(rule) if row.key in eager]
    assert rows
    readings = said(rows, world(), AT - 5 * DAY, AT)
    found = try_rule(rule, groups_of("site_noise_night", rows), readings)
    assert found.raised >= 1
    hours = [(one.raised_at + 8 * HOUR) % DAY // HOUR for one in found.episodes]
    assert all(hour >= 22 or hour < 6 for hour in hours)
