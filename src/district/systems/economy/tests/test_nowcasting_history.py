"""From published figures to flows on one basis, whatever was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.economy.rules.nowcasting import (
    History,
    Reading,
    Unusable,
    indexed,
    spring_festival,
)
from district.systems.economy.rules.nowcasting.festival import (
    adjustment,
    festival_effect,
    window_shares,
)
from district.systems.economy.rules.nowcasting.history import Table, table_of
from district.systems.economy.tests.nowcast_series import flows, months, to_date

pytestmark = pytest.mark.one_database
MONTHLY = months(last=2022)


def table(history: History, year: int = 2022) -> Table:
    return table_of(history, year)


def test_year_to_date_and_months_by_themselves_are_the_same_series() -> None:
    one = table(to_date(MONTHLY, until=(2022, 5)))
    other = table(flows(MONTHLY, until=(2022, 5)))
    assert one.ends == other.ends == tuple(range(1, 13))
    np.testing.assert_allclose(one.flows, other.flows)
    np.testing.assert_allclose(one.current, other.current)
    assert one.so_far == other.so_far == sum(MONTHLY[2022, m] for m in range(1, 6))
    assert (one.after, one.known) == (5, 5)


def test_january_and_february_jointly_make_a_year_of_eleven_parts() -> None:
    whole = to_date(MONTHLY, until=(2022, 4))
    joint = replace(whole, readings=tuple(r for r in whole.readings if r.last != 1))
    found = table(joint)
    assert found.ends == tuple(range(2, 13))
    np.testing.assert_allclose(found.flows[:, 0], table(whole).flows[:, :2].sum(axis=1))
    assert (found.known, found.after) == (3, 4)


def test_quarters_make_a_year_of_four_parts() -> None:
    whole = to_date(MONTHLY, until=(2022, 9))
    quarters = replace(whole, readings=tuple(r for r in whole.readings if r.last % 3 == 0))
    assert table(quarters).ends == (3, 6, 9, 12)
    assert table(quarters).known == 3


def test_a_month_missing_in_a_year_to_date_is_divided_by_the_pattern_and_named() -> None:
    whole = to_date(MONTHLY, until=(2022, 6))
    holed = replace(
        whole, readings=tuple(r for r in whole.readings if (r.year, r.last) != (2020, 5))
    )
    found = table(holed)
    assert found.filled == ((2020, 5), (2020, 6))
    row = found.years.index(2020)
    exact = float(MONTHLY[2020, 5] + MONTHLY[2020, 6])
    assert found.flows[row, 4:6].sum() == pytest.approx(exact)
    assert found.flows[row, 4] == pytest.approx(float(MONTHLY[2020, 5]), rel=0.2)


def test_a_month_missing_by_itself_stands_in_at_the_level_of_its_year() -> None:
    whole = flows(MONTHLY, until=(2022, 6))
    holed = replace(
        whole, readings=tuple(r for r in whole.readings if (r.year, r.last) != (2022, 3))
    )
    found = table(holed)
    assert found.filled == ((2022, 3),)
    assert found.known == 6
    assert found.current[2] == pytest.approx(float(MONTHLY[2022, 3]), rel=0.2)


def test_figures_that_contradict_each_other_are_refused_by_name() -> None:
    whole = to_date(MONTHLY)
    wrong = replace(whole, readings=(*whole.readings, Reading(2021, 4, 4, Decimal(900))))
    with pytest.raises(Unusable) as refused:
        table(wrong)
    assert refused.value.problem == "nowcast.contradiction"
    assert refused.value.values == {"year": "2021", "month": "4"}


@pytest.mark.parametrize(
    ("readings", "problem"),
    [
        ((), "nowcast.no_whole_year"),
        ((Reading(2022, 1, 3, Decimal(5)),), "nowcast.no_whole_year"),
        ((Reading(2021, 3, 2, Decimal(5)),), "nowcast.bad_reading"),
        ((Reading(2021, 1, 13, Decimal(5)),), "nowcast.bad_reading"),
    ],
)
def test_what_cannot_be_used_says_why(readings: tuple[Reading, ...], problem: str) -> None:
    with pytest.raises(Unusable) as refused:
        table(History("x", readings))
    assert refused.value.problem == problem


def test_a_restated_base_brings_the_years_before_onto_this_years_basis() -> None:
    doubled = {at: value * 2 if at[0] >= 2021 else value for at, value in MONTHLY.items()}
    restated = to_date(doubled, until=(2022, 5))
    with_base = tuple(
        replace(r, base=2 * sum((MONTHLY[2020, m] for m in range(1, r.last + 1)), Decimal(0)))
        if r.year == 2021
        else r
        for r in restated.readings
    )
    found = table(replace(restated, readings=with_base))
    plain = table(to_date(MONTHLY, until=(2022, 5)))
    np.testing.assert_allclose(found.flows, plain.flows * 2)
    assert found.base == sum(doubled[2021, m] for m in range(1, 13))


def test_a_base_may_be_known_before_the_figure() -> None:
    history = to_date(MONTHLY, until=(2021, 12))
    ahead = Reading(2022, 1, 12, None, Decimal("1234.5"))
    found = table(replace(history, readings=(*history.readings, ahead)))
    assert found.base == Decimal("1234.5")
    assert found.known == 0
    assert found.flows[-1].sum() == pytest.approx(1234.5)


def test_growth_alone_becomes_levels_that_grow_by_it() -> None:
    growths = {
        (year, month): Decimal(growth)
        for year, growth in ((2020, 10), (2021, 20))
        for month in range(1, 13)
    }
    readings = {(r.year, r.last): r.value for r in indexed(growths)}
    assert readings[2019, 12] == 100
    assert readings[2020, 12] == 110
    assert readings[2021, 12] == 132
    assert readings[2021, 6] == 66


@given(st.integers(1950, 2099))
@settings(max_examples=50, deadline=None)
def test_the_festival_lies_where_it_can_and_its_window_is_divided_whole(year: int) -> None:
    first = spring_festival(year)
    assert first is not None
    assert date(year, 1, 20) <= first <= date(year, 2, 21)
    for ends in (tuple(range(1, 13)), tuple(range(2, 13)), (3, 6, 9, 12)):
        assert window_shares(year, ends).sum() == pytest.approx(1)


def test_days_of_the_festival() -> None:
    assert spring_festival(2024) == date(2024, 2, 10)
    assert spring_festival(2025) == date(2025, 1, 29)
    assert spring_festival(2026) == date(2026, 2, 17)
    assert spring_festival(1949) is None


def test_what_the_festival_takes_is_learned_and_nothing_is_where_nothing_shows() -> None:
    moved = table(flows(months(festival=0.3, noise=0.005)), 2026)
    still = table(flows(months(noise=0.005)), 2026)
    effect = festival_effect(moved.flows, moved.years, moved.ends)
    assert effect < -0.15
    assert abs(festival_effect(still.flows, still.years, still.ends)) < 0.05
    undone = moved.flows / adjustment(moved.years, moved.ends, effect)

    def unrest(rows: np.ndarray) -> float:
        shares = rows[:, :2] / rows.sum(axis=1, keepdims=True)
        return float(shares.std(axis=0).sum())

    assert unrest(undone) < 0.6 * unrest(moved.flows)
