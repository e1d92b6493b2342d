"""Whose value counts for a commitment where its district and its lead unit both have one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from district.kernel.measures.public import Measure
from district.kernel.plan.selectors.measured import preferred

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 31)


def _row(unit: str, end: date, value: int) -> tuple[str, date, date, str, Decimal, str]:
    return (unit, date(2025, 1, 1), end, "year_to_date", Decimal(value), "final")


ROWS = [_row("9", JUNE, 40), _row("901", JUNE, 3), _row("902", JUNE, 37), _row("901", JULY, 4)]


@pytest.mark.parametrize(
    ("source", "values"), [("system", [40, 4]), ("department", [3, 4]), (None, [3, 4])]
)
def test_the_district_s_counts_of_a_computed_measure_else_the_lead_unit_s(
    source: str | None, values: list[int]
) -> None:
    measure = Measure(source=source) if source else None
    assert [row[4] for row in preferred(ROWS, measure, "9", "901")] == values
