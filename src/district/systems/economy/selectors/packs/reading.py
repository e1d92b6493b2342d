"""A kept pack as pages and files show it: every number with what opens it, stale ones named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.plan.public import commitment_url
from district.kernel.registers.public import Figure
from district.kernel.tracking.public import reason_texts
from district.systems.economy.figures import cells_figure, vintage_figure
from district.systems.economy.models import Pack, PackFigure, SeriesValue
from district.systems.economy.names import DECOMPOSITIONS, PACK_FIGURES
from district.systems.economy.rules.packs import (
    AgendaPart,
    BehindPart,
    ChartPart,
    Content,
    DecisionPart,
    IndicatorPart,
    Key,
    MovedPart,
    SupposedPart,
    changed_refs,
)
from district.systems.economy.selectors.packs.changes import Changes, changes_since
from district.systems.economy.selectors.settings import dimension_label, is_english, member_label
from district.systems.economy.words import months, nowcast_note, outcome_label

Origin = PackFigure.Origin


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


def figure_of(row: PackFigure) -> Figure:
    """What opens a number: the vintage, the cells or the target of the version, else the kept
    figure itself, whose page says on what it rests. No statement where they are loaded."""
    unit, label = row.unit, row.get_name_display()
    if row.origin == Origin.VALUE and row.vintage is not None:
        return vintage_figure(row.vintage, row.name, unit, label)
    version = row.decomposition
    if row.origin == Origin.CELLS and version is not None:
        return cells_figure(
            version, row.value, first=row.first_month or 1, last=row.last_month or 12,
            industry=row.industry, street=row.street, label=label,
        )  # fmt: skip
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
    """An indicator month by month; `unit` is that of its axis."""

    unit: str
    months: tuple[int, ...]
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
        """The months as they are called."""
        return [_("%(month)s月") % {"month": month} for month in self.months]

    @property
    def data(self) -> dict[str, Any]:
        """For the chart component: floats for drawing, every point opening its rows."""
        return {
            "kind": "line",
            "unit": self.unit,
            "categories": self.categories,
            "series": [
                {
                    "name": name,
                    "values": [None if one is None else float(one.value) for one in points],
                    "urls": [None if one is None else one.figure.url for one in points],
                    "dashed": at > 0,
                }
                for at, (name, points) in enumerate(self.lines)
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
        stretch = _("%(first)s—%(last)s月") % {"first": first, "last": end.month}
        if first == end.month:
            stretch = months(first, end.month)
        return _("%(year)s年%(stretch)s") % {"year": end.year, "stretch": stretch}

    @property
    def status(self) -> str:
        """Whether the newest value is an estimate, preliminary or final."""
        found = self.part["status"]
        return str(SeriesValue.Status(found).label) if found else ""

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


def pack_for(key: object) -> Pack:
    """A pack with its meeting, and the number of the meeting's newest as `newest`; NotFound."""
    newest = (
        Pack.objects.filter(meeting=OuterRef("meeting"))
        .order_by()
        .values("meeting")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    rows = Pack.objects.select_related("meeting__chair").annotate(newest=Subquery(newest))
    found = rows.filter(pk=str(key)).first()
    if found is None:
        raise NotFound(_("没有这份会议材料。"))
    return found


def pack_view(pack: Pack) -> PackView:
    """A pack and what has changed since; at most six statements."""
    content: Content = pack.content
    rows = PackFigure.objects.filter(pack=pack).select_related("vintage", "decomposition")
    by_key = {row.key: row for row in rows}
    changes = changes_since(pack, pack.meeting.year, content)
    reader = _Reader(by_key, changes)
    indicators = tuple(reader.indicator(part) for part in content["indicators"])
    decisions = tuple(reader.decision(part) for part in content["decisions"])
    told = [row.vintage_at for row in by_key.values() if row.vintage_at is not None]
    return PackView(
        pack=pack,
        newest=int(getattr(pack, "newest", pack.number) or pack.number),
        decisions=decisions,
        indicators=indicators,
        suppositions=tuple(reader.supposed(part) for part in content["suppositions"]),
        agenda=tuple(AgendaView(part) for part in content["agenda"]),
        stale_figures=sum(
            1 for row in by_key.values() if changed_refs(row.rests_on, changes.by_ref)
        ),
        stale=tuple(
            [(one.name, one.stale) for one in indicators if one.stale]
            + [(one.part["text"], (one.now,)) for one in decisions if one.now]
        ),
        vintage=max(told, default=None),
    )


def _either(chinese: str, english: str) -> str:
    return english if is_english() and english else chinese


class _Reader:
    """Turns parts into what is shown, given the figures and what has changed."""

    def __init__(self, rows: Mapping[Key, PackFigure], changes: Changes) -> None:
        self._rows, self._changes = rows, changes

    def number(self, key: Key) -> Number:
        row = self._rows[key]
        refs = changed_refs(row.rests_on, self._changes.by_ref)
        return Number(row, _("；").join(self._changes.by_ref[ref] for ref in refs))

    def maybe(self, key: Key | None) -> Number | None:
        return self.number(key) if key else None

    def indicator(self, part: IndicatorPart) -> IndicatorView:
        refs = list(part["rests_on"])
        for key, row in self._rows.items():
            if key.startswith(f"{part['series']}."):
                refs += row.rests_on
        said = [self._changes.by_ref[ref] for ref in changed_refs(refs, self._changes.by_ref)]
        return IndicatorView(
            part=part,
            figures={name: self.number(key) for name, key in part["figures"].items()},
            reasons=tuple(reason_texts(part["reasons"])),
            stale=(*said, *self._changes.by_series.get(part["series"], ())),
            chart=self._chart(part["chart"], part["unit"]),
            moved=tuple(self._moved(one) for one in part["moved"]),
            behind=tuple(self._behind(one) for one in part["behind"]),
        )

    def _chart(self, part: ChartPart | None, unit: str) -> ChartView | None:
        if part is None:
            return None
        return ChartView(
            unit=part["unit"] or unit,
            months=tuple(part["months"]),
            actual=tuple(self.maybe(key) for key in part["actual"]),
            target=tuple(self.maybe(key) for key in part["target"]),
            nowcast=tuple(self.maybe(key) for key in part["nowcast"]),
        )

    def _moved(self, part: MovedPart) -> MovedView:
        dimension = part["dimension"]
        return MovedView(
            dimension=dimension_label(dimension),
            lines=tuple(
                (
                    member_label(dimension, one["member"]) if one["member"] else _("其他和误差"),
                    self.number(str(one["change"])),
                    self.number(str(one["points"])),
                    self.maybe(one["growth"]),
                )
                for one in part["lines"]
            ),
            change=self.number(part["change"]),
            points=self.number(part["points"]),
            missing=tuple(member_label(dimension, key) for key in part["missing"]),
        )

    def _behind(self, part: BehindPart) -> BehindView:
        return BehindView(
            dimension=dimension_label(part["dimension"]),
            name=member_label(part["dimension"], part["member"]),
            actual=self.number(part["actual"]),
            due=self.number(part["due"]),
            gap=self.number(part["gap"]),
            growth=self.maybe(part["growth"]),
        )

    def decision(self, part: DecisionPart) -> DecisionView:
        now = self._changes.outcomes.get(part["id"], part["outcome"])
        commitment = part["commitment"]
        return DecisionView(
            part=part,
            outcome=outcome_label(part["outcome"]),
            reasons=tuple(reason_texts(part["reasons"])),
            now=_("现在：%(outcome)s") % {"outcome": outcome_label(now)}
            if now != part["outcome"]
            else "",
            url=commitment_url(UUID(commitment)) if commitment else "",
        )

    def supposed(self, part: SupposedPart) -> SupposedView:
        return SupposedView(
            part=part,
            growths=tuple(
                (member_label(part["dimension"], key), Decimal(text))
                for key, text in part["growths"].items()
            ),
            level=self.number(part["level"]),
            change=self.number(part["change"]),
            growth=self.maybe(part["growth"]),
        )


def local_day(moment: datetime | None) -> str:
    """The local day of a moment as text; "" where there is none."""
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""
