"""The plan period: each main indicator and commitment through the years, as page and document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.plan.public import (
    Commitment,
    PlanPeriod,
    YearCell,
    YearLine,
    commitment_url,
    period_at,
    plan_periods,
    statement_url,
    theme_label,
    year_line,
    year_lines,
)
from district.kernel.registers.public import Figure
from district.kernel.reports.files import Manuscript, Number, Part, manuscript_of
from district.kernel.tracking.public import TrackedRow
from district.systems.plan_tracking.selectors.figures import actual_figure


@dataclass(frozen=True, slots=True)
class Cell:
    """A year of a line as shown; `figure` opens the values, `source` the report's own sentence."""

    of: YearCell
    figure: Figure | None
    source: str

    @property
    def is_running(self) -> bool:
        """Whether the year is not over, so that its value is none of the whole year."""
        return self.of.year >= clock.today().year and self.of.known.actual is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A commitment through the years as shown."""

    of: YearLine
    cells: tuple[Cell, ...]

    @property
    def light(self) -> str:
        """The light of the last year that has a target."""
        lights = [cell.of.light for cell in self.cells if cell.of.commitment is not None]
        return lights[-1] if lights else "none"


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of a theme; the main indicators come first, under a name of their own."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PeriodView:
    """What the page shows; `told` is of how many years anything is known."""

    period: PlanPeriod | None
    periods: tuple[PlanPeriod, ...]
    groups: tuple[Group, ...]
    told: int

    @property
    def years(self) -> tuple[int, ...]:
        """The years side by side."""
        return self.period.years if self.period is not None else ()


def period_name(period: PlanPeriod) -> str:
    """What the period is called in the reader's language, with its years."""
    english = (get_language() or "").startswith("en")
    name = period.name_en if english and period.name_en else period.name
    return f"{name} {period.first}–{period.last}"


def period_view(first: int | None = None, *, everything: bool = False) -> PeriodView:
    """The period that begins with a year, else the one of today; main indicators, or everything."""
    periods = plan_periods()
    chosen = next((one for one in periods if one.first == first), None)
    period = chosen or period_at(periods, clock.today().year)
    if period is None:
        return PeriodView(None, periods, (), 0)
    lines = [shown(one) for one in year_lines(period.years, indicators=not everything)]
    told = {cell.of.year for line in lines for cell in line.cells if not cell.of.is_gap}
    return PeriodView(period, periods, _groups(lines), len(told))


def shown(line: YearLine) -> Line:
    """A line with what each of its numbers opens; no query."""
    return Line(line, tuple(_cell(cell) for cell in line.cells))


def one_line(row: Commitment) -> tuple[PlanPeriod | None, Line | None]:
    """The line of a commitment over the period that its plan lies in, and the period."""
    period = period_at(plan_periods(), row.report.year)
    if period is None:
        return None, None
    line = year_line(row, period.years)
    return period, shown(line) if line is not None else None


def _cell(cell: YearCell) -> Cell:
    if cell.commitment is not None and cell.known.actual is not None:
        return Cell(cell, actual_figure(cell.commitment, cell.known.actual, cell.known.points), "")
    source = statement_url(cell.stated.pk) if cell.stated is not None else ""
    return Cell(cell, None, source)


def _groups(lines: Sequence[Line]) -> tuple[Group, ...]:
    by_name: dict[str, list[Line]] = {}
    first = _("主要指标")
    for line in lines:
        row = line.of.newest
        name = first if row.kind == "indicator" else theme_label(row.theme) if row.theme else ""
        by_name.setdefault(name or _("未归类"), []).append(line)
    names = sorted(by_name, key=lambda name: name != first)
    return tuple(Group(name, tuple(by_name[name])) for name in names)


def chart_of(line: Line) -> dict[str, Any]:
    """Value and target by year; a year of which nothing is known is a gap."""

    def number(value: Decimal | None) -> float | None:
        return None if value is None else float(value)

    urls = [cell.figure.url if cell.figure is not None else cell.source for cell in line.cells]
    return {
        "kind": "bar",
        "unit": line.of.newest.unit,
        "categories": [str(cell.of.year) for cell in line.cells],
        "series": [
            {
                "name": _("实际"),
                "values": [number(cell.of.value) for cell in line.cells],
                "urls": urls,
            },
            {
                "name": _("目标"),
                "kind": "line",
                "dashed": True,
                "values": [number(cell.of.target) for cell in line.cells],
            },
        ],
    }


def period_manuscript(view: PeriodView) -> Manuscript:
    """The same as a document: a table a group, a gap a dash; each number opens its rows."""
    title = _("计划时期各年目标和完成情况")
    period = period_name(view.period) if view.period is not None else ""
    columns = (_("指标"), _("单位"), *(str(year) for year in view.years))
    parts = [
        Part(group.name, columns, [_row(line) for line in group.lines]) for group in view.groups
    ]
    lead = _("每格为实际数、目标和灯；“—”表示没有数据。")
    return manuscript_of(f"{period} {title}", lead, parts)


def _row(line: Line) -> tuple[object, ...]:
    return (line.of.newest.title, line.of.newest.unit, *(_told(cell) for cell in line.cells))


def _told(cell: Cell) -> object:
    """A year in one cell of a document."""
    value, target = cell.of.value, cell.of.target
    words = [] if value is None else [_plain(value)]
    if target is not None:
        words.append(_("目标%(target)s") % {"target": _plain(target)})
    if cell.of.light != "none":
        words.append(str(TrackedRow.Light(cell.of.light).label))
    if not words:
        return None
    text = " ".join(words)
    address = cell.figure.url if cell.figure is not None else cell.source
    if not address and cell.of.commitment is not None:
        address = commitment_url(cell.of.commitment.pk)
    return Number(text, address) if address else text


def _plain(value: Decimal) -> str:
    return str(formats.number_format(value.normalize(), use_l10n=False))
