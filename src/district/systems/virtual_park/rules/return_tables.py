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
