"""What a sheet says, and everything that is wrong with it, cell by cell. Pure.

A problem is an error or a doubt. With an error nothing is taken. A doubt (a number ten thousand
times the last one, a cumulation that falls, parts that do not add up) may be right: somebody who
has asked says so, with a reason, or nothing is taken either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise
from typing import Literal

from district.systems.economy.rules.importing.layouts import Layout
from district.systems.economy.rules.importing.periods import Stretch, stretch_in
from district.systems.economy.rules.importing.sheets import (
    Sheet,
    cell_name,
    factor_between,
    number_of,
    plain,
    unit_in,
)

#: Member and stretch: (member, first month, last month); member "" is the whole.
Place = tuple[str, int, int]
_MOST_ROWS = 2000
_MOST_COLUMNS = 60
#: A number so many times the last one is likely in another unit.
_UNLIKELY = Decimal(300)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell. `code` and `params` become a sentence where pages know words."""

    cell: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["error", "doubt"] = "error"


@dataclass(frozen=True)
class Subject:
    """What the sheet's numbers are of: a series, its members and what is known of it.

    `members` are member keys by label and other spellings; `known` are values in `unit` by year
    and place, of the same source or, where it has none, of the bureau. `flow` says that numbers
    add up over time; `parts_add` that members add up to the whole; `places` are the decimals in
    which the series is published; `quarterly` that it is told at the ends of quarters only;
    `levels` that levels are told, not growth alone.
    """

    unit: str
    members: Mapping[str, str]
    known: Mapping[tuple[int, Place], Decimal] = field(default_factory=dict)
    flow: bool = True
    parts_add: bool = True
    places: int = 2
    quarterly: bool = False
    levels: bool = True


@dataclass
class Read:
    """What stands at a place: numbers by kind and the cells that they come from."""

    numbers: dict[str, Decimal] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


@dataclass
class Checked:
    """What was read, and the problems in the order of the sheet."""

    year: int | None = None
    unit: str = ""
    read: dict[Place, Read] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, cell: str, code: str, **params: object) -> None:
        """Note an error."""
        self.problems.append(Problem(cell, code, {k: str(v) for k, v in params.items()}))

    def doubt(self, cell: str, code: str, **params: object) -> None:
        """Note a doubt."""
        told = {k: str(v) for k, v in params.items()}
        self.problems.append(Problem(cell, code, told, "doubt"))

    @property
    def errors(self) -> list[Problem]:
        """What keeps the sheet from being taken."""
        return [one for one in self.problems if one.kind == "error"]


@dataclass(frozen=True)
class Head:
    """A column that is read: which kind, of which stretch of the year (months)."""

    column: int
    kind: str
    first: int
    last: int


def check_sheet(sheet: Sheet, layout: Layout, subject: Subject) -> Checked:
    """Read a sheet after its layout; never raises on what a sheet may hold."""
    found = Checked()
    stretch = period_of(sheet, layout, found)
    heads = heads_of(sheet, layout, stretch, found)
    factor = _factor(sheet, layout, subject, found)
    rows = _rows(sheet, layout, subject, found)
    if not heads or not rows or factor is None or found.year is None:
        return found
    merged_numbers(sheet, layout, heads, rows, found)
    for row, member in rows:
        for head in heads:
            read_cell(sheet, row, member, head, factor, found)
    _missing(layout, rows, heads, found)
    unlikely_sizes(subject, found)
    if subject.flow:
        falling_sums(subject, found)
    if subject.parts_add and layout.dimension:
        _adding(subject, found)
    return found


def period_of(sheet: Sheet, layout: Layout, found: Checked) -> Stretch | None:
    """The stretch that the sheet speaks of; its year and what is wrong are noted."""
    cell = cell_name(*layout.period_at)
    text = sheet.text(*layout.period_at)
    stretch = stretch_in(text)
    year = stretch.year if stretch else None
    if year is None:
        part = plain(text).partition("年")[0][-4:]
        year = int(part) if part.isdigit() and part.startswith("20") and "年" in text else None
    if year is None:
        found.wrong(cell, "no_year", text=text[:40])
    found.year = year
    if layout.shape != "year" and stretch is None and year is not None:
        found.wrong(cell, "no_period", text=text[:40])
    return stretch


def _heading(sheet: Sheet, layout: Layout, column: int) -> str:
    first, last = layout.heading
    parts = [sheet.text(row, column) for row in range(first, last + 1)]
    return " ".join(dict.fromkeys(part for part in parts if part))


def heads_of(sheet: Sheet, layout: Layout, stretch: Stretch | None, found: Checked) -> list[Head]:
    """The columns that are read; one that is missing or there twice is noted."""
    wide = min(max((column for _row, column in sheet.cells), default=0), _MOST_COLUMNS)
    labels = (layout.label_column, layout.unit_column)
    columns = [one for one in range(1, wide + 1) if one not in labels]
    if layout.shape != "year":
        return _heads_of_kinds(sheet, layout, stretch, columns, found)
    heads: list[Head] = []
    for column in columns:
        text = _heading(sheet, layout, column)
        if not text:
            continue
        at = stretch_in(text)
        cell = cell_name(layout.heading[1], column)
        if at is None:
            found.wrong(cell, "not_a_period", text=text[:40])
            continue
        first = 1 if layout.cumulative else at.first
        if any((one.first, one.last) == (first, at.last) for one in heads):
            found.wrong(cell, "period_twice", text=text[:40])
            continue
        heads.append(Head(column, layout.kind, first, at.last))
    if not heads:
        found.wrong(cell_name(layout.heading[0], layout.label_column), "no_columns")
    return heads


def _heads_of_kinds(
    sheet: Sheet, layout: Layout, stretch: Stretch | None, columns: list[int], found: Checked
) -> list[Head]:
    headings = {column: _heading(sheet, layout, column) for column in columns}
    heads = []
    for wanted in layout.columns:
        fitting = [c for c, text in headings.items() if all(w in text for w in wanted.words)]
        cell = cell_name(layout.heading[0], layout.label_column)
        if len(fitting) != 1:
            code = "column_missing" if not fitting else "column_twice"
            at = cell if not fitting else cell_name(layout.heading[1], fitting[1])
            found.wrong(at, code, words="、".join(wanted.words))
        elif stretch is not None:
            first = 1 if layout.cumulative else stretch.first
            heads.append(Head(fitting[0], wanted.kind, first, stretch.last))
    return heads


def _factor(sheet: Sheet, layout: Layout, subject: Subject, found: Checked) -> Decimal | None:
    said = unit_in(sheet.text(*layout.unit_at)) if layout.unit_at else ""
    given = said or layout.unit or subject.unit
    found.unit = given
    factor = factor_between(given, subject.unit)
    if factor is None:
        cell = cell_name(*(layout.unit_at or layout.period_at))
        found.wrong(cell, "unit", given=given, wanted=subject.unit)
    return factor


def _rows(sheet: Sheet, layout: Layout, subject: Subject, found: Checked) -> list[tuple[int, str]]:
    rows: list[tuple[int, str]] = []
    seen: dict[str, str] = {}
    last = min(sheet.height, layout.first_row + _MOST_ROWS)
    for row in range(layout.first_row, last + 1):
        label = sheet.text(row, layout.label_column).strip("# ")
        cell = cell_name(row, layout.label_column)
        if not label or label.startswith(("注", "备注", "说明", "资料来源")):
            continue
        bare = label.removeprefix("其中:").replace(" ", "")
        if bare == layout.total:
            member = ""
        elif not layout.dimension:
            continue
        elif bare in subject.members:
            member = subject.members[bare]
        else:
            near = get_close_matches(bare, list(subject.members), 1)
            found.wrong(cell, "unknown_member", label=bare[:40], near=near[0] if near else "")
            continue
        if member in seen:
            found.wrong(cell, "member_twice", label=bare[:40], other=seen[member])
            continue
        seen[member] = cell
        rows.append((row, member))
    if "" not in seen:
        at = cell_name(layout.first_row, layout.label_column)
        found.wrong(at, "no_total", label=layout.total)
    for member in sorted(set(subject.members.values()) - seen.keys()) if layout.dimension else ():
        label = next(text for text, key in subject.members.items() if key == member)
        at = cell_name(max(last, layout.first_row), layout.label_column)
        found.wrong(at, "member_missing", label=label)
    return rows


def merged_numbers(
    sheet: Sheet,
    layout: Layout,
    heads: Iterable[Head],
    rows: Iterable[tuple[int, str]],
    found: Checked,
) -> None:
    """Merged cells among the numbers: which of the rows or columns the number is of is not said."""
    read = {(row, head.column) for row, _member in rows for head in heads}
    for one in sheet.merged:
        inside = [place for place in read if sheet.covered.get(place) == one]
        if inside:
            span = f"{cell_name(one[0], one[1])}:{cell_name(one[2], one[3])}"
            found.wrong(cell_name(one[0], one[1]), "merged", span=span)


def read_cell(
    sheet: Sheet, row: int, member: str, head: Head, factor: Decimal, found: Checked
) -> None:
    """Read one number of a member into `found`, brought to the unit of the series by `factor`."""
    cell = cell_name(row, head.column)
    if (row, head.column) in sheet.covered:
        return
    try:
        number = number_of(sheet.raw(row, head.column))
    except ValueError as error:
        found.wrong(cell, "not_a_number", text=str(error)[:40])
        return
    if number is None:
        return
    if head.kind in ("value", "base"):
        number = round(number * factor, 6)
    elif head.kind == "deflator" and not 0 < number < 1000:
        found.wrong(cell, "deflator", text=number)
        return
    elif head.kind == "growth" and number < -100:
        found.wrong(cell, "growth", text=number)
        return
    read = found.read.setdefault((member, head.first, head.last), Read())
    read.numbers[head.kind] = number
    read.cells[head.kind] = cell


def _missing(
    layout: Layout, rows: list[tuple[int, str]], heads: list[Head], found: Checked
) -> None:
    """Empty cells that should hold a number: of a year those before the last one that is filled."""
    filled = {
        (member, head.column)
        for _row, member in rows
        for head in heads
        if head.kind in found.read.get((member, head.first, head.last), Read()).numbers
    }
    last = max((column for _member, column in filled), default=0)
    broken = {problem.cell for problem in found.errors}
    for row, member in rows:
        for head in heads:
            cell = cell_name(row, head.column)
            wanted = layout.shape == "period" or head.column <= last
            if wanted and (member, head.column) not in filled and cell not in broken:
                found.wrong(cell, "empty")
    if layout.shape == "year":
        _gaps(layout, heads, last, found)


def _gaps(layout: Layout, heads: list[Head], last: int, found: Checked) -> None:
    """Months that no column speaks of, up to the last that is filled. January alone may be missing:
    it is told together with February."""
    told = {month for head in heads if head.column <= last for month in _own(head, layout)}
    for month in range(2, max(told, default=0)):
        if month not in told and not (month == 2 and 1 not in told):
            at = next((h for h in heads if h.last > month), heads[-1])
            found.wrong(cell_name(layout.heading[1], at.column), "month_missing", month=month)


def _own(head: Head, layout: Layout) -> range:
    return (
        range(head.last, head.last + 1) if layout.cumulative else range(head.first, head.last + 1)
    )


def unlikely_sizes(subject: Subject, found: Checked) -> None:
    """A number ten thousand times the last one, or a ten-thousandth: 万元 against 亿元."""
    for place, read in found.read.items():
        value, known = read.numbers.get("value"), _last_known(subject, found.year, place)
        if value is None or known is None or not value or not known:
            continue
        ratio = abs(value / known)
        if ratio > _UNLIKELY or ratio < 1 / _UNLIKELY:
            found.doubt(
                read.cells["value"],
                "magnitude",
                value=value.normalize(),
                last=known.normalize(),
                unit=subject.unit,
                given=found.unit,
            )


def _last_known(subject: Subject, year: int | None, place: Place) -> Decimal | None:
    """The value of this very period, else of the same period of the year before."""
    if year is None:
        return None
    return subject.known.get((year, place)) or subject.known.get((year - 1, place))


def falling_sums(subject: Subject, found: Checked) -> None:
    """A year to date below the one before it: in this sheet, or as it is known."""
    series: dict[str, list[tuple[int, Decimal, str]]] = {}
    for (member, first, last), read in found.read.items():
        if first == 1 and "value" in read.numbers:
            point = (last, read.numbers["value"], read.cells["value"])
            series.setdefault(member, []).append(point)
    for member, points in series.items():
        told = {month for month, _value, _cell in points}
        before = [
            (place[2], value, "")
            for (year, place), value in subject.known.items()
            if year == found.year and place[:2] == (member, 1) and place[2] not in told
        ]
        ordered = sorted([*points, *before])
        for (month, low, _), (_later, value, cell) in pairwise(ordered):
            if cell and value < low:
                found.doubt(
                    cell, "falls", month=month, before=low.normalize(), value=value.normalize()
                )


def _adding(subject: Subject, found: Checked) -> None:
    """Parts that do not add up to the whole, beyond what rounding explains."""
    for (member, first, last), read in list(found.read.items()):
        whole = read.numbers.get("value")
        if member or whole is None:
            continue
        parts = [
            other.numbers["value"]
            for (key, *stretch), other in found.read.items()
            if key and stretch == [first, last] and "value" in other.numbers
        ]
        if len(parts) < len(set(subject.members.values())):
            continue
        slack = Decimal(5).scaleb(-subject.places - 1) * (len(parts) + 1)
        gap = sum(parts, Decimal(0)) - whole
        if abs(gap) > slack:
            found.doubt(
                read.cells["value"],
                "parts",
                whole=whole.normalize(),
                parts=sum(parts, Decimal(0)).normalize(),
                gap=gap.normalize(),
            )
