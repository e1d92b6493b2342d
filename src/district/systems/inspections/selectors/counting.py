"""Measures: inspections, hazards, cases of law, and how much of what was looked at was right.

Each counts for every unit and for the whole district, whoever asks; two queries each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from district.kernel.cases.public import counted_by_unit, days_q, known_shares, percent
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.inspections.models import Enforcement, Inspection
from district.systems.inspections.names import HAZARD

Values = Mapping[str, Decimal]


def _by_unit(rows: QuerySet[Any], **counts: Any) -> dict[str, Mapping[str, Any]]:
    """Counts of every lead unit's rows, and of all under the root's code."""
    ordered = rows.order_by()
    found: dict[str, Mapping[str, Any]] = {
        str(row["lead_unit"]): row for row in ordered.values("lead_unit").annotate(**counts)
    }
    found[root_code()] = ordered.aggregate(**counts)
    return found


def inspected(period: StatPeriod) -> Values:
    """Inspections that were done, by the inspecting unit."""
    rows = Inspection.objects.filter(days_q("finished_at", period.start, period.end))
    return {unit: Decimal(row["n"]) for unit, row in _by_unit(rows, n=Count("pk")).items()}


def _hazards(period: StatPeriod) -> dict[str, Mapping[str, Any]]:
    found = days_q("reported_at", period.start, period.end) & ~Q(stage="cancelled")
    counts = {
        "found": Count("pk", filter=found),
        "right": Count("pk", filter=found & Q(stage="closed")),
    }
    return counted_by_unit(HAZARD, counts)


def hazards_found(period: StatPeriod) -> Values:
    """Hazards that were found, by whoever answers for the place."""
    return {unit: Decimal(row["found"]) for unit, row in _hazards(period).items()}


def hazards_rectified(period: StatPeriod) -> Values:
    """Of the hazards found in the period, the share that was put right since, in percent."""
    return known_shares(
        {unit: percent(row["right"], row["found"]) for unit, row in _hazards(period).items()}
    )


def brought(field: str) -> Callable[[StatPeriod], Values]:
    """Cases of law of a field that were filed in the period, by unit: their numbers added up."""

    def count(period: StatPeriod) -> Values:
        days = {"filed_on__gte": period.start, "filed_on__lte": period.end}
        rows = Enforcement.objects.filter(field=field, **days)
        counted = _by_unit(rows, n=Sum("cases"))
        return {unit: Decimal(row["n"] or 0) for unit, row in counted.items()}

    return count


def section_rate(checklist: str, section: str) -> Callable[[StatPeriod], Values]:
    """Of the inspections that looked at a section of a checklist, the share that passed it, in
    percent; where it did not apply it is not counted."""

    def rate(period: StatPeriod) -> Values:
        days = days_q("finished_at", period.start, period.end)
        rows = Inspection.objects.filter(days, checklist=checklist)
        path = f"sections__{section}"
        good, bad = Q(**{path: "pass"}), Q(**{path: "fail"})
        counted = _by_unit(rows, good=Count("pk", filter=good), all=Count("pk", filter=good | bad))
        return known_shares(
            {unit: percent(row["good"], row["all"]) for unit, row in counted.items()}
        )

    return rate
