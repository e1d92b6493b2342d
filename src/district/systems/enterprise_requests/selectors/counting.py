"""Measures of requests: received, handled, in time, satisfied; by lead unit and for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q

from district.kernel.cases.public import (
    CONTENT,
    SPOKE,
    counted_by_unit,
    days_q,
    known_shares,
    percent,
)
from district.kernel.measures.public import StatPeriod, once_a_run
from district.systems.enterprise_requests.names import REQUEST


@once_a_run
def _measured(period: StatPeriod) -> dict[str, Mapping[str, Any]]:
    """The counts of every lead unit, and of the whole district. One query."""
    days = (period.start, period.end)
    closed = days_q("closed_at", *days)
    handled = days_q("finished_at", *days) & ~Q(stage="declined")
    counts = {
        "received": Count("pk", filter=days_q("reported_at", *days)),
        "finished": Count("pk", filter=handled),
        "late": Count("pk", filter=handled & Q(finished_at__gt=F("due_at"))),
        "said": Count("pk", filter=closed & Q(satisfaction__in=SPOKE)),
        "good": Count("pk", filter=closed & Q(satisfaction__in=CONTENT)),
    }
    return counted_by_unit(REQUEST, counts)


def received_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Requests that came in, by lead unit; the district's is the whole."""
    return {unit: Decimal(row["received"]) for unit, row in _measured(period).items()}


def finished_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Requests that were handled, by lead unit; those declined are none."""
    return {unit: Decimal(row["finished"]) for unit, row in _measured(period).items()}


def in_time_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share handled in time, in percent; units that handled nothing have none."""
    return known_shares(
        {
            unit: percent(row["finished"] - row["late"], row["finished"])
            for unit, row in _measured(period).items()
        }
    )


def satisfaction_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Of those who said anything when called, the share that was satisfied, in percent."""
    return known_shares(
        {unit: percent(row["good"], row["said"]) for unit, row in _measured(period).items()}
    )
