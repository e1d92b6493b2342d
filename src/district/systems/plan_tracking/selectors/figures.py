"""Registers that the pages' numbers open, and texts in their conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from district.kernel.plan.public import Commitment, Edition, Point
from district.kernel.registers.public import Figure

COMMITMENTS = "plan-commitments"
STATEMENTS = "plan-statements"
ADJUSTMENTS = "plan-adjustments"
RUNS = "supervision-runs"
VALUES = "measures-values"


def quoted(text: str) -> str:
    """A text as it stands in a condition."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def statements_figure(
    edition: Edition, state: str, value: int, label: str, *, more: str = "", unit: str = ""
) -> Figure:
    """How many statements of a current edition are in a state; `more` narrows them further."""
    report = edition.report
    where = f"report_year = {report.year} and report = {quoted(report.title)}"
    where += f' and state = "{state}"'
    if more:
        where += f" and {more}"
    return Figure(STATEMENTS, where, value=value, unit=unit, label=label)


def actual_figure(
    row: Commitment, actual: Decimal | None, points: Sequence[Point]
) -> Figure | None:
    """The actual as a figure that opens the values behind it; None where there is none.

    A value that adds up over the year's periods is the sum of its rows, any other is one row.
    """
    if actual is None or not points or row.measure_id is None:
        return None
    last = points[-1]
    if not last.unit or any(point.unit != last.unit for point in points):
        return None
    where = f'measure = "{row.measure_id}" and unit_code = "{last.unit}" and current = true'
    added = row.measure is not None and (
        row.measure.aggregation == "flow"
        and row.measure.basis == "absolute"
        and row.measure.span not in ("year_to_date", "year")
    )
    if added:
        first = date(row.year, 1, 1)
        where += f" and period_end between {first.isoformat()} and {last.end.isoformat()}"
    else:
        where += f" and period_end = {last.end.isoformat()}"
    return Figure(
        VALUES,
        where,
        aggregate="sum:value" if added else "value:value",
        value=actual,
        unit=row.unit,
        label=row.title,
    )
