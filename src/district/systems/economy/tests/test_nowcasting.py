"""The outturn of a year: exact where it can be, honest where it cannot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.economy.rules.nowcasting import (
    History,
    Limits,
    Outturn,
    needed,
    nowcast,
    outlook,
)
from district.systems.economy.rules.nowcasting.history import table_of
from district.systems.economy.rules.nowcasting.rolling import Settings, combine, roll
from district.systems.economy.rules.nowcasting.smoothing import smoothed
from district.systems.economy.tests.nowcast_series import flows, months, to_date

pytestmark = pytest.mark.one_database
VALUES = months()
PLAIN = Settings()


@pytest.fixture(scope="module")
def by_month() -> list[Outturn]:
    """The nowcasts of 2025 after none to all of its months."""
    return [
        nowcast(to_date(VALUES, until=(2025, month) if month else (2024, 12)), 2025)
        for month in range(13)
    ]


def test_a_whole_year_is_what_was_published(by_month: list[Outturn]) -> None:
    whole = by_month[12]
    assert whole.low == whole.level == whole.high == whole.so_far
    assert whole.level == sum(VALUES[2025, month] for month in range(1, 13))
    assert whole.probability(whole.level) == 1
    assert whole.probability(whole.level + Decimal("0.000001")) == 0
    assert needed(whole, whole.level) is None


def test_the_interval_shrinks_as_months_come_in(by_month: list[Outturn]) -> None:
    widths = [
        one.high - one.low for one in by_month if one.high is not None and one.low is not None
    ]
    assert len(widths) == 13
    assert widths[0] > widths[4] > widths[8] > widths[11] > widths[12] == 0


def test_the_nowcast_comes_close_where_the_series_is_regular(by_month: list[Outturn]) -> None:
    came = by_month[12].level
    for one in by_month[3:]:
        assert abs(one.level - came) < Decimal("0.03") * came


def test_weights_add_up_and_the_level_is_the_weighted_mean(by_month: list[Outturn]) -> None:
    for one in by_month[1:12]:
        assert sum(part.weight for part in one.parts) == pytest.approx(
            Decimal(1), abs=Decimal("0.001")
        )
        mean = sum((part.weight * part.level for part in one.parts), Decimal(0))
        assert mean == pytest.approx(one.level, rel=Decimal("0.001"))


def test_the_chance_at_the_ends_of_the_interval_is_that_of_the_interval(
    by_month: list[Outturn],
) -> None:
    one = by_month[6]
    assert one.low is not None
    assert one.high is not None
    assert one.probability(one.low) == pytest.approx(Decimal("0.9"), abs=Decimal("0.01"))
    assert one.probability(one.high) == pytest.approx(Decimal("0.1"), abs=Decimal("0.01"))


@given(st.integers(0, 11), st.lists(st.integers(500, 4000), min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_higher_target_is_never_likelier(
    by_month: list[Outturn], month: int, targets: list[int]
) -> None:
    chances = [by_month[month].probability(Decimal(target)) for target in sorted(targets)]
    known = [chance for chance in chances if chance is not None]
    assert len(known) == len(targets)
    assert known == sorted(known, reverse=True)
    assert all(0 < chance < 1 for chance in known)


@given(
    st.sets(st.tuples(st.integers(2016, 2025), st.integers(1, 12)), max_size=3),
    st.booleans(),
    st.integers(1, 11),
)
@settings(max_examples=25, deadline=None)
def test_missing_months_are_borne(gaps: set[tuple[int, int]], summed: bool, until: int) -> None:
    history = (to_date if summed else flows)(VALUES, until=(2025, until))
    kept = tuple(r for r in history.readings if (r.year, r.last) not in gaps)
    found = nowcast(replace(history, readings=kept), 2025)
    assert found.level > found.so_far >= 0
    if found.low is not None and found.high is not None:
        assert found.low <= found.level <= found.high


def test_a_unit_ten_thousand_times_smaller_changes_nothing_else(by_month: list[Outturn]) -> None:
    scaled = {at: value * 10000 for at, value in VALUES.items()}
    found = nowcast(to_date(scaled, until=(2025, 7)), 2025)
    one = by_month[7]
    for here, there in ((found.level, one.level), (found.low, one.low), (found.high, one.high)):
        assert here is not None
        assert there is not None
        assert float(here) == pytest.approx(10000 * float(there), rel=1e-6)


@pytest.mark.parametrize(("year", "month"), [(2021, 1), (2022, 6), (2023, 11), (2024, 0)])
def test_an_earlier_origin_says_what_would_have_been_said_that_day(year: int, month: int) -> None:
    until = (year, month) if month else (year - 1, 12)
    then = nowcast(to_date(VALUES, until=until), year, PLAIN)
    rolls = roll(table_of(to_date(VALUES), 2026), PLAIN)
    said = combine(rolls, PLAIN).said[rolls.table.years.index(year), month]
    assert float(then.level - then.so_far) == pytest.approx(said, rel=1e-7)


def test_two_years_give_a_wide_interval_and_say_so_and_one_year_none() -> None:
    two = nowcast(to_date(months(first=2023), until=(2025, 6)), 2025)
    assert two.low is not None
    assert "nowcast.short" in {note.key for note in two.notes}
    one = nowcast(to_date(months(first=2024), until=(2025, 6)), 2025)
    assert one.low is None
    assert one.probability(Decimal(1)) is None
    assert outlook(one, Decimal(1000)).light == "none"
    assert {note.key for note in one.notes} == {"nowcast.no_interval"}


def test_a_series_with_losses_is_borne() -> None:
    losses = {at: value - 120 for at, value in VALUES.items()}
    found = nowcast(to_date(losses, until=(2025, 6)), 2025)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.level < found.high


def test_a_series_of_nothing_is_nothing() -> None:
    nothing = nowcast(to_date(dict.fromkeys(VALUES, Decimal(0)), until=(2025, 6)), 2025)
    assert nothing.level == nothing.low == nothing.high == 0
    assert nothing.growth is None


def test_the_light_follows_the_chance_and_gives_its_reason(by_month: list[Outturn]) -> None:
    one = by_month[6]
    assert one.low is not None
    assert one.high is not None
    likely, middling, unlikely = (outlook(one, at) for at in (one.low, one.level, one.high))
    assert (likely.light, likely.reason) == ("green", "nowcast.likely")
    assert (middling.light, middling.reason) == ("yellow", "nowcast.open")
    assert (unlikely.light, unlikely.reason) == ("red", "nowcast.unlikely")
    assert float(unlikely.values["chance"]) == pytest.approx(10, abs=0.5)
    assert outlook(one, one.high, at_most=True).light == "green"
    assert outlook(one, one.level, Limits(Decimal("0.4"), Decimal("0.2"))).light == "green"
    whole = by_month[12]
    assert outlook(whole, whole.level).reason == "nowcast.reached"
    assert outlook(whole, whole.level + 1).reason == "nowcast.missed"
    assert outlook(whole, whole.level, at_most=True).light == "green"


def test_growth_still_needed_leads_to_the_target(by_month: list[Outturn]) -> None:
    one = by_month[8]
    still = needed(one, Decimal(2000))
    assert still is not None
    assert still.growth is not None
    assert one.open_base is not None
    assert one.open_base == sum(VALUES[2024, month] for month in range(9, 13))
    come = one.so_far + one.open_base * (1 + still.growth / 100)
    assert float(come) == pytest.approx(2000, abs=Decimal("0.001"))
    assert one.growth == pytest.approx((one.level / one.base - 1) * 100 if one.base else None)


def test_smoothing_of_all_parameters_at_once_is_that_of_each_by_itself() -> None:
    past, current = _rows(until=5)
    other = np.sqrt(past[:3].ravel())
    found = smoothed([np.append(past.ravel(), current), other], [past.size, 2 * 12], 12)
    for known in (0, 3, 5):
        expected = _smoothed_plainly(past, current[:known])
        np.testing.assert_allclose(found[0][known], expected, rtol=1e-9)
    assert [len(ahead) for ahead in found[1]] == list(range(12, 0, -1))
    earlier = _smoothed_plainly(np.sqrt(past[:2]), np.sqrt(past[2, :4]))
    np.testing.assert_allclose(found[1][4], earlier, rtol=1e-9)


def _rows(until: int) -> tuple[np.ndarray, np.ndarray]:
    table = table_of(History("x", to_date(VALUES, until=(2025, until)).readings), 2025)
    return table.flows, table.current


def _smoothed_plainly(past: np.ndarray, current: np.ndarray) -> list[float]:
    """The same with plain numbers, one choice of parameters after the other."""
    from district.systems.economy.rules.nowcasting import smoothing

    best: tuple[float, list[float]] | None = None
    parts = past.shape[1]
    values = [*past.ravel().tolist(), *current.tolist()]
    for alpha, beta, phi, season_step in smoothing._GRID.T.tolist():
        gamma = season_step * (1 - alpha)
        level, trend = sum(values[:parts]) / parts, 0.0
        second = sum(values[parts : 2 * parts]) / parts
        season = [(values[at] - level + values[parts + at] - second) / 2 for at in range(parts)]
        squared = 0.0
        for at, value in enumerate(values):
            error = value - (level + phi * trend + season[at % parts])
            level, trend = level + phi * trend + alpha * error, phi * trend + alpha * beta * error
            season[at % parts] += gamma * error
            squared = 0.99 * squared + error**2 if at >= parts else 0.0
        ahead, damped = [], 0.0
        for step in range(1, parts - len(current) + 1):
            damped += phi**step if phi else 0.0
            ahead.append(level + damped * trend + season[len(current) + step - 1])
        if best is None or squared < best[0]:
            best = (squared, ahead)
    assert best is not None
    return best[1]
