"""No suppressed cell can be worked out: held against linear programming with exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.virtual_park.rules.suppression import (
    Contribution,
    Pattern,
    Position,
    Rule,
    Table,
    suppress,
)

RULE = Rule(3, Decimal(10), (Decimal(1),))
TWO = Rule(3, Decimal(15), (Decimal(1), Decimal(1)))


def largest(rows: list[list[Fraction]], goal: list[Fraction]) -> Fraction | None:
    """The most that `goal` can be over x >= 0 with `rows` (coefficients, then the right side);
    None where there is no bound. Two-phase simplex by Bland's rule: slow, exact, and ends."""
    rows = [[-one for one in row] if row[-1] < 0 else list(row) for row in rows]
    many, width = len(rows), len(goal)
    for at, row in enumerate(rows):
        row[-1:-1] = [Fraction(int(at == other)) for other in range(many)]
    basis = [width + at for at in range(many)]
    first = [Fraction(0)] * width + [Fraction(-1)] * many
    climbed = _climb(rows, basis, first, width + many)
    assert climbed == 0, "the true table satisfies the rows"
    for at in range(many):
        if basis[at] >= width:
            column = next((c for c in range(width) if rows[at][c] != 0), None)
            if column is not None:
                _pivot(rows, basis, at, column)
    return _climb(rows, basis, [*goal, *[Fraction(0)] * many], width)


def _climb(
    rows: list[list[Fraction]], basis: list[int], goal: list[Fraction], width: int
) -> Fraction | None:
    while True:
        prices = [goal[one] for one in basis]

        def gain(column: int, prices: list[Fraction] = prices) -> Fraction:
            return goal[column] - sum(p * r[column] for p, r in zip(prices, rows, strict=True))

        entering = next((c for c in range(width) if gain(c) > 0), None)
        if entering is None:
            return sum((p * row[-1] for p, row in zip(prices, rows, strict=True)), Fraction(0))
        ratios = [(row[-1] / row[entering], basis[at], at)
                  for at, row in enumerate(rows) if row[entering] > 0]  # fmt: skip
        if not ratios:
            return None
        _pivot(rows, basis, min(ratios)[2], entering)


def _pivot(rows: list[list[Fraction]], basis: list[int], at: int, column: int) -> None:
    by = rows[at][column]
    rows[at] = [one / by for one in rows[at]]
    for other, row in enumerate(rows):
        if other != at and row[column] != 0:
            times = row[column]
            rows[other] = [one - times * mine for one, mine in zip(row, rows[at], strict=True)]
    basis[at] = column


def equations(table: Table, item: int, unknown: Sequence[Position]) -> list[list[Fraction]]:
    """What is published says of the suppressed cells: every sum, with what is shown moved right."""
    index = {place: at for at, place in enumerate(unknown)}
    found = []
    for parts, total in table.lines():
        row = [Fraction(0)] * (len(unknown) + 1)
        for place, sign in [*((one, 1) for one in parts), (total, -1)]:
            if place in index:
                row[index[place]] += sign
            elif place in table.sums:
                row[-1] -= sign * Fraction(table.sums[place][item])
        if any(row[:-1]):
            found.append(row)
    return found


def check(table: Table, rule: Rule, pattern: Pattern) -> None:
    unknown = sorted(pattern.hidden)
    for item in range(len(rule.least)):
        rows = equations(table, item, unknown)
        for at, place in enumerate(unknown):
            goal = [Fraction(int(at == other)) for other in range(len(unknown))]
            high = largest(rows, goal)
            low = largest(rows, [-one for one in goal])
            assert low is not None
            true = Fraction(table.sums[place][item])
            assert high is None or high > -low, place
            if place in pattern.primary:
                asked = Fraction(rule.protection(table.cells[place])[item])
                assert high is None or high >= true + asked, place
                assert -low <= max(Fraction(0), true - asked), place
    for parts, total in table.lines():
        if total not in pattern.hidden:
            together = [one for place in parts if place in pattern.hidden
                        for one in table.cells[place]]  # fmt: skip
            assert not rule.is_sensitive(together), total


def contributions(items: int) -> st.SearchStrategy[list[Contribution]]:
    value = st.integers(0, 60).map(Decimal)
    return st.lists(st.tuples(*[value] * items), max_size=5)


@st.composite
def tables(draw: st.DrawFn, items: int) -> Table:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(0, 3))
    cells = {
        (row, column): draw(contributions(items))
        for row in range(rows)
        for column in range(columns or 1)
    }
    return Table(rows, columns, cells)


@settings(max_examples=120, deadline=None)
@given(table=tables(1))
def test_what_is_shown_leaves_every_suppressed_cell_open(table: Table) -> None:
    check(table, RULE, suppress(table, RULE))


@settings(max_examples=40, deadline=None)
@given(table=tables(2))
def test_the_cells_of_all_items_are_left_out_together(table: Table) -> None:
    check(table, TWO, suppress(table, TWO))


def test_the_oracle_finds_a_cell_that_totals_give_away() -> None:
    """The check can fail: one suppressed cell alone is worked out from its row."""
    table = Table(3, 0, {(at, 0): [(Decimal(5),)] * (1 if at == 0 else 9) for at in range(3)})
    with pytest.raises(AssertionError):
        check(table, RULE, Pattern(frozenset({(0, 0)}), frozenset()))


def test_few_contributors_and_a_dominating_one_are_sensitive() -> None:
    def of(*values: int) -> list[Contribution]:
        return [(Decimal(value),) for value in values]

    assert RULE.is_sensitive(of(5, 5))
    assert not RULE.is_sensitive(of(5, 5, 5))
    assert RULE.is_sensitive(of(100, 50, 9))
    assert not RULE.is_sensitive(of(100, 50, 10))
    assert not RULE.is_sensitive([])


def test_a_threshold_below_three_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        Rule(2, Decimal(10), (Decimal(1),))


def test_a_table_without_sensitive_cells_is_shown_whole() -> None:
    table = Table(2, 2, {(r, c): [(Decimal(9),)] * 5 for r in range(2) for c in range(2)})
    assert suppress(table, RULE).hidden == frozenset()


def test_one_sensitive_cell_takes_three_more_and_no_total() -> None:
    cells = {(r, c): [(Decimal(9),)] * 6 for r in range(3) for c in range(3)}
    cells[0, 0] = [(Decimal(9),), (Decimal(4),)]
    pattern = suppress(Table(3, 3, cells), RULE)
    assert pattern.primary == {(0, 0)}
    assert len(pattern.secondary) == 3
    assert all(row < 3 and column < 3 for row, column in pattern.hidden)


@settings(max_examples=80, deadline=None)
@given(table=tables(1))
def test_all_that_is_left_out_may_be_told_as_one_sum(table: Table) -> None:
    """Whoever shows the largest cells and the rest of them gives no sensitive sum away."""
    pattern = suppress(table, RULE)
    inner = [place for place in pattern.hidden if place in table.inner]
    if (table.rows, table.columns) in pattern.hidden:
        return
    assert not RULE.is_sensitive([one for place in inner for one in table.inner[place]])
