"""One series: its periods with both sources side by side, its vintages, who moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.measures.public import MeasureValue, StatPeriod
from district.kernel.measures.public import label as measure_period
from district.kernel.organisation.public import root_code
from district.kernel.plan.public import Commitment, CommitmentState
from district.kernel.registers.public import Figure
from district.systems.economy.figures import growth_text, measure_figure
from district.systems.economy.models import Nowcast, Series, SeriesValue
from district.systems.economy.rules.growth import Contribution, contributions
from district.systems.economy.selectors.known import Member, base_of, members_at
from district.systems.economy.selectors.settings import (
    is_english,
    member_label,
    members_of,
    settings,
)
from district.systems.economy.words import period_label

_YEARS_SHOWN = 3
_DECEMBER = 12


@dataclass
class PeriodLine:
    """A period: the bureau's value and the department's, None where there is none; `vintages` is
    how many there have been of both."""

    end: date
    bureau: SeriesValue | None = None
    department: SeriesValue | None = None
    vintages: int = 0

    @property
    def any_row(self) -> SeriesValue:
        """The bureau's value, else the department's."""
        found = self.bureau or self.department
        assert found is not None  # noqa: S101  # a line is made from a value
        return found

    @property
    def label(self) -> str:
        """What the period is called."""
        return period_label(self.any_row)

    @property
    def growth(self) -> Decimal | None:
        """The bureau's growth."""
        return growth_text(self.bureau) if self.bureau else None

    @property
    def gap(self) -> Decimal | None:
        """The department's number less the bureau's: growth points, or the level."""
        if self.bureau is None or self.department is None:
            return None
        one, other = growth_text(self.department), growth_text(self.bureau)
        if one is not None and other is not None:
            return one - other
        if self.department.value is not None and self.bureau.value is not None:
            return Decimal(self.department.value - self.bureau.value)
        return None


def wholes_told(series: Series) -> list[SeriesValue]:
    """Every vintage of the whole, by both sources, in the order of periods and of telling; one
    statement."""
    rows = SeriesValue.objects.filter(series=series, industry="", street="")
    found = list(rows.order_by("period_end", "period_start", "recorded_at"))
    for row in found:
        row.series = series
    return found


def periods_of(
    told: Sequence[SeriesValue], *, known_by: datetime | None = None
) -> list[PeriodLine]:
    """The periods, newest first; with `known_by` as they were known at that moment."""
    found: dict[tuple[date, date], PeriodLine] = {}
    for row in told:
        if not held_at(row, known_by):
            continue
        key = (row.period_end, row.period_start)
        line = found.setdefault(key, PeriodLine(row.period_end))
        if row.source == SeriesValue.Source.BUREAU:
            line.bureau = row
        else:
            line.department = row
    for row in told:
        if (row.period_end, row.period_start) in found:
            found[row.period_end, row.period_start].vintages += 1
    return [found[key] for key in sorted(found, reverse=True)]


def held_at(row: SeriesValue, known_by: datetime | None) -> bool:
    """Whether a vintage was the current one at a moment; now, where none is given."""
    if known_by is None:
        return row.is_current
    superseded = row.superseded_at is not None and row.superseded_at <= known_by
    return row.recorded_at <= known_by and not superseded


def growth_chart(
    lines: Sequence[PeriodLine], nowcast: Nowcast | None = None
) -> dict[str, Any] | None:
    """Growth by month, a line for each of the last years; with a nowcast the line that it draws to
    the end of the year, and its interval as a band that opens from the last published month."""
    points: dict[int, dict[int, Decimal]] = {}
    for line in lines:
        if line.growth is not None:
            points.setdefault(line.end.year, {})[line.end.month] = line.growth
    if not points:
        return None
    months = {month for year in points.values() for month in year}
    years = sorted(points)[-_YEARS_SHOWN:]
    chart: dict[str, Any] = {"kind": "line", "unit": "%"}
    if nowcast is not None and nowcast.growth is not None:
        months.add(_DECEMBER)
    at = sorted(months)
    chart["categories"] = [_("%(month)s月") % {"month": month} for month in at]
    chart["series"] = [
        {
            "name": str(year),
            "values": [_drawn(points[year].get(month)) for month in at],
            "dashed": year != years[-1],
        }
        for year in years
    ]
    if nowcast is not None and nowcast.growth is not None:
        _foreseen(chart, at, points.get(nowcast.year, {}), nowcast)
    return chart


def _drawn(value: Decimal | None) -> float | None:
    """A number as a chart draws it."""
    return None if value is None else round(float(value), 1)


def _foreseen(
    chart: dict[str, Any], at: Sequence[int], published: dict[int, Decimal], nowcast: Nowcast
) -> None:
    """Put a nowcast into the chart: nothing is said of the months between, so lines join them."""
    last = max(published, default=0)
    if last >= _DECEMBER:
        return

    def line(end: Decimal | None) -> list[float | None]:
        known = {last: published.get(last), _DECEMBER: end}
        return [_drawn(known.get(month)) for month in at]

    name = _("%(year)s年全年预计") % {"year": nowcast.year}
    chart["series"].append(
        {"name": name, "values": line(nowcast.growth), "dashed": True, "joined": True}
    )
    if nowcast.growth_low is not None and nowcast.growth_high is not None:
        share = f"{nowcast.share * 100:.0f}"
        chart["band"] = {
            "name": _("%(share)s%%区间") % {"share": share},
            "low": line(nowcast.growth_low),
            "high": line(nowcast.growth_high),
            "of": len(chart["series"]) - 1,
        }


def growth_words(name: str, nowcast: Nowcast | None) -> str:
    """What the chart of growth shows, in words."""
    told = _("%(name)s各期增速") % {"name": name}
    if nowcast is None or nowcast.growth is None:
        return told
    words = {"told": told, "growth": f"{nowcast.growth:.1f}"}
    if nowcast.growth_low is None or nowcast.growth_high is None:
        return _("%(told)s；预计全年增长%(growth)s%%") % words
    words |= {
        "low": f"{nowcast.growth_low:.1f}", "high": f"{nowcast.growth_high:.1f}",
        "share": f"{nowcast.share * 100:.0f}",
    }  # fmt: skip
    return _("%(told)s；预计全年增长%(growth)s%%，%(share)s%%区间为%(low)s%%至%(high)s%%") % words


def level_chart(lines: Sequence[PeriodLine], unit: str) -> dict[str, Any] | None:
    """Levels by month, bars for each of the last two years."""
    points: dict[int, dict[int, Decimal]] = {}
    for line in lines:
        if line.bureau is not None and line.bureau.value is not None:
            points.setdefault(line.end.year, {})[line.end.month] = line.bureau.value
    if not points:
        return None
    months = sorted({month for year in points.values() for month in year})
    years = sorted(points)[-2:]
    return {
        "kind": "bar",
        "fromZero": True,
        "unit": unit,
        "categories": [_("%(month)s月") % {"month": month} for month in months],
        "series": [
            {
                "name": str(year),
                "values": [
                    float(points[year][month]) if month in points[year] else None
                    for month in months
                ],
            }
            for year in years
        ],
    }


@dataclass(frozen=True)
class Moved:
    """Who moved the whole along a dimension; `lines` are the contribution, its label and the
    member's value, None for all others together. `points` is what the lines add up to."""

    dimension: str
    row: SeriesValue
    lines: tuple[tuple[Contribution, str, SeriesValue | None], ...] = ()
    points: Decimal = Decimal(0)
    change: Decimal = Decimal(0)
    missing: tuple[str, ...] = field(default=())


def moved_by(
    series: Series,
    dimension: str,
    row: SeriesValue | None,
    members: Sequence[Member] | None = None,
) -> Moved | None:
    """The five members that moved a value of the whole most; None where levels or comparable bases
    are not known. One statement, none where the `members` at the value's end are given."""
    if row is None or row.value is None or dimension not in series.dimensions:
        return None
    base = base_of(row)
    if base is None or base <= 0:
        return None
    if members is None:
        members = members_at(series, dimension, row.period_end)
    by_key = {one.key: one.row for one in members}
    levels, bases = {}, {}
    for key, one in by_key.items():
        own = base_of(one)
        if one.value is not None and own is not None:
            levels[key], bases[key] = one.value, own
    if not levels:
        return None
    lines = contributions(levels, bases, row.value, base)
    return Moved(
        dimension,
        row,
        tuple(
            (
                one,
                member_label(dimension, one.member) if one.member else _("其他和误差"),
                by_key.get(one.member) if one.member else None,
            )
            for one in lines
        ),
        sum((one.points for one in lines), Decimal(0)),
        row.value - base,
        tuple(
            member_label(dimension, key)
            for key in members_of(series, dimension)
            if key not in levels
        ),
    )


def commitments_of(series: Series) -> tuple[list[Commitment], list[Commitment]]:
    """Commitments in hand, with their light: those that are counted by the series' measure, and
    some whose title names the series and that something else counts; one statement."""
    if not series.measure:
        return [], []
    alive = (CommitmentState.PENDING, CommitmentState.ACTIVE)
    named = Q(value__isnull=False, title__contains=series.name)
    rows = list(
        Commitment.objects.filter(Q(measure_id=series.measure) | named, state__in=alive)
        .select_related("tracked")
        .order_by("-year", "sort", "id")
    )
    bound = [row for row in rows if row.measure_id == series.measure]
    return bound, [row for row in rows if row.measure_id != series.measure][:5]


@dataclass(frozen=True)
class BesideLine:
    """A measure of another system that is often taken for a series: its newest value of the whole
    district, None where there is none, what that speaks of, and why it is another number."""

    name: str
    figure: Figure | None
    period: str
    note: str


def beside(series: Series) -> list[BesideLine]:
    """What the settings want shown beside a series; one statement, none where there is nothing."""
    spec = settings().series.get(series.key)
    wanted = spec.beside if spec else ()
    if not wanted:
        return []
    rows = MeasureValue.objects.filter(
        measure__in=[one.measure for one in wanted], unit=root_code(), superseded_by=None
    ).select_related("measure")
    newest = {row.measure_id: row for row in rows.order_by("period_end")}
    found = []
    for one in wanted:
        row = newest.get(one.measure)
        name, note = one.label(english=is_english()), one.note(english=is_english())
        if row is None:
            found.append(BesideLine(name, None, "", note))
            continue
        period = StatPeriod(row.period_start, row.period_end, row.period_kind)
        found.append(BesideLine(name, measure_figure(row), measure_period(period), note))
    return found
