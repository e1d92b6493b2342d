"""Measures of requests: received, handled, in time, satisfied; by lead unit and for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from district.kernel.cases.public import Case
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.enterprise_requests.names import REQUEST

_GOOD = ("satisfied", "fair")
_SAID = (*_GOOD, "unhappy")


def _within(period: StatPeriod, field: str) -> Q:
    zone = timezone.get_default_timezone()
    since = datetime.combine(period.start, time.min, zone)
    until = datetime.combine(period.end + timedelta(days=1), time.min, zone)
    return Q(**{f"{field}__gte": since, f"{field}__lt": until})


def _counts(period: StatPeriod) -> dict[str, Count]:
    finished, closed = _within(period, "finished_at"), _within(period, "closed_at")
    handled = finished & ~Q(stage="declined")
    return {
        "received": Count("pk", filter=_within(period, "reported_at")),
        "finished": Count("pk", filter=handled),
        "late": Count("pk", filter=handled & Q(finished_at__gt=F("due_at"))),
        "said": Count("pk", filter=closed & Q(satisfaction__in=_SAID)),
        "good": Count("pk", filter=closed & Q(satisfaction__in=_GOOD)),
    }


def _measured(period: StatPeriod) -> dict[str, Mapping[str, Any]]:
    """The counts of every lead unit, and of the whole district. Two queries."""
    rows = Case.objects.filter(type_key=REQUEST).order_by()
    counts = _counts(period)
    found: dict[str, Mapping[str, Any]] = {
        str(row["lead_unit"]): row for row in rows.values("lead_unit").annotate(**counts)
    }
    found[root_code()] = rows.aggregate(**counts)
    return found


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"))


def received_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Requests that came in, by lead unit; the district's is the whole."""
    return {unit: Decimal(row["received"]) for unit, row in _measured(period).items()}


def finished_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Requests that were handled, by lead unit; those declined are none."""
    return {unit: Decimal(row["finished"]) for unit, row in _measured(period).items()}


def in_time_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share handled in time, in percent; units that handled nothing have none."""
    return {
        unit: _percent(row["finished"] - row["late"], row["finished"])
        for unit, row in _measured(period).items()
        if row["finished"]
    }


def satisfaction_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Of those who said anything when called, the share that was satisfied, in percent."""
    return {
        unit: _percent(row["good"], row["said"])
        for unit, row in _measured(period).items()
        if row["said"]
    }
