"""Measures: how fast fires are verified, how often an alarm is none, what becomes of voids.

Each counts for every unit and for the whole district, whoever asks; two queries each.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from district.kernel.cases.public import days_q, known_shares, percent
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.early_warning.models import Mission, RoadVoid

Values = Mapping[str, Decimal]


def _by_unit(rows: QuerySet[Any], **counts: Any) -> dict[str, Mapping[str, Any]]:
    """Counts of every lead unit's rows, and of all under the root's code."""
    ordered = rows.order_by()
    found: dict[str, Mapping[str, Any]] = {
        str(row["lead_unit"]): row for row in ordered.values("lead_unit").annotate(**counts)
    }
    found[root_code()] = ordered.aggregate(**counts)
    return found


def _verdicts(period: StatPeriod) -> dict[str, Mapping[str, Any]]:
    rows = Mission.objects.filter(days_q("verified_at", period.start, period.end))
    return _by_unit(
        rows.exclude(verdict=""),
        n=Count("pk"),
        quick=Count("pk", filter=Q(in_time=True)),
        wrong=Count("pk", filter=Q(verdict=Mission.Verdict.FALSE)),
    )


def verified(period: StatPeriod) -> Values:
    """Missions that came to a verdict."""
    return {unit: Decimal(row["n"]) for unit, row in _verdicts(period).items()}


def verified_in_time(period: StatPeriod) -> Values:
    """The share of verdicts that came within the bound, in percent."""
    rows = _verdicts(period)
    return known_shares({unit: percent(row["quick"], row["n"]) for unit, row in rows.items()})


def false_alarms(period: StatPeriod) -> Values:
    """The share of verdicts that were false alarms, in percent."""
    rows = _verdicts(period)
    return known_shares({unit: percent(row["wrong"], row["n"]) for unit, row in rows.items()})


def _voids(period: StatPeriod) -> dict[str, Mapping[str, Any]]:
    found = {
        "survey__surveyed_on__gte": period.start,
        "survey__surveyed_on__lte": period.end,
        "earlier": None,
    }
    # The same place in later surveys says how it stands now, through the case that they share.
    rows = RoadVoid.objects.filter(**found)
    owed = ~Q(case=None) & ~Q(case__stage="cancelled")
    right = Q(case__stage__in=("resurvey", "closed"))
    return _by_unit(
        rows,
        n=Count("pk"),
        owed=Count("pk", filter=owed),
        right=Count("pk", filter=owed & right),
    )


def voids_found(period: StatPeriod) -> Values:
    """Voids that surveys of the period found for the first time."""
    return {unit: Decimal(row["n"]) for unit, row in _voids(period).items()}


def voids_rectified(period: StatPeriod) -> Values:
    """Of the voids of the period that became a case, the share that was put right, in percent."""
    rows = _voids(period)
    return known_shares({unit: percent(row["right"], row["owed"]) for unit, row in rows.items()})
