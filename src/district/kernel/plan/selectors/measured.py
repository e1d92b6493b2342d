"""What was measured for commitments: the actual, last year's figures, filings that are late.

A commitment takes the values of its measure that its lead unit or the report's district has.
Of two for the same period the district's counts where a system computes the measure for every
unit, for the plan promises the whole; else the lead unit's, which files it. Superseded vintages do
not count.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from district.kernel.measures.public import Filing, Measure, MeasureValue
from district.kernel.plan.models import Commitment, Report
from district.kernel.tracking.public import LightContext, elapsed

_CHUNK = 400
_CUMULATIVE = ("year_to_date", "year")


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series: the last day it speaks of, the value, its status, whose it is."""

    end: date
    value: Decimal
    status: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a commitment's number; all empty where nothing was filed.

    `actual` counts from the start of the commitment's year to `as_of`; `baseline` is the last
    level of the year before; `last_total` and `last_same` are last year's whole and its part up
    to the same date; `late_days` working days that a filing is overdue; `points` the year's
    values in order, for a trend, `earlier` those of the year before.
    """

    actual: Decimal | None = None
    as_of: date | None = None
    status: str = ""
    baseline: Decimal | None = None
    last_total: Decimal | None = None
    last_same: Decimal | None = None
    late_days: int | None = None
    points: tuple[Point, ...] = ()
    earlier: tuple[Point, ...] = ()


_Row = tuple[str, date, date, str, Decimal, str]  # unit, start, end, span, value, status


def measured(commitments: Sequence[Commitment], context: LightContext) -> dict[UUID, Measured]:
    """What is known of each commitment that has a measure, as of `context.now`.

    Three queries for up to 400 measures: measures, their values of two years, late filings.
    """
    if not commitments:
        return {}
    keys = sorted({row.measure_id for row in commitments if row.measure_id})
    first = min(row.year for row in commitments) - 1
    today = timezone.localtime(context.now).date()
    districts = dict(
        Report.objects.filter(pk__in={row.report_id for row in commitments}).values_list(
            "pk", "unit_id"
        )
    )
    found: dict[UUID, Measured] = {}
    by_measure: dict[str, list[Commitment]] = defaultdict(list)
    for row in commitments:
        if row.measure_id:
            by_measure[row.measure_id].append(row)
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        values = values_of(chunk, first, today)
        late = _late(chunk, context)
        known = Measure.objects.in_bulk(chunk)
        for key in chunk:
            for row in by_measure[key]:
                units = (districts.get(row.report_id, ""), row.lead_unit_id or "")
                series = preferred(values[key], known.get(key), *units)
                days = [late[key, unit] for unit in units if (key, unit) in late]
                found[row.pk] = summary(series, row.year, known.get(key), max(days, default=None))
    return found


def measured_by(row: Commitment, values: Iterable[MeasureValue]) -> Measured:
    """What is known of one commitment by current values that the caller has read; no query.

    `row` has its report and measure at hand.
    """
    return measured_as(row.measure, row.year, row.report.unit_id, values, row.lead_unit_id or "")


def measured_as(
    measure: Measure | None,
    year: int,
    district: str,
    values: Iterable[MeasureValue],
    lead: str = "",
) -> Measured:
    """The same of a measure in a year, for a district and perhaps the unit that leads; no query."""
    rows: list[_Row] = [
        (
            each.unit_id,
            each.period_start,
            each.period_end,
            each.period_kind,
            each.value,
            each.status,
        )
        for each in values
    ]
    return summary(preferred(rows, measure, district, lead), year, measure, None)


def values_of(keys: Sequence[str], first_year: int, today: date) -> dict[str, list[_Row]]:
    """Current vintages of measures up to today, from a year on, oldest first. One query."""
    rows = MeasureValue.objects.filter(
        measure_id__in=keys,
        superseded_by=None,
        period_end__gte=date(first_year, 1, 1),
        period_end__lte=today,
    ).order_by("period_end")
    found: dict[str, list[_Row]] = defaultdict(list)
    fields = ("unit_id", "period_start", "period_end", "period_kind", "value", "status")
    for key, *row in rows.values_list("measure_id", *fields):
        found[key].append(tuple(row))
    return found


def _late(keys: Sequence[str], context: LightContext) -> dict[tuple[str, str], int]:
    """Working days that the latest filing of (measure, unit) is overdue."""
    rows = Filing.objects.filter(
        Q(state=Filing.State.DRAFT) | Q(state=Filing.State.RETURNED),
        measure_id__in=keys,
        tracked__due_at__lt=context.now,
    ).values_list("measure_id", "unit_id", "tracked__due_at", "tracked__calendar_id")
    found: dict[tuple[str, str], int] = {}
    for key, unit, due_at, calendar in rows:
        if due_at is None:
            continue
        days = int(elapsed(due_at, context.now, "working_days", context.calendars[calendar]))
        found[key, unit] = max(days, found.get((key, unit), 0))
    return found


def preferred(
    rows: Iterable[_Row], measure: Measure | None, district: str, lead: str
) -> list[_Row]:
    """The series of a commitment's district and lead unit; for the same period the district's value
    of a measure that a system computes, and the lead unit's of another."""
    computed = measure is not None and measure.source == "system"
    units = (lead, district) if computed else (district, lead)
    chosen: dict[tuple[date, date], _Row] = {}
    for row in rows:
        if row[0] not in units:
            continue
        period = (row[1], row[2])
        known = chosen.get(period)
        if known is None or units.index(row[0]) > units.index(known[0]):
            chosen[period] = row
    return sorted(chosen.values(), key=lambda row: (row[2], row[1]))


def adds_up(measure: Measure) -> bool:
    """Whether values of several periods add up to the year's."""
    flow = measure.aggregation == "flow" and measure.basis == "absolute"
    return flow and measure.span not in _CUMULATIVE


def summary(rows: Sequence[_Row], year: int, measure: Measure | None, late: int | None) -> Measured:
    """A series boiled down to what a light and a trend need of one year."""
    adding = measure is not None and adds_up(measure)
    points = _points([row for row in rows if row[2].year == year], adding)
    earlier = _points([row for row in rows if row[2].year == year - 1], adding)
    last = points[-1] if points else None
    whole = earlier[-1] if earlier and _place(earlier[-1].end) == (12, 0) else None
    same = None
    if last is not None:
        same = next((p for p in earlier if _place(p.end) == _place(last.end)), None)
    return Measured(
        actual=last.value if last else None,
        as_of=last.end if last else None,
        status=last.status if last else "",
        baseline=earlier[-1].value if earlier else None,
        last_total=whole.value if whole else None,
        last_same=same.value if same else None,
        late_days=late,
        points=tuple(points),
        earlier=tuple(earlier),
    )


def _place(day: date) -> tuple[int, int]:
    """A day's place in its year; a month's last day is (month, 0), whatever its length."""
    last = monthrange(day.year, day.month)[1]
    return day.month, 0 if day.day == last else day.day


def _points(rows: Sequence[_Row], adding: bool) -> list[Point]:
    """The values of one year, counted from its start where periods add up."""
    points: list[Point] = []
    total = Decimal(0)
    for unit, _start, end, _span, value, status in rows:
        total += value
        points.append(Point(end, total if adding else value, status, unit))
    return points
