"""What the sensors say follows from seed, place, time and scenarios alone, and is believable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.simulation.feed import slots
from district.simulation.signals import weather
from district.simulation.signals.randomness import normal, uniform
from district.simulation.signals.sensors import KINDS, values
from district.simulation.signals.world import (
    DAY,
    HOUR,
    MINUTE,
    PUT_BACK,
    SECOND,
    Happening,
    Stream,
    World,
    bearing,
    metres,
)
from district.simulation.tests.samples import AT, fire, storm, streams, world

pytestmark = pytest.mark.one_database
BOX = (114.0, 22.6, 114.4, 22.85)


def at_middle(kind: str, of: Happening, **details: float) -> Stream:
    return Stream(1, kind, "X-1", of.lon, of.lat, MINUTE, details)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_seed_says_the_same_and_another_seed_something_else(kind: str) -> None:
    stream = Stream(1, kind, "X-1", 114.2, 22.7, MINUTE)
    times = slots(10 * MINUTE, AT - 30 * DAY, AT)
    happening = (Happening("fire", 114.201, 22.7, AT - 20 * DAY, AT - 19 * DAY),)
    first = values(stream, times, World(1, BOX, happenings=happening))
    again = values(stream, times, World(1, BOX, happenings=happening))
    other = values(stream, times, World(2, BOX, happenings=happening))
    assert np.array_equal(first, again, equal_nan=True)
    if kind != "ponding":
        assert not np.array_equal(first, other, equal_nan=True)


@given(cut=st.integers(1, 287), kind=st.sampled_from(sorted(KINDS)))
def test_asking_in_parts_says_the_same_as_asking_at_once(cut: int, kind: str) -> None:
    stream = Stream(1, kind, "X-1", 114.2, 22.7, MINUTE)
    times = slots(5 * MINUTE, AT - DAY, AT)
    here = World(3, BOX, happenings=(storm(AT - 20 * HOUR), fire(AT - 9 * HOUR, HOUR)))
    whole = values(stream, times, here)
    parts = [values(stream, part, here) for part in (times[:cut], times[cut:])]
    assert np.allclose(whole, np.concatenate(parts), atol=1e-6, equal_nan=True)


def test_chance_is_even_and_normal() -> None:
    slots_ = np.arange(200_000, dtype=np.int64)
    even, bell = uniform(5, slots_), normal(5, slots_)
    assert even.min() >= 0
    assert even.max() < 1
    assert abs(even.mean() - 0.5) < 0.005
    assert abs(np.corrcoef(even[1:], even[:-1])[0, 1]) < 0.01
    assert abs(bell.mean()) < 0.01
    assert abs(bell.std() - 1) < 0.01


def test_two_months_are_believable() -> None:
    times = slots(HOUR, AT - 61 * DAY, AT)
    bounds = {
        "rain_hour": (0, 90),
        "level": (0.8, 3.0),
        "pm25": (3, 60),
        "o3": (5, 220),
        "noise": (38, 80),
        "smoke": (0, 12),
        "heat": (15, 40),
        "gas": (0, 5),
        "oxygen": (3, 10),
        "ammonia": (0.05, 3.5),
    }
    every = [row for row in streams() if row.kind in bounds and row.details.get("base", 0) < 10]
    for row in every:
        low, high = bounds[row.kind]
        found = values(row, times, world())
        assert low <= found.min(), row
        assert found.max() <= high, row
    wet = [values(row, times, world()).max() for row in every if row.kind == "rain_hour"]
    assert max(wet) > 15  # it does rain, heavily somewhere


def test_air_noise_and_heat_have_their_hours() -> None:
    days = slots(HOUR, AT - 61 * DAY, AT)
    hours = (days + 8 * HOUR) % DAY // HOUR

    def mean(kind: str, hour: int) -> float:
        stream = Stream(1, kind, "X-1", 114.2, 22.7, MINUTE)
        return float(values(stream, days, World(1, BOX))[hours == hour].mean())

    assert mean("o3", 15) > 1.5 * mean("o3", 4)
    assert mean("pm25", 8) > mean("pm25", 20)
    assert mean("noise", 10) > mean("noise", 3) + 12
    assert mean("noise", 10) > mean("noise", 13) + 12  # at noon they rest
    assert mean("heat", 14) > mean("heat", 3) + 5


def test_rain_becomes_a_level_later_and_slowly_runs_off() -> None:
    wet = storm()
    level = at_middle("level", wet, base=1.0)
    times = slots(MINUTE, AT, AT + 8 * HOUR)
    found = values(level, times, World(1, BOX, happenings=(wet,)))
    dry = values(level, times, World(1, BOX))
    rise = found - dry
    assert rise[2] < 0.05
    assert rise[30] > 0.5
    assert rise.argmax() > 45  # the flood comes behind the rain
    assert rise[-1] < 0.05


def test_all_rain_reaches_the_hour_and_nothing_is_counted_twice() -> None:
    wet = storm(AT + 7 * MINUTE, 40 * MINUTE)
    here = World(1, BOX, happenings=(wet,))
    times = slots(MINUTE, AT, AT + HOUR)
    by_minute = values(at_middle("rain", wet), times, here)
    hour = values(at_middle("rain_hour", wet), times[-1:], here)
    exact = weather.rain(here, wet.lon, wet.lat, AT // MINUTE, 60).sum()
    assert abs(by_minute.sum() - exact) < 60 * 0.05
    assert abs(hour[0] - exact) < 0.051


def test_only_who_sees_a_fire_tells_of_it_and_where_it_is() -> None:
    burning = fire()
    here = World(1, BOX, happenings=(burning,))
    times = slots(30 * SECOND, AT, AT + 5 * MINUTE)
    near = Stream(1, "smoke", "A", burning.lon, burning.lat + 0.01, 30 * SECOND, {"range": 3000})
    far = Stream(2, "smoke", "B", burning.lon, burning.lat + 0.04, 30 * SECOND, {"range": 3000})
    assert values(near, times, here)[-1] > 50
    assert values(far, times, here).max() < 10
    told = values(
        Stream(3, "fire_bearing", "A", near.lon, near.lat, MINUTE, near.details), times, here
    )
    away = values(
        Stream(4, "fire_distance", "A", near.lon, near.lat, MINUTE, near.details), times, here
    )
    assert np.isnan(told[0])  # nothing is seen yet
    assert abs(told[-1] - 180) < 4
    assert abs(away[-1] - metres(near.lon, near.lat, burning.lon, burning.lat)) < 200
    silent = Stream(5, "fire_bearing", "B", far.lon, far.lat, MINUTE, far.details)
    assert np.isnan(values(silent, times, here)).all()


def test_directions_are_those_of_a_compass() -> None:
    assert bearing(114, 22, 114, 23) == pytest.approx(0)
    assert bearing(114, 22, 115, 22) == pytest.approx(90)
    assert bearing(114, 22, 113, 22) == pytest.approx(270)


@pytest.mark.parametrize("kind", ["rain", "rain_hour", "level", "ponding", "gas"])
def test_a_storm_that_is_stopped_is_forgotten_within_two_minutes(kind: str) -> None:
    cut = AT + 40 * MINUTE
    stopped = storm(cut=cut)
    stream = Stream(1, kind, stopped.site, stopped.lon, stopped.lat, MINUTE)
    times = slots(MINUTE, AT, AT + 2 * HOUR)
    found = values(stream, times, World(1, BOX, happenings=(stopped,)))
    going = values(stream, times, World(1, BOX, happenings=(storm(),)))
    without = values(stream, times, World(1, BOX))
    before, after = times <= cut, times >= cut + PUT_BACK
    assert np.array_equal(found[before], going[before])
    assert np.array_equal(found[after], without[after])
    assert not np.array_equal(found[before], without[before])


@pytest.mark.parametrize("kind", ["smoke", "heat", "fire_bearing", "pm25"])
def test_a_fire_that_is_stopped_is_out_within_two_minutes(kind: str) -> None:
    cut = AT + 10 * MINUTE
    out = fire(cut=cut)
    stream = at_middle(kind, out)
    times = slots(30 * SECOND, AT, AT + HOUR)
    found = values(stream, times, World(1, BOX, happenings=(out,)))
    without = values(stream, times, World(1, BOX))
    after = times >= cut + PUT_BACK
    assert np.array_equal(found[after], without[after], equal_nan=True)


def test_gas_leaks_at_one_site_alone() -> None:
    wet = storm()
    here = world(wet)
    times = slots(MINUTE, AT, AT + 30 * MINUTE)
    leaking = [
        row.key for row in streams() if row.kind == "gas" and values(row, times, here).max() > 10
    ]
    assert leaking == [wet.site]


def test_a_zone_has_the_levels_that_it_was_given_and_no_site() -> None:
    times = slots(5 * MINUTE, AT - 7 * DAY, AT)
    zone = Stream(1, "noise", "Z-1", 114.2, 22.7, 5 * MINUTE, {"day": 60.0, "night": 50.0})
    found = values(zone, times, World(1, BOX))
    hours = (times + 8 * HOUR) % DAY / HOUR
    by_day = (hours > 6) & (hours <= 22)
    assert abs(found[by_day].mean() - 60) < 0.5
    assert abs(found[~by_day].mean() - 50) < 0.5
    assert found[~by_day].max() < 55


def test_a_section_that_carries_more_ammonia_carries_no_more_of_the_rest() -> None:
    times = slots(4 * HOUR, AT - 7 * DAY, AT)

    def mean(kind: str, **details: float) -> float:
        stream = Stream(1, kind, "D-1", 114.2, 22.7, HOUR, details)
        return float(values(stream, times, World(1, BOX)).mean())

    assert mean("ammonia", load=3.0) == pytest.approx(3.0 * mean("ammonia"), rel=0.01)
    assert mean("phosphorus", load=3.0) == mean("phosphorus")
