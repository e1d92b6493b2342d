"""A table of sums as it is shown: totals by dimension, without what must not be shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from district.systems.virtual_park.rules.returns import change
from district.systems.virtual_park.rules.suppression import (
    Contribution,
    Pattern,
    Position,
    Rule,
    Table,
    suppress,
)

#: How a total is called among the keys of rows and columns.
TOTAL = "*"


@dataclass(frozen=True)
class Filed:
    """What one enterprise contributes: where it stands in the table, and its values by item."""

    row: str
    column: str
    values: Contribution


def make_content(
    filed: Sequence[Filed], rule: Rule, items: Sequence[str], *, crossed: bool
) -> dict[str, Any]:
    """Rows, columns, cells and how many were left out, as JSON keeps them.

    A cell is `[row, column, contributors, {item: sum}]` where it is shown, `[row, column]` where it
    is suppressed; one to which nobody contributes is not there. Nothing else is kept, so nothing
    that was left out can be read from it. Without `crossed` the rows alone are summed.
    """
    rows = sorted({one.row for one in filed})
    columns = sorted({one.column for one in filed}) if crossed else []
    cells: dict[Position, list[Contribution]] = {}
    for one in filed:
        place = (rows.index(one.row), columns.index(one.column) if crossed else 0)
        cells.setdefault(place, []).append(one.values)
    table = Table(len(rows), len(columns), cells)
    pattern = suppress(table, rule)
    return {
        "items": list(items),
        "rows": rows,
        "columns": columns,
        "cells": _cells(table, pattern, items, [*rows, TOTAL], [*columns, TOTAL]),
        "primary": len(pattern.primary),
        "secondary": len(pattern.secondary),
        # All that is left out may be told as one sum; tables made before do not say so.
        "rest": True,
        "threshold": rule.threshold,
        "percent": f"{rule.percent.normalize():f}",
    }


def _cells(
    table: Table,
    pattern: Pattern,
    items: Sequence[str],
    rows: Sequence[str],
    columns: Sequence[str],
) -> list[list[Any]]:
    found: list[list[Any]] = []
    for place, given in sorted(table.cells.items()):
        cell: list[Any] = [rows[place[0]], columns[place[1]]]
        if place not in pattern.hidden:
            sums = zip(items, table.sums[place], strict=True)
            cell += [len(given), {key: f"{value:f}" for key, value in sums}]
        found.append(cell)
    return found


@dataclass(frozen=True)
class Shown:
    """One cell of one item: `kind` is shown, hidden (保密) or empty (nobody contributes).

    `value` and `count` are None where it is not shown; `change` is in percent against the table
    of a year before, None unless both cells are shown.
    """

    kind: str
    value: Decimal | None = None
    count: int | None = None
    change: Decimal | None = None


def cells_of(
    content: Mapping[str, Any], item: str, before: Mapping[str, Any] | None = None
) -> dict[tuple[str, str], Shown]:
    """What is shown of an item by row and column key, totals under `TOTAL`."""
    earlier = cells_of(before, item) if before is not None and item in before["items"] else {}
    found = {
        (row, column): Shown("empty")
        for row in [*content["rows"], TOTAL]
        for column in [*content["columns"], TOTAL]
    }
    for row, column, *shown in content["cells"]:
        if not shown:
            found[row, column] = Shown("hidden")
            continue
        value = Decimal(shown[1][item])
        past = earlier.get((row, column))
        changed = change(value, past.value) if past is not None else None
        found[row, column] = Shown("shown", value, int(shown[0]), changed)
    return found


@dataclass(frozen=True)
class Parts:
    """An item of a table as its inner cells: `shown` with values by row and column key, `hidden`
    those left out, `rest` the sum of these, exactly what is missing to `total`."""

    shown: Mapping[tuple[str, str], Decimal]
    hidden: frozenset[tuple[str, str]]
    rest: Decimal
    total: Decimal


def parts_of(content: Mapping[str, Any], item: str) -> Parts | None:
    """The inner cells of an item and the sum of those left out; None where the total is left out,
    the item is not there, or the table was made before that sum was looked at."""
    if item not in content["items"] or not content.get("rest"):
        return None
    shown: dict[tuple[str, str], Decimal] = {}
    hidden: set[tuple[str, str]] = set()
    total: Decimal | None = None
    for row, column, *told in content["cells"]:
        value = Decimal(told[1][item]) if told else None
        if row == TOTAL and column == TOTAL:
            total = value
        elif row == TOTAL or (column == TOTAL and content["columns"]):
            continue
        elif value is None:
            hidden.add((row, column))
        else:
            shown[row, column] = value
    if total is None:
        return None
    return Parts(shown, frozenset(hidden), total - sum(shown.values(), Decimal(0)), total)


@dataclass(frozen=True)
class Change:
    """A cell of two tables a year apart, `row` and `column` "" for the rest of them together;
    `points` is what of the whole's growth it makes, in percentage points."""

    row: str
    column: str
    value: Decimal
    before: Decimal
    points: Decimal | None

    @property
    def change(self) -> Decimal:
        """By how much it moved."""
        return self.value - self.before


def changes(now: Parts, before: Parts, most: int) -> tuple[list[Change], Change, Change]:
    """The `most` cells that moved furthest, the rest of all cells, and the whole; cells and rest
    add up to it exactly.

    A cell that is left out of either table is in the rest with all that is not among the first.
    What is left out of a table is no sensitive sum, and more cells only hide it better.
    """
    whole = before.total

    def one(row: str, column: str, value: Decimal, earlier: Decimal) -> Change:
        points = round((value - earlier) * 100 / whole, 6) if whole > 0 else None
        return Change(row, column, value, earlier, points)

    both = sorted(now.shown.keys() & before.shown.keys())
    found = [one(*place, now.shown[place], before.shown[place]) for place in both]
    found.sort(key=lambda each: (-abs(each.change), each.row, each.column))
    listed = found[:most]
    rest = one(
        "", "",
        now.total - sum((each.value for each in listed), Decimal(0)),
        before.total - sum((each.before for each in listed), Decimal(0)),
    )  # fmt: skip
    return listed, rest, one(TOTAL, TOTAL, now.total, before.total)
