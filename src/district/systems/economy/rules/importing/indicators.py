"""A sheet of several series, one a row: what it says of each, and what is wrong with it. Pure.

Every series of the layout must be there and told in full, or nothing is taken. A series of growth
alone has growth and no level; one that is told by the quarter is empty in the months between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches

from district.systems.economy.rules.importing.checking import (
    Checked,
    Head,
    Problem,
    Subject,
    falling_sums,
    heads_of,
    merged_numbers,
    period_of,
    read_cell,
    unlikely_sizes,
)
from district.systems.economy.rules.importing.layouts import Layout
from district.systems.economy.rules.importing.sheets import (
    Sheet,
    cell_name,
    factor_between,
    unit_in,
)

_NOTES = ("注", "备注", "说明", "资料来源")
_MOST_ROWS = 500


@dataclass
class Several:
    """What was read, by series, and the problems of the sheet in its order."""

    year: int | None = None
    unit: str = ""
    read: dict[str, Checked] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """What keeps the sheet from being taken."""
        return [one for one in self.problems if one.kind == "error"]


def check_indicators(sheet: Sheet, layout: Layout, subjects: Mapping[str, Subject]) -> Several:
    """Read a sheet after its layout; `subjects` has every series that the layout names. Never
    raises on what a sheet may hold."""
    common = Checked()
    stretch = period_of(sheet, layout, common)
    heads = heads_of(sheet, layout, stretch, common)
    rows = _rows(sheet, layout, common)
    found = Several(common.year, problems=common.problems)
    if not heads or stretch is None or common.year is None:
        return found
    merged_numbers(sheet, layout, heads, [(row, "") for row, _key in rows], common)
    for row, key in rows:
        one = found.read[key] = Checked(year=common.year)
        _row(sheet, layout, row, heads, subjects[key], one)
        found.problems += one.problems
    units = dict.fromkeys(one.unit for one in found.read.values() if one.unit)
    found.unit = "、".join(units)
    return found


def _rows(sheet: Sheet, layout: Layout, found: Checked) -> list[tuple[int, str]]:
    """The rows that are read, with their series; what is not known or missing is noted."""
    known = {label: one.series for one in layout.indicators for label in one.labels}
    rows: list[tuple[int, str]] = []
    seen: dict[str, str] = {}
    last = min(sheet.height, layout.first_row + _MOST_ROWS)
    for row in range(layout.first_row, last + 1):
        label = sheet.text(row, layout.label_column).strip("# ")
        cell = cell_name(row, layout.label_column)
        bare = label.removeprefix("其中:").replace(" ", "")
        if not bare or label.startswith(_NOTES) or bare in layout.skip:
            continue
        key = known.get(bare)
        if key is None:
            near = get_close_matches(bare, list(known), 1)
            found.wrong(cell, "unknown_indicator", label=bare[:40], near=near[0] if near else "")
        elif key in seen:
            found.wrong(cell, "member_twice", label=bare[:40], other=seen[key])
        else:
            seen[key] = cell
            rows.append((row, key))
    end = cell_name(max(last, layout.first_row), layout.label_column)
    for one in layout.indicators:
        if one.series not in seen:
            found.wrong(end, "member_missing", label=one.labels[0])
    return rows


def _row(
    sheet: Sheet,
    layout: Layout,
    row: int,
    heads: Sequence[Head],
    subject: Subject,
    found: Checked,
) -> None:
    """Read what a row says of its series."""
    factor = _factor(sheet, layout, row, subject, found)
    if factor is None:
        return
    for head in heads:
        read_cell(sheet, row, "", head, factor, found)
    _expected(row, heads, subject, found)
    unlikely_sizes(subject, found)
    if subject.flow:
        falling_sums(subject, found)


def _factor(
    sheet: Sheet, layout: Layout, row: int, subject: Subject, found: Checked
) -> Decimal | None:
    """By what numbers are multiplied: the row's own unit, else the sheet's, else the series'."""
    own = sheet.text(row, layout.unit_column).strip() if layout.unit_column else ""
    said = unit_in(sheet.text(*layout.unit_at)) if layout.unit_at else ""
    given = own or said or layout.unit or subject.unit
    if not subject.levels and given == "%":
        given = subject.unit
    found.unit = given
    factor = factor_between(given, subject.unit)
    if factor is None:
        at = (row, layout.unit_column) if own else layout.unit_at or layout.period_at
        found.wrong(cell_name(*at), "unit", given=given, wanted=subject.unit)
    return factor


def _expected(row: int, heads: Sequence[Head], subject: Subject, found: Checked) -> None:
    """Every column has a number where the series is told so, and none where it is not."""
    broken = {one.cell for one in found.errors}
    for head in heads:
        cell = cell_name(row, head.column)
        read = found.read.get(("", head.first, head.last))
        is_told = read is not None and head.kind in read.numbers
        between = subject.quarterly and head.last % 3 != 0
        unwanted = not subject.levels and head.kind != "growth"
        if is_told and between:
            found.wrong(cell, "between_quarters", month=head.last)
        elif is_told and unwanted:
            found.wrong(cell, "growth_only")
        elif not (is_told or between or unwanted or cell in broken):
            found.wrong(cell, "empty")
