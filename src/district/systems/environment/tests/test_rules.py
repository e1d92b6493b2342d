"""The pure rules at their edges, and against slow plain versions on random input."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.systems.environment.rules import air, noise, water
from district.systems.environment.rules.numbers import rounded, share
from district.systems.environment.services.air import stretches
from district.systems.environment.standards import (
    air_standard,
    noise_standard,
    water_standard,
)
from district.systems.environment.tests.conftest import wall

DAY = date(2025, 9, 20)
AIR, WATER, NOISE = air_standard(DAY), water_standard(DAY), noise_standard(DAY)
FINE = AIR.pollutant("pm25")

# Air


@pytest.mark.parametrize(
    ("key", "value", "index"),
    [
        ("pm25", "0", 0), ("pm25", "35", 50), ("pm25", "36", 52), ("pm25", "75", 100),
        ("pm25", "76", 102), ("pm25", "115", 150), ("pm25", "500", 500), ("pm25", "900", 500),
        ("co", "2.0", 50), ("co", "2.1", 53), ("so2", "51", 51), ("no2", "80", 100),
        ("o3", "160", 100), ("o3", "161", 101), ("o3", "800", 300), ("o3", "801", 300),
    ],
)  # fmt: skip
def test_the_index_stands_at_its_break_points_and_is_rounded_up(
    key: str, value: str, index: int
) -> None:
    assert air.iaqi(Decimal(value), AIR.pollutant(key), AIR) == index


@given(st.sampled_from(AIR.pollutants), st.decimals("0", "3000", places=1))
def test_the_index_is_what_the_formula_of_the_standard_gives(
    one: air.Pollutant, value: Decimal
) -> None:
    steps = list(zip(one.breakpoints, AIR.iaqi, strict=False))
    plain = steps[-1][1]
    for (low, low_index), (high, high_index) in pairwise(steps):
        if low < value <= high or (value == low == 0):
            exact = (high_index - low_index) / (high - low) * (value - low) + low_index
            plain = int(exact.quantize(Decimal("1e-12")).quantize(Decimal(1), ROUND_UP))
            break
    assert air.iaqi(value, one, AIR) == plain


@given(st.dictionaries(st.sampled_from([p.key for p in AIR.pollutants]),
                       st.decimals("0", "400", places=1)))  # fmt: skip
def test_a_days_index_is_its_worst_pollutants(values: dict[str, Decimal]) -> None:
    found = air.judged(values, AIR)
    indices = {key: air.iaqi(value, AIR.pollutant(key), AIR) for key, value in values.items()}
    assert found.aqi == (max(indices.values()) if indices else None)
    if found.aqi is not None and found.aqi > 50:
        assert set(found.primary) == {k for k, v in indices.items() if v == found.aqi}
    assert found.counts == (len(values) == 6 or (found.aqi or 0) > 100)
    assert found.good == (found.counts and found.aqi is not None and found.aqi <= 100)


def hours(count: int, value: str = "30", first: int = 1) -> dict[int, Fraction]:
    return {hour: Fraction(value) for hour in range(first, first + count)}


@pytest.mark.parametrize(("count", "valid"), [(19, False), (20, True), (24, True)])
def test_a_day_needs_twenty_hours(count: int, valid: bool) -> None:
    assert (air.day_value(hours(count), FINE, AIR) is not None) == valid


@pytest.mark.parametrize(
    ("told", "value"),
    [
        (hours(24, "90"), 90),
        # Ends from 8 to 21 have six hours or more: fourteen of them.
        (hours(19, "90"), 90),
        (hours(18, "90"), None),
        # With too few running means an exceedance still counts, for more could only be worse.
        (hours(18, "170"), 170),
        ({}, None),
    ],
)
def test_ozone_is_the_greatest_of_enough_running_means(
    told: dict[int, Fraction], value: int | None
) -> None:
    assert air.day_value(told, AIR.pollutant("o3"), AIR) == value


@pytest.mark.parametrize(("readings", "valid"), [(44, False), (45, True), (60, True)])
def test_an_hour_needs_three_quarters_of_itself(readings: int, valid: bool) -> None:
    told = [(5, Fraction(10))] * readings
    assert (5 in air.hourly_means(told, Fraction(1), AIR.validity)) == valid


def test_the_districts_mean_needs_three_quarters_of_its_stations() -> None:
    some = [Decimal(10), Decimal(20), Decimal(30)]
    assert air.of_stations([*some, None], FINE, AIR) == 20
    assert air.of_stations([*some[:2], None], FINE, AIR) is None
    assert air.of_stations([], FINE, AIR) is None


def test_numbers_are_rounded_half_to_even() -> None:
    assert [rounded(Decimal(n), 0) for n in ("30.5", "31.5", "30.51")] == [30, 32, 31]
    assert rounded(Fraction(61, 2), 0) == 30
    assert (share(1, 3), share(0, 0)) == (Decimal("33.3"), None)


@given(st.lists(st.dates(date(2025, 1, 1), date(2025, 4, 1)), max_size=60))
def test_stretches_hold_every_day_once(days: list[date]) -> None:
    held = [
        first + timedelta(days=n)
        for first, last in stretches(days)
        for n in range((last - first).days + 1)
    ]
    assert held == sorted(set(days))


# Rivers


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("nh3n", "0.15", 1), ("nh3n", "0.151", 2), ("nh3n", "1.0", 3), ("nh3n", "2", 5),
        ("nh3n", "2.01", 6), ("do", "7.5", 1), ("do", "7.49", 2), ("do", "2", 5),
        ("do", "1.99", 6), ("ph", "6", 1), ("ph", "9", 1), ("ph", "9.1", 6), ("ph", "5.9", 6),
        ("cod", "15", 1), ("cod", "15.1", 3), ("hg", "0.00005", 1), ("hg", "0.00006", 3),
    ],
)  # fmt: skip
def test_a_limit_itself_is_kept(key: str, value: str, found: int) -> None:
    assert water.class_of(Fraction(value), WATER.by_key[key]) == found


GOOD = {"do": "8", "codmn": "2", "nh3n": "0.1", "tp": "0.02", "cod": "10", "ph": "7"}


def means(**more: str) -> dict[str, Fraction]:
    return {key: Fraction(value) for key, value in {**GOOD, **more}.items()}


def test_the_worst_item_decides_and_what_misses_is_named_the_worst_first() -> None:
    found = water.assessed(means(nh3n="1.2", tp="0.45", ph="9.5"), 3, WATER)
    assert (found.water_class, found.meets) == (6, False)
    assert [(one.item, one.water_class, one.limit) for one in found.failing] == [
        ("tp", 6, Decimal("0.2")),
        ("ph", 6, Decimal(9)),
        ("nh3n", 4, Decimal("1.0")),
    ]
    assert found.failing[0].times == Fraction("1.25")
    assert found.failing[1].times is None
    assert set(found.deciding) == {"tp", "ph"}


def test_what_is_not_assessed_does_not_count_and_what_is_missing_is_told() -> None:
    assert water.assessed(means(tn="9", coliforms="90000"), 2, WATER).water_class == 2 - 1
    lacking = {key: value for key, value in means().items() if key != "tp"}
    found = water.assessed(lacking, 3, WATER)
    assert (found.water_class, found.meets, found.missing) == (None, None, ("tp",))
    # An item over the target misses it, whatever else is missing.
    found = water.assessed({**lacking, "nh3n": Fraction(3)}, 3, WATER)
    assert (found.water_class, found.meets) == (None, False)


@given(st.dictionaries(st.sampled_from([i.key for i in WATER.items]),
                       st.fractions(0, 12, max_denominator=100)), st.integers(1, 5))  # fmt: skip
def test_a_class_is_the_first_whose_limits_are_all_kept(
    values: dict[str, Fraction], target: int
) -> None:
    def kept(wanted: int) -> bool:
        for key, value in values.items():
            item = WATER.by_key[key]
            if not item.assessed:
                continue
            if item.direction == "range":
                good = item.limits[0] <= value <= item.limits[1]
            elif item.direction == "least":
                good = value >= item.limits[wanted - 1]
            else:
                good = value <= item.limits[wanted - 1]
            if not good:
                return False
        return True

    plain = next((n for n in range(1, 6) if kept(n)), 6)
    found = water.assessed(values, target, WATER)
    if found.water_class is not None:
        assert found.water_class == plain
        assert found.meets == (plain <= target)
    else:
        assert found.missing


@pytest.mark.parametrize(
    ("text", "value", "below"),
    [("0.12", "0.12", False), ("<0.04", "0.02", True), ("＜0.04", "0.02", True),
     ("0.04L", "0.02", True), (" 3 ", "3", False)],
)  # fmt: skip
def test_what_was_not_found_counts_half_its_limit(text: str, value: str, below: bool) -> None:
    assert water.lab_value(text, WATER) == (Fraction(value), below)


@pytest.mark.parametrize("text", ["", "x", "-1", "NaN", "<", "1e999999x", "Infinity"])
def test_what_is_no_concentration_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of Decimal, Fraction or our own
        water.lab_value(text, WATER)


# Noise


@given(st.lists(st.floats(0, 140), min_size=1, max_size=40))
def test_levels_are_averaged_by_energy(levels: list[float]) -> None:
    plain = 10 * math.log10(sum(10 ** (level / 10) for level in levels) / len(levels))
    assert noise.equivalent(np.array(levels)) == pytest.approx(plain, abs=1e-9)


def test_one_loud_reading_in_ten_outweighs_the_rest() -> None:
    assert noise.equivalent(np.array([60.0] * 9 + [80.0])) == pytest.approx(70.37, abs=0.01)
    with pytest.raises(ValueError, match="nothing"):
        noise.equivalent(np.array([]))


@pytest.mark.parametrize(
    ("at", "day", "part"),
    [
        ("2025-09-20 06:00", 19, "night"), ("2025-09-20 06:01", 20, "day"),
        ("2025-09-20 22:00", 20, "day"), ("2025-09-20 22:01", 20, "night"),
        ("2025-09-21 00:00", 20, "night"),
    ],
)  # fmt: skip
def test_a_reading_belongs_to_the_stretch_that_it_ends(at: str, day: int, part: str) -> None:
    assert NOISE.part_of(wall(at)) == (date(2025, 9, day), part)


def measured(levels: list[float], limits: str, part: noise.Part = "night") -> noise.Measured:
    """A night (or day) of minutes with those levels, the rest quiet."""
    begin, end = NOISE.stretch(DAY, part)
    minutes = int((end - begin) / timedelta(minutes=1))
    all_of = np.array([*levels, *[30.0] * (minutes - len(levels))])
    times = (np.arange(minutes, dtype=np.int64) + 1) * 60_000_000
    return noise.measured(
        times, all_of, begin=0, end=minutes * 60_000_000, interval=60_000_000,
        limits=NOISE.limits[limits], part=part, standard=NOISE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("level", "part", "over"),
    [
        (55.0, "night", "0"), (55.04, "night", "0"), (55.05, "night", "0"),
        (55.06, "night", "0.1"), (55.1, "night", "0.1"), (70.0, "day", "0"), (70.1, "day", "0.1"),
    ],
)  # fmt: skip
def test_a_sites_limits_hold_for_every_twenty_minutes(
    level: float, part: noise.Part, over: str
) -> None:
    assert measured([level] * 20, "site", part).over == Decimal(over)


def test_a_block_that_is_hardly_covered_is_none_and_a_peak_has_its_own_limit() -> None:
    found = measured([54.0] * 19 + [70.0], "site")
    assert (found.peak, found.peak_over) == (Decimal(70), Decimal(0))
    found = measured([54.0] * 19 + [70.1], "site")
    assert (found.peak, found.peak_over, found.exceeds) == (Decimal("70.1"), Decimal("0.1"), True)
    # By day no peak is limited.
    assert measured([54.0] * 19 + [99.0], "zone3", "day").peak_over == 0
    few = noise.measured(
        np.arange(1, 15, dtype=np.int64) * 60_000_000, np.full(14, 90.0), begin=0,
        end=480 * 60_000_000, interval=60_000_000, limits=NOISE.limits["site"], part="night",
        standard=NOISE, peaks=(np.array([1], np.int64), np.array([60.0])),
    )  # fmt: skip
    assert (few.level, few.worst, few.exceeds) == (None, None, False)


def test_a_zones_limit_holds_for_the_whole_night() -> None:
    loud = measured([60.0] * 20, "zone2")
    assert (loud.worst, loud.over) == (None, Decimal(0))
    assert loud.level is not None
    assert measured([50.1] * 480, "zone2").over == Decimal("0.1")


@given(st.lists(st.tuples(st.integers(1, 480), st.integers(300, 900)), unique_by=lambda p: p[0]))
def test_the_loudest_block_is_the_loudest_of_all_that_are_covered(
    readings: list[tuple[int, int]],
) -> None:
    readings.sort()
    times = np.array([minute for minute, _ in readings], np.int64) * 60_000_000
    levels = np.array([tenths / 10 for _, tenths in readings])
    found = noise.measured(
        times, levels, begin=0, end=480 * 60_000_000, interval=60_000_000,
        limits=NOISE.limits["site"], part="night", standard=NOISE,
    )  # fmt: skip
    plain = None
    for number in range(24):
        own = [t / 10 for minute, t in readings if number * 20 < minute <= number * 20 + 20]
        if len(own) >= 15:
            energy = sum(10 ** (level / 10) for level in own) / len(own)
            level = rounded(Decimal(repr(round(10 * math.log10(energy), 6))), 1)
            if plain is None or level > plain[1]:
                plain = ((number + 1) * 20 * 60_000_000, level)
    assert (found.worst and (found.worst.end, found.worst.level)) == plain


@given(st.lists(st.floats(30, 90), max_size=50), st.integers(1, 20))
def test_the_loudest_readings_are_kept_in_order_of_time(levels: list[float], most: int) -> None:
    times = np.arange(len(levels), dtype=np.int64)
    kept, cut = noise.kept_evidence(times, np.array(levels), most)
    assert cut == (len(levels) > most)
    assert [at for at, _ in kept] == sorted(at for at, _ in kept)
    assert sorted(v for _, v in kept) == sorted(levels)[len(levels) - min(most, len(levels)) :]
