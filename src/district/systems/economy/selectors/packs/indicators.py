"""An indicator's part of a pack: light, outturn, progress, contributors, chart, who is behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from district.systems.economy.models import Series, SeriesValue
from district.systems.economy.rules.nowcasting import needed
from district.systems.economy.rules.packs import (
    BehindPart,
    ChartPart,
    IndicatorPart,
    Key,
    MovedPart,
    NowcastPart,
    behind,
    nowcast_ref,
    path,
    target_ref,
)
from district.systems.economy.selectors.detail import moved_by
from district.systems.economy.selectors.known import growth_shown
from district.systems.economy.selectors.pace import Pace, comparable_level
from district.systems.economy.selectors.packs.book import (
    GROWTH_PLACES,
    POINT_PLACES,
    Book,
    Name,
)
from district.systems.economy.selectors.packs.known import Known
from district.systems.economy.selectors.settings import members_of

_HUNDRED = Decimal(100)


def indicator_part(known: Known, book: Book) -> IndicatorPart:
    """The part of one indicator; its figures go into the book. No statement."""
    return Indicator(known, book).part()


class Indicator:
    """One indicator while its part is put together."""

    def __init__(self, known: Known, book: Book) -> None:
        self._known, self._book = known, book
        self._series = known.series
        self._figures: dict[str, Key] = {}
        self._on_target = [target_ref(known.target.pk)] if known.target else []
        self._on_latest = book.resting_on([known.latest]) if known.latest else []

    def part(self) -> IndicatorPart:
        """Everything, in order."""
        known, series = self._known, self._series
        tracked = known.target.tracked if known.target else None
        self._latest()
        self._targets()
        nowcast = self._nowcast()
        latest = known.latest
        return IndicatorPart(
            series=series.key,
            name=series.name,
            name_en=series.name_en,
            unit=series.unit,
            places=series.places,
            lead_unit=series.lead_unit_id,
            light=tracked.light if tracked else "none",
            reasons=list(tracked.reasons) if tracked else [],
            rests_on=[*self._on_latest, *self._on_target, *self._on_nowcast()],
            period_start=latest.period_start.isoformat() if latest else "",
            period_end=latest.period_end.isoformat() if latest else "",
            status=latest.status if latest else "",
            version=known.target.number if known.target else None,
            figures=self._figures,
            nowcast=nowcast,
            chart=self._chart(),
            moved=[found for one in series.dimensions if (found := self._moved(one)) is not None],
            behind=[found for one in series.dimensions for found in self._behind(one)],
        )

    def _keep(self, name: Name, key: Key | None) -> None:
        if key is not None:
            self._figures[str(name.value)] = key

    def _key(self, *parts: object) -> Key:
        return ".".join(str(one) for one in (self._series.key, *parts))

    def _on_nowcast(self) -> list[str]:
        kept = self._known.kept
        return [nowcast_ref(kept.row.pk, kept.row.version)] if kept else []

    def _latest(self) -> None:
        """The newest value and its growth."""
        row, book = self._known.latest, self._book
        if row is None:
            return
        self._keep(Name.VALUE, book.vintage(self._key("value"), row))
        growth = book.vintage(self._key("growth"), row, Name.GROWTH)
        if growth is None:
            growth = self._percent(
                Name.GROWTH, growth_shown(row), self._on_latest, period_end=row.period_end
            )
        self._keep(Name.GROWTH, growth)

    def _percent(
        self,
        name: Name,
        value: Decimal | None,
        rests_on: list[str],
        *,
        period_end: date | None = None,
    ) -> Key | None:
        return self._book.computed(
            self._key(name.value), self._series, name, value, rests_on,
            unit="%", places=GROWTH_PLACES, period_end=period_end,
        )  # fmt: skip

    def _targets(self) -> None:
        """The target, what is due by now, and what is still needed."""
        pace, book, series = self._known.pace, self._book, self._series
        if pace is None:
            return
        target = pace.decomposition
        for name in (Name.GROWTH_TARGET, Name.YEAR_TARGET):
            self._keep(name, book.target(self._key(name.value), target, name))
        if not pace.by_level or pace.latest is None:
            return
        both = [*self._on_latest, *self._on_target]
        end, level = pace.latest.period_end, target.level
        if pace.actual is not None and pace.actual != pace.latest.value:
            self._keep(
                Name.SO_FAR,
                book.computed(
                    self._key("so_far"), series, Name.SO_FAR, pace.actual, self._on_pace(pace),
                    period_end=end,
                ),
            )  # fmt: skip
        self._keep(Name.DUE, self._due(pace, end.month, self._key("due")))
        if level and pace.actual is not None:
            share = pace.actual / level * _HUNDRED
            self._keep(Name.COMPLETION, self._percent(Name.COMPLETION, share, both))
        if level and pace.due is not None:
            share = pace.due / level * _HUNDRED
            self._keep(Name.DUE_SHARE, self._percent(Name.DUE_SHARE, share, both))
        still = pace.needed
        if still is not None:
            self._keep(
                Name.LEFT, book.computed(self._key("left"), series, Name.LEFT, still.level, both)
            )
            self._keep(Name.NEEDED, self._percent(Name.NEEDED, still.growth, both))

    def _on_pace(self, pace: Pace) -> list[str]:
        """On what the year so far rests: one year to date, or every month of it."""
        if self._series.span == Series.Span.YEAR_TO_DATE:
            return self._on_latest
        return self._book.resting_on(pace.wholes.values())

    def _due(self, pace: Pace, month: int, key: Key) -> Key | None:
        """What is due by the end of a month, where a stretch of the decomposition ends there."""
        ends = {last: level for _first, last, level, _base in pace.stretches}
        if month not in ends:
            return None
        value = sum((level for last, level in ends.items() if last <= month), Decimal(0))
        return self._book.cells(key, pace.decomposition, value, (1, month))

    def _nowcast(self) -> NowcastPart | None:
        """The outturn with its interval, the chance, and the growth still needed where progress
        could not say it."""
        kept, book = self._known.kept, self._book
        if kept is None:
            return None
        row, on_target = kept.row, next(iter(self._on_target), "")
        names = [Name.OUTTURN_GROWTH, Name.GROWTH_LOW, Name.GROWTH_HIGH, Name.CHANCE]
        if self._series.has_levels:
            names += [Name.OUTTURN, Name.LOW, Name.HIGH]
        for name in names:
            on = on_target if name == Name.CHANCE else ""
            self._keep(name, book.nowcast(self._key("nowcast", name.value), row, name, on))
        outturn, target = kept.outturn, self._known.target
        if str(Name.NEEDED.value) not in self._figures and outturn is not None and target:
            amount = kept.target(target)
            still = None if amount is None else needed(outturn, amount)
            rests = [*self._on_nowcast(), *self._on_target]
            self._keep(
                Name.NEEDED, self._percent(Name.NEEDED, still.growth if still else None, rests)
            )
        return NowcastPart(
            after=row.after,
            computed_at=row.computed_at.isoformat(),
            stale=kept.stale,
            share=str(row.share),
            problem=dict(row.problem),
        )

    def _chart(self) -> ChartPart | None:
        pace = self._known.pace
        if not self._known.wholes:
            return None
        if pace is not None and pace.by_level:
            return self._level_chart(pace)
        return self._growth_chart()

    def _level_chart(self, pace: Pace) -> ChartPart:
        """What each stretch of months added, what its target is, what the nowcast has for it."""
        spans = sorted((first, last) for first, last, _level, _base in pace.stretches)
        ahead = self._ahead(pace)
        return ChartPart(
            unit="",
            spans=[[first, last] for first, last in spans],
            actual=[self._added(pace, first, last) for first, last in spans],
            target=[
                self._book.cells(
                    self._key("target", last), pace.decomposition, level, (first, last)
                )
                for first, last, level, _base in sorted(pace.stretches)
            ],
            nowcast=[ahead.get(last) for _first, last in spans],
        )

    def _added(self, pace: Pace, first: int, last: int) -> Key | None:
        """What a stretch added to the year to date; None where either end is not known."""
        ends = {end.month: row for end, row in self._known.wholes.items()}
        row, before = ends.get(last), ends.get(first - 1)
        if row is None or (first > 1 and before is None):
            return None
        level = pace.level_at(row)
        less = Decimal(0) if before is None else pace.level_at(before)
        if level is None or less is None:
            return None
        key, span = self._key("actual", last), self._series.span
        alone = before is None or span != Series.Span.YEAR_TO_DATE
        if alone and row.value == level - less:
            return self._book.vintage(key, row)
        rests = self._book.resting_on(one for one in (before, row) if one is not None)
        return self._book.computed(
            key, self._series, Name.ADDED, level - less, rests, period_end=row.period_end
        )

    def _ahead(self, pace: Pace) -> dict[int, Key | None]:
        """What the nowcast has for each open stretch, by its last month."""
        kept = self._known.kept
        outturn = kept.outturn if kept is not None else None
        if kept is None or outturn is None:
            return {}
        due: dict[int, Decimal] = {}
        whole = Decimal(0)
        for _first, last, level, _base in sorted(pace.stretches):
            whole += level
            due[last] = whole
        rests = [*self._on_nowcast(), *self._on_target]
        way = path(outturn.so_far, outturn.level, due, outturn.after)
        found: dict[int, Key | None] = {}
        before = outturn.so_far
        for month in sorted(way):
            if month > outturn.after:
                found[month] = self._book.computed(
                    self._key("ahead", month), self._series, Name.AHEAD, way[month] - before, rests
                )
                before = way[month]
        return found

    def _growth_chart(self) -> ChartPart:
        """Growth of the year to date by month beside the year's target and its nowcast."""
        book, row = self._book, self._known.latest
        by_month = {end.month: one for end, one in self._known.wholes.items()}
        months = sorted({*by_month, 12})
        target = self._figures.get(str(Name.GROWTH_TARGET.value))
        ahead = self._figures.get(str(Name.OUTTURN_GROWTH.value))
        newest = row.period_end.month if row else 0
        return ChartPart(
            unit="%",
            spans=[[month, month] for month in months],
            actual=[
                book.vintage(self._key("actual", month), by_month[month], Name.GROWTH)
                if month in by_month
                else None
                for month in months
            ],
            target=[target for _month in months],
            nowcast=[ahead if month == 12 and newest < 12 else None for month in months],
        )

    def _moved(self, dimension: str) -> MovedPart | None:
        """The five contributors and all others, adding up exactly."""
        latest, series, book = self._known.latest, self._series, self._book
        members = self._known.members.get(dimension, ())
        found = moved_by(series, dimension, latest, members)
        if found is None or latest is None:
            return None
        every = [*self._on_latest, *book.resting_on(one.row for one in members)]
        lines: list[dict[str, Key | None]] = []
        for one, _label, row in found.lines:
            place = self._key("moved", dimension, one.member or "rest")
            member = {dimension: one.member} if one.member else {}
            rests = [*self._on_latest, *book.resting_on([row])] if row else every

            def put(
                name: Name, value: Decimal | None, unit: str, places: int,
                place: Key = place, rests: list[str] = rests, member: dict[str, str] = member,
            ) -> Key | None:  # fmt: skip
                return book.computed(
                    f"{place}.{name.value}", series, name, value, rests,
                    unit=unit, places=places, period_end=latest.period_end, member=member,
                )  # fmt: skip

            lines.append(
                {
                    "member": one.member,
                    "change": put(Name.CHANGE, one.change, series.unit, series.places),
                    "points": put(Name.POINTS, one.points, "%", POINT_PLACES),
                    "growth": put(Name.GROWTH, one.growth, "%", GROWTH_PLACES),
                }
            )
        place = self._key("moved", dimension)
        change = book.computed(
            f"{place}.change", series, Name.CHANGE, found.change, self._on_latest,
            period_end=latest.period_end,
        )  # fmt: skip
        points = book.computed(
            f"{place}.points", series, Name.POINTS, found.points, self._on_latest,
            unit="%", places=POINT_PLACES, period_end=latest.period_end,
        )  # fmt: skip
        return MovedPart(
            dimension=dimension, lines=lines, change=change or "", points=points or "",
            missing=sorted({*members_of(series, dimension)} - {one.key for one in members}),
        )  # fmt: skip

    def _behind(self, dimension: str) -> list[BehindPart]:
        """Members below what the target has due of them by the end of the newest value."""
        pace, book, series = self._known.pace, self._book, self._series
        year_to_date = series.span == Series.Span.YEAR_TO_DATE
        if pace is None or pace.latest is None or not pace.by_level or not year_to_date:
            return []
        end = pace.latest.period_end
        rows = {one.key: one.row for one in self._known.members.get(dimension, ())}
        actual = {
            key: level
            for key, row in rows.items()
            if (level := comparable_level(series, row)) is not None
        }
        due = {
            member: by_month[end.month]
            for (of, member), by_month in self._known.dues.items()
            if of == dimension and end.month in by_month
        }
        found, span = [], (1, end.month)
        for one in behind(actual, due):
            place, member = self._key("behind", dimension, one.member), {dimension: one.member}
            row = rows[one.member]
            rests = book.resting_on([row])
            found.append(
                BehindPart(
                    dimension=dimension,
                    member=one.member,
                    actual=self._level(f"{place}.actual", row, one.actual),
                    due=book.cells(f"{place}.due", pace.decomposition, one.due, span, member),
                    gap=book.computed(
                        f"{place}.gap", series, Name.GAP, one.gap, [*rests, *self._on_target],
                        period_end=end, member=member,
                    )
                    or "",
                    growth=book.vintage(f"{place}.growth", row, Name.GROWTH),
                )
            )  # fmt: skip
        return found

    def _level(self, key: Key, row: SeriesValue, level: Decimal) -> Key:
        """A year to date: as published, or at comparable prices."""
        if level == row.value:
            return self._book.vintage(key, row) or ""
        member = {"industry": row.industry, "street": row.street}
        return (
            self._book.computed(
                key, self._series, Name.SO_FAR, level, self._book.resting_on([row]),
                period_end=row.period_end, member=member,
            )
            or ""
        )  # fmt: skip
