"""What is known of series: values by period and member, as of now or of a past moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from district.systems.economy.models import Series, SeriesValue
from district.systems.economy.rules.growth import growth_of
from district.systems.economy.rules.importing.checking import Place, Subject
from district.systems.economy.rules.importing.layouts import Layout
from district.systems.economy.selectors.settings import spellings

BUREAU = SeriesValue.Source.BUREAU


def values(series: Series | str, *, known_by: datetime | None = None) -> QuerySet[SeriesValue]:
    """The current vintages of a series; with `known_by` those that held at that moment."""
    rows = SeriesValue.objects.filter(series=series)
    if known_by is None:
        return rows.filter(is_current=True)
    later = Q(superseded_at=None) | Q(superseded_at__gt=known_by)
    return rows.filter(later, recorded_at__lte=known_by)


def whole_values(
    series: Series | str, *, source: str = BUREAU, known_by: datetime | None = None
) -> list[SeriesValue]:
    """The values of the whole by a source, in the order of their periods. One statement."""
    rows = values(series, known_by=known_by).filter(industry="", street="", source=source)
    return list(rows.order_by("period_end", "period_start"))


def latest_wholes(keys: Iterable[str], source: str = BUREAU) -> dict[str, SeriesValue]:
    """The newest value of the whole of each series; one statement."""
    rows = SeriesValue.objects.filter(
        series_id__in=list(keys), is_current=True, industry="", street="", source=source
    ).order_by("series_id", "period_end")
    return {row.series_id: row for row in rows}


def growth_shown(row: SeriesValue) -> Decimal | None:
    """Growth in percent: as published, else from the comparable base; never from levels."""
    published: Decimal | None = row.growth
    if published is not None:
        return published
    deflator = row.deflator if row.series.prices == Series.Prices.COMPARABLE else None
    return growth_of(row.value, row.base, deflator)


def base_of(row: SeriesValue) -> Decimal | None:
    """The comparable base of a value: as told, else what its level and published growth make of
    it (one step back; only at prices that are comparable as they are)."""
    told: Decimal | None = row.base
    level: Decimal | None = row.value
    if told is not None:
        return told
    if level is None or row.growth is None or row.growth <= -100:
        return None
    if row.series.prices == Series.Prices.COMPARABLE:
        return None
    return round(level * 100 / Decimal(100 + row.growth), 6)


@dataclass(frozen=True)
class Member:
    """What is known of a member of a dimension in a period."""

    key: str
    row: SeriesValue

    @property
    def growth(self) -> Decimal | None:
        """Its growth in percent."""
        return growth_shown(self.row)


def members_at(
    series: Series, dimension: str, period_end: date, *, source: str = BUREAU
) -> list[Member]:
    """The members of a dimension at the end of a period, each alone; one statement."""
    other = "street" if dimension == "industry" else "industry"
    rows = (
        values(series)
        .filter(period_end=period_end, source=source, **{other: ""})
        .exclude(**{dimension: ""})
        .order_by(dimension)
    )
    found = []
    for row in rows:
        row.series = series
        found.append(Member(getattr(row, dimension), row))
    return found


def subject_of_sheet(series: Series, layout: Layout) -> Subject:
    """What a sheet of this layout is checked against."""
    rows = values(series).filter(value__isnull=False)
    if layout.dimension:
        other = "street" if layout.dimension == "industry" else "industry"
        rows = rows.filter(**{other: ""})
    else:
        rows = rows.filter(industry="", street="")
    known: dict[tuple[int, Place], Decimal] = {}
    # The bureau's first, so that the same source's own come over them.
    ordered = sorted(rows, key=lambda row: row.source == layout.source)
    for row in ordered:
        member = getattr(row, layout.dimension) if layout.dimension else ""
        place = (member, row.period_start.month, row.period_end.month)
        if row.value is not None:
            known[row.period_end.year, place] = row.value
    return Subject(
        series.unit,
        spellings(series, layout.dimension) if layout.dimension else {},
        known,
        flow=series.span == Series.Span.YEAR_TO_DATE,
        places=series.places,
        quarterly=series.frequency == Series.Frequency.QUARTERLY,
        levels=series.has_levels,
    )
