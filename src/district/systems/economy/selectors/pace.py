"""How approved decompositions stand: what came in, what is due by then, what is still needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from district.kernel.tracking.public import ByHand, LastYearFigures, Period, Target
from district.systems.economy.models import (
    Decomposition,
    DecompositionCell,
    Series,
    SeriesValue,
)
from district.systems.economy.rules.growth import Needed, still_needed
from district.systems.economy.rules.pace import due_by_month, growth_due, profile_of
from district.systems.economy.selectors.known import BUREAU, base_of, growth_shown


@dataclass(frozen=True)
class Pace:
    """A decomposition beside the newest value of the bureau in its year, None where none came.

    `stretches` are what is due in each stretch of months: first and last month, level, base;
    `wholes` the values of the year, by the ends of their periods.
    """

    decomposition: Decomposition
    stretches: tuple[tuple[int, int, Decimal, Decimal], ...]
    wholes: Mapping[date, SeriesValue]

    @property
    def series(self) -> Series:
        """Its series."""
        return self.decomposition.series

    @property
    def year(self) -> int:
        """Its year."""
        return self.decomposition.year

    @property
    def period(self) -> Period:
        """The year as a period."""
        return Period(date(self.year, 1, 1), date(self.year, 12, 31))

    @property
    def latest(self) -> SeriesValue | None:
        """The newest value of the year."""
        ends = [end for end in self.wholes if end.year == self.year]
        return self.wholes[max(ends)] if ends else None

    @property
    def by_level(self) -> bool:
        """Whether levels are compared, else growth."""
        return bool(self.stretches) and self.decomposition.level is not None

    @property
    def actual(self) -> Decimal | None:
        """The year so far: its level, or its growth in percent. At comparable prices the level is
        what last year's base and the published growth make of it."""
        row = self.latest
        if row is None:
            return None
        if not self.by_level:
            return growth_shown(row)
        return self.level_at(row)

    def level_at(self, row: SeriesValue) -> Decimal | None:
        """The level of the year to date at a value of the whole, as `actual` has it: of a series
        whose months are told apart it is their sum."""
        if self.series.span == Series.Span.YEAR_TO_DATE:
            return comparable_level(self.series, row)
        rows = [one for end, one in self.wholes.items() if end.year == row.period_end.year]
        known = [
            comparable_level(self.series, one) for one in rows if one.period_end <= row.period_end
        ]
        return sum((one for one in known if one is not None), Decimal(0))

    @property
    def target(self) -> Target:
        """The year's target as the kernel's lights take it."""
        one = self.decomposition
        if self.by_level and one.level is not None:
            return Target(one.level, ">=", aggregation="flow", unit=self.series.unit)
        return Target(one.growth or Decimal(0), ">=", basis="growth", unit="%")

    @property
    def profile(self) -> ByHand | None:
        """What share of the level is due by when."""
        level = self.decomposition.level
        if not self.by_level or not level:
            return None
        return profile_of([one[:3] for one in self.stretches], level, self.year)

    @property
    def last_year(self) -> LastYearFigures | None:
        """Last year's comparable whole and its part up to the newest value."""
        base, so_far = self.decomposition.base, self.base_so_far
        if base is None or so_far is None:
            return None
        return LastYearFigures(base, so_far)

    @property
    def base_so_far(self) -> Decimal | None:
        """The comparable base of the newest value."""
        return None if self.latest is None else base_of(self.latest)

    @property
    def due(self) -> Decimal | None:
        """The level that is due by the end of the newest value's period."""
        if not self.by_level or self.latest is None:
            return None
        return due_by_month([one[:3] for one in self.stretches], self.latest.period_end.month)

    @property
    def growth_due(self) -> Decimal | None:
        """The growth in percent that is due by then; of a growth target the target itself."""
        if self.latest is None:
            return None
        if not self.by_level:
            target: Decimal | None = self.decomposition.growth
            return target
        return growth_due(self.stretches, self.latest.period_end)

    @property
    def needed(self) -> Needed | None:
        """What the remaining months need."""
        level, actual = self.decomposition.level, self.actual
        if not self.by_level or level is None or actual is None:
            return None
        return still_needed(level, actual, self.decomposition.base, self.base_so_far)


def comparable_level(series: Series, row: SeriesValue) -> Decimal | None:
    """The level that targets are compared with: at comparable prices what the base and published
    growth make, else the published one; None where it is not known."""
    growth: Decimal | None = row.growth
    level: Decimal | None = row.value
    if series.prices == Series.Prices.COMPARABLE and growth is not None:
        base: Decimal | None = row.base
        return None if base is None else round(base * (100 + growth) / 100, 6)
    return level


def paces_of(keys: Iterable[str]) -> list[Pace]:
    """How these decompositions stand, of which those approved are returned; three statements."""
    rows = list(
        Decomposition.objects.filter(
            pk__in=list(keys), state=Decomposition.State.APPROVED
        ).select_related("series", "tracked")
    )
    return _paces(rows)


def paces_of_year(year: int, series: Iterable[str] | None = None) -> dict[str, Pace]:
    """How the approved targets of a year stand, by series; three statements."""
    rows = Decomposition.objects.filter(year=year, state=Decomposition.State.APPROVED)
    if series is not None:
        rows = rows.filter(series_id__in=list(series))
    found = _paces(list(rows.select_related("series", "tracked")))
    return {one.series.key: one for one in found}


def pace_of(row: Decomposition | None, told: Iterable[SeriesValue]) -> Pace | None:
    """How one approved target stands, given every value of the whole; one statement."""
    if row is None:
        return None
    wholes = {
        one.period_end: one
        for one in told
        if one.is_current and one.source == BUREAU and one.period_end.year == row.year
    }
    return Pace(row, tuple(_stretches([row.pk]).get(row.pk, ())), wholes)


def _paces(rows: list[Decomposition]) -> list[Pace]:
    if not rows:
        return []
    stretches = _stretches([row.pk for row in rows])
    wholes = _wholes(rows)
    return [
        Pace(row, tuple(stretches.get(row.pk, ())), wholes.get((row.series_id, row.year), {}))
        for row in rows
    ]


def _stretches(keys: list[UUID]) -> dict[object, list[tuple[int, int, Decimal, Decimal]]]:
    rows = (
        DecompositionCell.objects.filter(decomposition__in=keys)
        .order_by()
        .values_list("decomposition_id", "first_month", "last_month")
        .annotate(level=Sum("value"), whole=Sum("base"))
    )
    found: dict[object, list[tuple[int, int, Decimal, Decimal]]] = {}
    for key, first, last, level, base in sorted(rows, key=lambda one: (str(one[0]), one[1])):
        found.setdefault(key, []).append((first, last, level, base or Decimal(0)))
    return found


def _wholes(rows: list[Decomposition]) -> dict[tuple[str, int], dict[date, SeriesValue]]:
    years = {row.year for row in rows}
    values = SeriesValue.objects.filter(
        series_id__in={row.series_id for row in rows},
        is_current=True,
        industry="",
        street="",
        source=BUREAU,
        period_end__year__gte=min(years),
        period_end__year__lte=max(years),
    )
    series = {row.series_id: row.series for row in rows}
    found: dict[tuple[str, int], dict[date, SeriesValue]] = {}
    for value in values:
        value.series = series[value.series_id]
        found.setdefault((value.series_id, value.period_end.year), {})[value.period_end] = value
    return found
