"""What of a pack is shown: its numbers with what opens them, its parts with their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.registers.public import Figure
from district.systems.economy.figures import cells_figure, vintage_figure
from district.systems.economy.models import Pack, PackFigure, SeriesValue
from district.systems.economy.names import DECOMPOSITIONS, PACK_FIGURES
from district.systems.economy.rules.packs import (
    AgendaPart,
    DecisionPart,
    IndicatorPart,
    SupposedPart,
)
from district.systems.economy.selectors.settings import is_english
from district.systems.economy.words import months as stretch
from district.systems.economy.words import nowcast_note

Origin = PackFigure.Origin
#: The lower end of an interval and its upper one.
_INTERVALS = {"low": "high", "growth_low": "growth_high"}
_UPPER = frozenset(_INTERVALS.values())


@dataclass(frozen=True)
class Number:
    """A number of a pack: what opens it, and why it no longer holds ("" while it does)."""

    row: PackFigure
    stale: str

    @property
    def figure(self) -> Figure:
        """What opens its rows as they were."""
        return figure_of(self.row)

    @property
    def value(self) -> Decimal:
        """The number as it was shown."""
        value: Decimal = self.row.value
        return value

    @property
    def places(self) -> int:
        """To how many places it is printed."""
        return self.row.places

    @property
    def unit(self) -> str:
        """Its unit."""
        return self.row.unit


def name_label(row: PackFigure) -> str:
    """What a number is called; `get_name_display` looks through all names every time."""
    return str(PackFigure.Name(row.name).label)


def figure_of(row: PackFigure) -> Figure:
    """What opens a number: the vintage, the cells or the target of the version, else the kept
    figure itself, whose page says on what it rests. No statement where they are loaded."""
    unit, label = row.unit, name_label(row)
    if row.origin == Origin.VALUE and row.vintage is not None:
        return vintage_figure(row.vintage, row.name, unit, label)
    version = row.decomposition
    if row.origin == Origin.CELLS and version is not None:
        found = cells_figure(
            version, row.value, first=row.first_month or 1, last=row.last_month or 12,
            industry=row.industry, street=row.street, label=label,
        )  # fmt: skip
        return replace(found, unit=unit)
    if row.origin == Origin.TARGET and version is not None:
        where = f'series = "{version.series_id}" and year = {version.year}'
        where += f" and number = {version.number}"
        field = "growth" if row.name == PackFigure.Name.GROWTH_TARGET else "level"
        return Figure(
            DECOMPOSITIONS, where, f"value:{field}", value=row.value, unit=unit, label=label
        )
    where = f'pack = "{row.pack_id}" and key = "{row.key}"'
    return Figure(PACK_FIGURES, where, "value:value", value=row.value, unit=unit, label=label)


@dataclass(frozen=True)
class DecisionView:
    """A decision of an earlier meeting as it was told; `now` says where it stands otherwise now."""

    part: DecisionPart
    outcome: str
    reasons: tuple[str, ...]
    now: str
    url: str

    @property
    def unit(self) -> str:
        """Its lead unit."""
        return _either(self.part["unit"], self.part["unit_en"])

    @property
    def leader(self) -> str:
        """Who answers for it."""
        return _either(self.part["leader"], self.part["leader_en"])

    @property
    def due_on(self) -> date:
        """Until when."""
        return date.fromisoformat(self.part["due_on"])

    @property
    def closed_on(self) -> date | None:
        """When it was done."""
        return date.fromisoformat(self.part["closed_on"]) if self.part["closed_on"] else None


@dataclass(frozen=True)
class MovedView:
    """Who moved an indicator along a dimension: name, change, points, growth."""

    dimension: str
    lines: tuple[tuple[str, Number, Number, Number | None], ...]
    change: Number
    points: Number
    missing: tuple[str, ...]


@dataclass(frozen=True)
class BehindView:
    """A member that is behind: what came, what was due, the gap, its growth."""

    dimension: str
    name: str
    actual: Number
    due: Number
    gap: Number
    growth: Number | None


@dataclass(frozen=True)
class ChartView:
    """An indicator month by month, what each added or its growth; `unit` is that of its axis."""

    unit: str
    spans: tuple[tuple[int, int], ...]
    actual: tuple[Number | None, ...]
    target: tuple[Number | None, ...]
    nowcast: tuple[Number | None, ...]

    @property
    def lines(self) -> tuple[tuple[str, tuple[Number | None, ...]], ...]:
        """The drawn lines with their names, those that have no point left out."""
        named = (
            (_("实际"), self.actual),
            (_("目标"), self.target),
            (_("全年预计"), self.nowcast),
        )
        return tuple((name, points) for name, points in named if any(points))

    @property
    def categories(self) -> list[str]:
        """The stretches of months as they are called."""
        return [
            _("%(month)s月") % {"month": last} if first == last else stretch(first, last)
            for first, last in self.spans
        ]

    @property
    def is_growth(self) -> bool:
        """Whether growth is drawn, as lines, and not what each stretch added, as bars."""
        return self.unit == "%"

    @property
    def data(self) -> dict[str, Any]:
        """For the chart component: floats for drawing, every point opening its rows."""
        return {
            "kind": "line" if self.is_growth else "bar",
            "fromZero": not self.is_growth,
            "unit": self.unit,
            "categories": self.categories,
            "series": [
                {
                    "name": name,
                    "values": [None if one is None else float(one.value) for one in points],
                    "urls": [None if one is None else one.figure.url for one in points],
                    "dashed": points is not self.actual,
                }
                for name, points in self.lines
            ],
        }


@dataclass(frozen=True)
class IndicatorView:
    """An indicator's part; `figures` by name, `stale` what no longer holds of its light."""

    part: IndicatorPart
    figures: Mapping[str, Number]
    reasons: tuple[str, ...]
    stale: tuple[str, ...]
    chart: ChartView | None
    moved: tuple[MovedView, ...]
    behind: tuple[BehindView, ...]

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return _either(self.part["name"], self.part["name_en"])

    @property
    def period(self) -> str:
        """What its newest value speaks of: 2025年1—8月."""
        if not self.part["period_end"]:
            return ""
        first = date.fromisoformat(self.part["period_start"]).month
        end = date.fromisoformat(self.part["period_end"])
        said = _("%(first)s—%(last)s月") % {"first": first, "last": end.month}
        if first == end.month:
            said = stretch(first, end.month)
        return _("%(year)s年%(stretch)s") % {"year": end.year, "stretch": said}

    @property
    def status(self) -> str:
        """Whether the newest value is an estimate, preliminary or final."""
        found = self.part["status"]
        return str(SeriesValue.Status(found).label) if found else ""

    @property
    def facts(self) -> list[tuple[str, tuple[Number, ...]]]:
        """Its figures with what they are called; both ends of an interval stand together."""
        found: list[tuple[str, tuple[Number, ...]]] = []
        for name, one in self.figures.items():
            if name in _UPPER:
                continue
            upper = self.figures.get(_INTERVALS.get(name, ""))
            if upper is None:
                found.append((name_label(one.row), (one,)))
            else:
                label = _("增速区间") if one.unit == "%" else _("预计区间")
                found.append((label, (one, upper)))
        return found

    @property
    def vintage(self) -> datetime | None:
        """When the newest of its values was told."""
        told = [one.row.vintage_at for one in self.figures.values() if one.row.vintage_at]
        return max(told, default=None)

    @property
    def share(self) -> Decimal:
        """How likely the outturn lies in its interval, in percent."""
        nowcast = self.part["nowcast"]
        return Decimal(nowcast["share"]) * 100 if nowcast else Decimal(0)

    @property
    def problem(self) -> str:
        """Why there is no nowcast; "" where there is one."""
        nowcast = self.part["nowcast"]
        if nowcast is None:
            return _("还没有测算。")
        found = nowcast["problem"]
        return nowcast_note(found["key"], found["values"]) if found else ""


@dataclass(frozen=True)
class SupposedView:
    """A what-if: the growths supposed of members, and what they make of the district."""

    part: SupposedPart
    growths: tuple[tuple[str, Decimal], ...]
    level: Number
    change: Number
    growth: Number | None

    @property
    def name(self) -> str:
        """The indicator."""
        return _either(self.part["name"], self.part["name_en"])


@dataclass(frozen=True)
class AgendaView:
    """What stands to be decided."""

    part: AgendaPart

    @property
    def text(self) -> str:
        """What it is."""
        said = _either(self.part["text"], self.part["text_en"])
        if self.part["kind"] == "decision":
            return said
        year, number = self.part["version"]
        return _("审定%(name)s%(year)s年第%(number)s版目标分解") % {
            "name": said, "year": year, "number": number,
        }  # fmt: skip

    @property
    def unit(self) -> str:
        """Who brings it in."""
        return _either(self.part["unit"], self.part["unit_en"])

    @property
    def leader(self) -> str:
        """Who would answer for it."""
        return _either(self.part["leader"], self.part["leader_en"])

    @property
    def due_on(self) -> date | None:
        """Until when it would be done."""
        return date.fromisoformat(self.part["due_on"]) if self.part["due_on"] else None


@dataclass(frozen=True)
class PackView:
    """A pack as it is shown; `newest` is the number of the meeting's newest pack, `vintage` when
    the newest value in it was told."""

    pack: Pack
    newest: int
    decisions: tuple[DecisionView, ...]
    indicators: tuple[IndicatorView, ...]
    suppositions: tuple[SupposedView, ...]
    agenda: tuple[AgendaView, ...]
    stale_figures: int
    stale: tuple[tuple[str, tuple[str, ...]], ...]
    vintage: datetime | None


def _either(chinese: str, english: str) -> str:
    return english if is_english() and english else chinese


def local_day(moment: datetime | None) -> str:
    """The local day of a moment as text; "" where there is none."""
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""
