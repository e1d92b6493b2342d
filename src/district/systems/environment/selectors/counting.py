"""Measures: what the plan's numbers on air, rivers, nights, waste and estates are counted from.

Each counts whatever there is, for the whole district and where it has a meaning for every unit; two
queries each.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from district.kernel.cases.public import counted_by_unit, days_q, known_shares, percent
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.environment.models import (
    AirSpan,
    Estate,
    MeltDecision,
    NoisePart,
    SectionMonth,
    WastePoint,
)
from district.systems.environment.names import PERMIT

Values = Mapping[str, Decimal]
#: Class I to III.
_GOOD = ("1", "2", "3")


def _year_so_far(period: StatPeriod) -> AirSpan | None:
    """The district's year up to the last month that the period holds and there are days of."""
    rows = AirSpan.objects.filter(
        is_current=True,
        scope="",
        span=AirSpan.Span.YEAR,
        month__gte=period.start.replace(day=1),
        month__lte=period.end,
    )
    return rows.order_by("-month").first()


def fine_particles(period: StatPeriod) -> Values:
    """The mean concentration of PM2.5 since the beginning of the year, in µg/m³."""
    found = _year_so_far(period)
    return {root_code(): found.pm25} if found and found.pm25 is not None else {}


def good_days(period: StatPeriod) -> Values:
    """Of the days that count in the year so far the share that were good, in percent."""
    found = _year_so_far(period)
    return {root_code(): found.rate} if found and found.rate is not None else {}


def _sections(period: StatPeriod) -> list[SectionMonth]:
    """The assessed sections' year so far, as of the last month that any of them has."""
    rows = SectionMonth.objects.filter(
        is_current=True,
        span=SectionMonth.Span.YEAR,
        assessed=True,
        month__gte=period.start.replace(day=1),
        month__lte=period.end,
    )
    last = rows.aggregate(last=Max("month"))["last"]
    return list(rows.filter(month=last)) if last else []


def sections_met(period: StatPeriod) -> Values:
    """How many assessed sections meet their target over the year so far."""
    rows = _sections(period)
    return {root_code(): Decimal(sum(row.meets is True for row in rows))} if rows else {}


def sections_rate(period: StatPeriod) -> Values:
    """Of the assessed sections that can be judged the share that meet their target, in percent."""
    judged = [row for row in _sections(period) if row.meets is not None]
    return known_shares({root_code(): percent(sum(bool(row.meets) for row in judged), len(judged))})


def good_reach(period: StatPeriod) -> Values:
    """Of the length of river that judged sections stand for the share of class I to III (优良河长),
    in percent."""
    rows = [row for row in _sections(period) if row.reach is not None and row.water_class]
    whole = sum((row.reach for row in rows), Decimal(0))
    good = sum((row.reach for row in rows if row.water_class in _GOOD), Decimal(0))
    if not whole:
        return {}
    return {root_code(): (good * 100 / whole).quantize(Decimal("0.01"))}


def _by_unit(rows: QuerySet[Any], path: str, **counts: Any) -> dict[str, Mapping[str, Any]]:
    """Counts of every unit's rows, and of all under the root's code."""
    ordered = rows.order_by()
    found: dict[str, Mapping[str, Any]] = {
        str(row[path]): row for row in ordered.values(path).annotate(**counts)
    }
    found[root_code()] = ordered.aggregate(**counts)
    return found


def _numbers(found: Mapping[str, Mapping[str, Any]]) -> Values:
    return {unit: Decimal(row["n"] or 0) for unit, row in found.items()}


def melted(period: StatPeriod) -> Values:
    """Applications that the rule refused and permits that it stopped, by the site's unit."""
    rows = MeltDecision.objects.filter(days_q("at", period.start, period.end))
    return _numbers(_by_unit(rows, "site__lead_unit", n=Count("pk")))


def granted(period: StatPeriod) -> Values:
    """Night permits that were granted, by the granting unit."""
    given = days_q("finished_at", period.start, period.end) & Q(stage__in=("granted", "suspended"))
    return _numbers(counted_by_unit(PERMIT, {"n": Count("pk", filter=given)}))


def noise_exceeded(period: StatPeriod) -> Values:
    """Days and nights over the limit, by the point's unit."""
    rows = NoisePart.objects.filter(
        is_current=True, exceeds=True, day__gte=period.start, day__lte=period.end
    )
    return _numbers(_by_unit(rows, "lead_unit", n=Count("pk")))


def estates_accepted(period: StatPeriod) -> Values:
    """Estates that were accepted in the period, by their unit."""
    days = {"accepted_on__gte": period.start, "accepted_on__lte": period.end}
    rows = Estate.objects.filter(state=Estate.State.ACCEPTED, **days)
    return _numbers(_by_unit(rows, "lead_unit", n=Count("pk")))


def estates_share(period: StatPeriod) -> Values:
    """Of the estates in use the share accepted by the end of the period, in percent."""
    accepted = Q(state=Estate.State.ACCEPTED, accepted_on__lte=period.end)
    counted = _by_unit(
        Estate.objects.filter(is_active=True),
        "lead_unit",
        n=Count("pk", filter=accepted),
        all=Count("pk"),
    )
    return known_shares({unit: percent(row["n"], row["all"]) for unit, row in counted.items()})


def _inspected(period: StatPeriod, **counts: Any) -> Values:
    """A share over the points in use inspected by the end of the period, in percent."""
    rows = WastePoint.objects.filter(is_active=True, inspected_on__lte=period.end)
    counted = _by_unit(rows, "lead_unit", **counts)
    return known_shares(
        {unit: percent(row["n"] or 0, row["all"] or 0) for unit, row in counted.items()}
    )


def taking_part(period: StatPeriod) -> Values:
    """Of the households that inspected points serve the share that sort, in percent."""
    return _inspected(period, n=Sum("taking_part"), all=Sum("households"))


def points_good(period: StatPeriod) -> Values:
    """Of the inspected points the share that are up to the standard, in percent."""
    good = Q(state=WastePoint.State.GOOD)
    return _inspected(period, n=Count("pk", filter=good), all=Count("pk"))
