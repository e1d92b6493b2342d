"""What is foreseen for a hierarchy adds up exactly, and is the nearest that does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.economy.rules.nowcasting import (
    History,
    Nowcasts,
    Reading,
    Sum,
    Unusable,
    nowcast,
    nowcast_all,
)
from district.systems.economy.rules.nowcasting.reconciling import closed, constraints, reconciled
from district.systems.economy.tests.nowcast_series import Months, months, to_date

pytestmark = pytest.mark.one_database
INDUSTRIES, STREETS = ("a", "b", "c"), ("n", "s")
CELLS = {(i, s): f"{i}.{s}" for i in INDUSTRIES for s in STREETS}
SUMS = [
    Sum("district", INDUSTRIES),
    Sum("district", STREETS),
    *(Sum(i, tuple(CELLS[i, s] for s in STREETS)) for i in INDUSTRIES),
    *(Sum(s, tuple(CELLS[i, s] for i in INDUSTRIES)) for s in STREETS),
]
KEYS = ["district", *INDUSTRIES, *STREETS, *CELLS.values()]


def _all_series() -> dict[str, Months]:
    found = {key: months(at, 2020, 2025) for at, key in enumerate(CELLS.values())}
    for key in (*INDUSTRIES, *STREETS):
        of = [found[cell] for pair, cell in CELLS.items() if key in pair]
        found[key] = {at: sum((one[at] for one in of), Decimal(0)) for at in of[0]}
    found["district"] = {
        at: sum((found[key][at] for key in INDUSTRIES), Decimal(0)) for at in found["a"]
    }
    return found


@pytest.fixture(scope="module")
def found() -> Nowcasts:
    """The nowcasts of the hierarchy after May."""
    return nowcast_all(
        [to_date(values, key, (2025, 5)) for key, values in _all_series().items()], SUMS, 2025
    )


def test_levels_add_up_to_the_last_digit(found: Nowcasts) -> None:
    for one in SUMS:
        parts = sum((found.outturns[key].level for key in one.parts), Decimal(0))
        assert found.outturns[one.total].level == parts
    assert set(found.differences) == {Decimal(0)}


def test_every_member_has_an_interval_around_its_level(found: Nowcasts) -> None:
    for one in found.outturns.values():
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.level < one.high
        assert one.level >= one.so_far


def test_published_figures_that_do_not_add_up_are_told_and_not_hidden() -> None:
    series = _all_series()
    histories = [to_date(series[key], key, (2025, 5)) for key in ("district", *INDUSTRIES)]
    last = histories[0].readings[-1]
    assert last.value is not None
    histories[0] = History(
        "district", (*histories[0].readings[:-1], Reading(2025, 1, 5, last.value + 7))
    )
    result = nowcast_all(histories, SUMS[:1], 2025)
    assert result.differences == (Decimal(7),)
    parts = sum((result.outturns[key].level for key in INDUSTRIES), Decimal(0))
    assert result.outturns["district"].level == parts + 7


def test_series_known_as_far_as_different_months_are_not_forced_together() -> None:
    series = _all_series()
    histories = [
        to_date(series[key], key, (2025, 4 if key == "b" else 5))
        for key in ("district", *INDUSTRIES)
    ]
    result = nowcast_all(histories, SUMS[:1], 2025)
    for key in ("district", *INDUSTRIES):
        assert "nowcast.not_reconciled" in {note.key for note in result.outturns[key].notes}
    alone = nowcast(histories[0], 2025)
    assert result.outturns["district"].level == alone.level


def test_hierarchies_without_common_series_do_not_hold_each_other_up() -> None:
    series = _all_series()
    months_of = [to_date(series[key], key, (2025, 5)) for key in ("district", *INDUSTRIES)]
    quarters = [
        History(f"q.{key}", tuple(r for r in to_date(series[key]).readings if r.last % 3 == 0))
        for key in ("n", *(CELLS[i, "n"] for i in INDUSTRIES))
    ]
    until = [replace(one, readings=one.readings[:-2]) for one in quarters]
    sums = [SUMS[0], Sum("q.n", tuple(one.key for one in quarters[1:]))]
    result = nowcast_all([*months_of, *until], sums, 2025)
    assert {one.after for one in result.outturns.values()} == {5, 6}
    for one in sums:
        parts = sum((result.outturns[key].level for key in one.parts), Decimal(0))
        assert result.outturns[one.total].level == parts


def test_a_whole_year_stays_as_published() -> None:
    series = _all_series()
    result = nowcast_all(
        [to_date(series[key], key) for key in ("district", *INDUSTRIES)], SUMS[:1], 2025
    )
    for one in result.outturns.values():
        assert one.low == one.level == one.high == one.so_far


def test_a_sum_of_unknown_series_is_refused() -> None:
    with pytest.raises(Unusable, match=r"nowcast\.sums"):
        nowcast_all([to_date(months(), "a")], [Sum("district", ("a",))], 2025)


amounts = st.lists(st.floats(0, 1e6), min_size=len(KEYS), max_size=len(KEYS))
spreads = st.lists(st.floats(1e-2, 1e6), min_size=len(KEYS), max_size=len(KEYS))


@given(amounts, spreads)
@settings(max_examples=60, deadline=None)
def test_reconciled_amounts_are_those_of_minimum_trace(
    said: list[float], wide: list[float]
) -> None:
    """The form with a summing matrix, as the paper has it, is the oracle."""
    rows = constraints(KEYS, SUMS)
    result = reconciled(np.array(said), np.array(wide), rows)
    summing = np.zeros((len(KEYS), len(CELLS)))
    for column, (pair, cell) in enumerate(CELLS.items()):
        for key in ("district", *pair, cell):
            summing[KEYS.index(key), column] = 1.0
    weight = np.diag(1 / np.array(wide))
    left = summing.T @ weight @ summing
    cells = np.linalg.solve(left, summing.T @ weight @ np.array(said))
    size = max(1.0, max(said))
    np.testing.assert_allclose(result, summing @ cells, atol=1e-5 * size)


@given(amounts, spreads)
@settings(max_examples=60, deadline=None)
def test_closed_amounts_add_up_exactly_and_stay_near(said: list[float], wide: list[float]) -> None:
    rows = constraints(KEYS, SUMS)
    result = reconciled(np.array(said), np.array(wide), rows, least=np.zeros(len(KEYS)))
    exact = closed(dict(zip(KEYS, result.tolist(), strict=True)), SUMS)
    for one in SUMS:
        assert exact[one.total] == sum((exact[part] for part in one.parts), Decimal(0))
    for key, amount in zip(KEYS, result, strict=True):
        assert abs(float(exact[key]) - amount) < 1e-5 * max(1.0, max(said))


def test_two_groups_without_common_cells_close_exactly_too() -> None:
    sums = [Sum("d", ("x", "y", "z")), Sum("d", ("p", "q"))]
    third = 100 / 3
    exact = closed({"d": 100.0, "x": third, "y": third, "z": third, "p": 50.0, "q": 50.0}, sums)
    assert exact["d"] == exact["x"] + exact["y"] + exact["z"] == exact["p"] + exact["q"]


def test_sums_in_a_circle_are_refused() -> None:
    with pytest.raises(Unusable):
        closed({"a": 1.0, "b": 1.0}, [Sum("a", ("b",)), Sum("b", ("a",))])
