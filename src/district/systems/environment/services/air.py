"""What readings of a station make of its days, and the stations of the district's days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from district.kernel.history.public import Actor
from district.kernel.measures.public import month_end
from district.kernel.sensing.public import Batch
from district.systems.environment.models import AirDay, AirSpan, AirStation
from district.systems.environment.rules import air as rules
from district.systems.environment.rules.numbers import exact, mean, rounded, share
from district.systems.environment.selectors.streams import Stream, aware, between, local
from district.systems.environment.services.vintages import keep
from district.systems.environment.standards import POLLUTANTS, air_standard

HOUR = timedelta(hours=1)
_MOMENT = timedelta(microseconds=1)


def day_of(at: int) -> date:
    """The day that a reading of that time belongs to: midnight is the last moment of a day."""
    return (local(at) - _MOMENT).date()


def compute_station(
    station: AirStation,
    streams: Sequence[Stream],
    days: Iterable[date],
    *,
    at: datetime,
    actor: Actor,
) -> list[AirDay]:
    """Compute those days of a station from its readings; returns what is new."""
    wanted = []
    for first, last in stretches(days):
        begin, end = aware(_midnight(first)), aware(_midnight(last + timedelta(days=1)))
        found = between([stream.number for stream in streams], begin, end)
        grouped = _by_day(found, streams)
        day = first
        while day <= last:
            wanted.append(_day_row(station, day, streams, grouped.get(day, {})))
            day += timedelta(days=1)
    within = {"scope": station.code, "day__in": [row["day"] for row in wanted]}
    return keep(AirDay, ("scope", "day"), wanted, at=at, actor=actor, within=within)


def stretches(days: Iterable[date], longest: int = 31) -> Iterable[tuple[date, date]]:
    """Days as stretches without a gap, none longer than `longest`."""
    first = last = None
    for day in sorted(set(days)):
        if first is not None and last is not None:
            if day == last + timedelta(days=1) and (day - first).days < longest:
                last = day
                continue
            yield first, last
        first = last = day
    if first is not None and last is not None:
        yield first, last


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


Grouped = dict[date, dict[str, list[tuple[int, Fraction]]]]


def _by_day(found: Batch, streams: Sequence[Stream]) -> Grouped:
    """(hour, value) pairs by day and pollutant."""
    keys = {stream.number: stream.key for stream in streams}
    grouped: Grouped = {}
    for number, at, value in zip(
        found.stream.tolist(), found.time.tolist(), found.value.tolist(), strict=True
    ):
        ended = local(at) - _MOMENT
        hours = grouped.setdefault(ended.date(), {}).setdefault(keys[number], [])
        hours.append((ended.hour + 1, exact(value)))
    return grouped


def _day_row(
    station: AirStation,
    day: date,
    streams: Sequence[Stream],
    told: Mapping[str, list[tuple[int, Fraction]]],
) -> dict[str, Any]:
    standard = air_standard(day)
    intervals = {s.key: Fraction(str(s.interval.total_seconds())) / 60 for s in streams}
    values: dict[str, Decimal | None] = {}
    hours: dict[str, int] = {}
    for one in standard.pollutants:
        by_hour = rules.hourly_means(
            told.get(one.key, ()), intervals.get(one.key, Fraction(60)), standard.validity
        )
        values[one.key] = rules.day_value(by_hour, one, standard)
        hours[one.key] = len(by_hour)
    scope = {"scope": station.code, "station": station}
    return {**scope, **_judged(day, values, hours, standard)}


def _judged(
    day: date,
    values: Mapping[str, Decimal | None],
    hours: Mapping[str, int],
    standard: rules.AirStandard,
) -> dict[str, Any]:
    found = rules.judged(values, standard)
    return {
        "day": day,
        **{key: values.get(key) for key in POLLUTANTS},
        "hours": dict(hours),
        "aqi": found.aqi,
        "level": found.level,
        "primary": ",".join(found.primary),
        "counts": found.counts,
        "good": found.good,
        "standard": standard.key,
    }


def compute_district(days: Iterable[date], *, at: datetime, actor: Actor) -> list[AirDay]:
    """Compute the district's days from the current days of the stations that count."""
    chosen = sorted(set(days))
    counting = set(
        AirStation.objects.filter(counts=True, is_active=True).values_list("code", flat=True)
    )
    by_day: dict[date, list[AirDay]] = {day: [] for day in chosen}
    for row in AirDay.objects.filter(is_current=True, scope__in=counting, day__in=chosen):
        by_day[row.day].append(row)
    wanted = []
    for day in chosen:
        standard, rows = air_standard(day), by_day[day]
        values, told = {}, {}
        for one in standard.pollutants:
            known = [getattr(row, one.key) for row in rows]
            # A station that tells nothing of the day is one that lacks it.
            known += [None] * (len(counting) - len(rows))
            values[one.key] = rules.of_stations(known, one, standard)
            told[one.key] = sum(value is not None for value in known)
        wanted.append({"scope": "", "station": None, **_judged(day, values, told, standard)})
    within = {"scope": "", "day__in": chosen}
    return keep(AirDay, ("scope", "day"), wanted, at=at, actor=actor, within=within)


def compute_spans(
    scope: str, station: AirStation | None, days: Iterable[date], *, at: datetime, actor: Actor
) -> list[AirSpan]:
    """Compute the months that hold those days, and the years so far up to each later month.

    A later month's year so far changes with an earlier one's days, as far as there are days.
    """
    months = sorted({day.replace(day=1) for day in days})
    if not months:
        return []
    years = sorted({month.year for month in months})
    rows = AirDay.objects.filter(is_current=True, scope=scope, day__year__in=years)
    kept = list(rows.order_by("day"))
    last = {year: max((r.day for r in kept if r.day.year == year), default=None) for year in years}
    wanted = []
    for year in years:
        final = last[year]
        if final is None:
            continue
        first_month = min(month for month in months if month.year == year)
        of_year = [row for row in kept if row.day.year == year]
        for number in range(first_month.month, final.month + 1):
            month = date(year, number, 1)
            here = [row for row in of_year if row.day.month == number]
            so_far = [row for row in of_year if row.day.month <= number]
            wanted.append(_span_row(scope, station, month, AirSpan.Span.MONTH, here))
            wanted.append(_span_row(scope, station, month, AirSpan.Span.YEAR, so_far))
    within = {"scope": scope, "month__year__in": years}
    identity = ("scope", "month", "span")
    return keep(AirSpan, identity, wanted, at=at, actor=actor, within=within, ends=_ends)


def _ends(row: AirSpan) -> date:
    return month_end(row.month.year, row.month.month)


def _span_row(
    scope: str, station: AirStation | None, month: date, span: str, rows: Sequence[AirDay]
) -> dict[str, Any]:
    standard = air_standard(rows[-1].day if rows else month)
    fine = [Fraction(row.pm25) for row in rows if row.pm25 is not None]
    average = mean(fine)
    counted = sum(row.counts for row in rows)
    good = sum(row.good for row in rows)
    # A month has a month's days, a year so far those of a year.
    first = month if span == AirSpan.Span.MONTH else date(month.year, 1, 1)
    last = month if span == AirSpan.Span.MONTH else date(month.year, 12, 31)
    return {
        "scope": scope,
        "station": station,
        "month": month,
        "span": span,
        "days": counted,
        "good_days": good,
        "rate": share(good, counted),
        "pm25": None if average is None else rounded(average, 1),
        "pm25_days": len(fine),
        "enough": rules.enough_days(first, last, len(fine), standard.validity),
        "standard": standard.key,
    }
