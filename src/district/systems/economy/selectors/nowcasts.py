"""Kept nowcasts, whether they still stand, and the figures that they are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, FilteredRelation, IntegerField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.economy.models import Decomposition, Nowcast, Series, SeriesValue
from district.systems.economy.rules.foreseeing import Published, readings_of, target_level
from district.systems.economy.rules.nowcasting import Note, Outturn, Part, Reading, indexed
from district.systems.economy.rules.nowcasting.conformal import Spread
from district.systems.economy.selectors.known import BUREAU, base_of, values
from district.systems.economy.selectors.settings import members_of


@dataclass(frozen=True)
class Figures:
    """What the bureau says of a series: readings of the whole, and of members by dimension."""

    whole: tuple[Reading, ...]
    groups: Mapping[str, Mapping[str, tuple[Reading, ...]]]


def figures_for_nowcast(series: Series) -> Figures:
    """The bureau's current figures; one statement, and one for streets."""
    by_member: dict[tuple[str, str], list[SeriesValue]] = {}
    for row in values(series).filter(source=BUREAU).order_by("period_end", "period_start"):
        row.series = series
        by_member.setdefault((row.industry, row.street), []).append(row)
    whole = by_member.get(("", ""), [])
    if not series.has_levels:
        growths = {
            (row.period_end.year, row.period_end.month): row.growth
            for row in whole
            if row.growth is not None and row.growth > -100
        }
        return Figures(indexed(growths), {})
    groups = {}
    for dimension in series.dimensions:
        groups[dimension] = {
            member: _readings(by_member.get(_place(dimension, member), ()))
            for member in members_of(series, dimension)
        }
    return Figures(_readings(whole), groups)


def _place(dimension: str, member: str) -> tuple[str, str]:
    return (member, "") if dimension == "industry" else ("", member)


def _readings(rows: Sequence[SeriesValue]) -> tuple[Reading, ...]:
    if not rows:
        return ()
    found = [
        Published(
            row.period_end.year,
            row.period_start.month,
            row.period_end.month,
            row.value,
            row.growth,
            base_of(row),
        )
        for row in rows
    ]
    return readings_of(found, comparable=rows[0].series.prices == Series.Prices.COMPARABLE)


def vintages_of(series: Series) -> tuple[int, datetime | None]:
    """How many vintages of the bureau there are, and when the newest came; one statement."""
    found = SeriesValue.objects.filter(series=series, source=BUREAU).aggregate(
        count=Count("pk"), newest=Max("recorded_at")
    )
    return int(found["count"]), found["newest"]


def approved_target(series: Series, year: int) -> Decomposition | None:
    """The approved target of a year."""
    rows = Decomposition.objects.filter(series=series, year=year)
    return rows.filter(state=Decomposition.State.APPROVED).first()


@dataclass(frozen=True)
class Kept:
    """A kept nowcast, and how many vintages of the bureau there are by now."""

    row: Nowcast
    vintages: int

    @property
    def stale(self) -> bool:
        """Whether figures that it was made from changed since."""
        return self.vintages != self.row.vintages

    @property
    def outturn(self) -> Outturn | None:
        """The nowcast as rules take it; None where nothing could be said."""
        return outturn_of(self.row)

    def target(self, one: Decomposition | None) -> Decimal | None:
        """A decomposition's target as an amount of the nowcast's own."""
        outturn = self.outturn
        if one is None or outturn is None:
            return None
        return target_level(outturn, one.level, one.growth)


def kept_nowcasts(keys: Iterable[str], years: Iterable[int]) -> dict[tuple[str, int], Kept]:
    """The kept nowcasts by series and year; one statement."""
    rows = Nowcast.objects.filter(series_id__in=list(keys), year__in=list(years)).annotate(
        by_now=_told_by_now("series")
    )
    return {(row.series_id, row.year): Kept(row, int(row.by_now)) for row in rows}


def series_and_nowcast(key: str, year: int) -> tuple[Series, Kept | None]:
    """A series in use with its lead unit, and its kept nowcast of a year, in one statement;
    NotFound where there is no such series."""
    names = [field.attname for field in Nowcast._meta.concrete_fields]
    found = (
        Series.objects.filter(pk=key, is_active=True)
        .select_related("lead_unit")
        .annotate(of_year=FilteredRelation("nowcasts", condition=Q(nowcasts__year=year)))
        .annotate(by_now=_told_by_now("pk"))
        .annotate(**{f"of_year_{name}": F(f"of_year__{name}") for name in names})
        .first()
    )
    if found is None:
        raise NotFound(_("没有这个经济指标。"))
    said: Mapping[str, Any] = vars(found)
    if said["of_year_id"] is None:
        return found, None
    row = Nowcast(**{name: said[f"of_year_{name}"] for name in names})
    return found, Kept(row, int(said["by_now"]))


def _told_by_now(series: str) -> Coalesce:
    """How many vintages of the bureau there are of the series that a field names."""
    told = (
        SeriesValue.objects.filter(series=OuterRef(series), source=BUREAU)
        .order_by()
        .values("series")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(told, output_field=IntegerField()), 0)


def outturn_of(row: Nowcast) -> Outturn | None:
    """A kept nowcast as rules take it; None where nothing could be said."""
    if row.level is None:
        return None
    said: Mapping[str, Any] = row.spread
    spread = Spread(
        tuple(said["points"]), tuple(said["below"]), int(said["origins"]), int(said["years"])
    )
    return Outturn(
        key=row.series_id,
        year=row.year,
        after=row.after,
        so_far=row.so_far,
        level=row.level,
        low=row.low,
        high=row.high,
        share=row.share,
        base=row.base,
        open_base=row.open_base,
        parts=tuple(
            Part(
                one["model"],
                Decimal(one["level"]),
                Decimal(one["weight"]),
                None if one["error"] is None else Decimal(one["error"]),
            )
            for one in row.parts
        ),
        notes=tuple(Note(one["key"], one["values"]) for one in row.notes),
        origins=spread.origins,
        years=spread.years,
        spread=spread,
    )
