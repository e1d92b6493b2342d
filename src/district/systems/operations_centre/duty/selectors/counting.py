"""Measures of the duty desk: calls answered in time, incidents and reports in time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from district.kernel.cases.public import CaseStep, days_q, known_shares, percent
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.kernel.registers.public import register_of
from district.systems.operations_centre.duty.names import REPORTS
from district.systems.operations_centre.models import CallLine


def _by_unit(
    rows: QuerySet[Any], unit: str, counts: Mapping[str, Count]
) -> dict[str, Mapping[str, Any]]:
    """The counts of every unit, and of all under the root's code. Two queries."""
    found: dict[str, Mapping[str, Any]] = {
        str(row[unit]): row for row in rows.order_by().values(unit).annotate(**counts)
    }
    found[root_code()] = rows.aggregate(**counts)
    return found


def _lines(period: StatPeriod) -> dict[str, Mapping[str, Any]]:
    rows = CallLine.objects.filter(days_q("call__made_at", period.start, period.end)).exclude(
        state=CallLine.State.WITHDRAWN
    )
    return _by_unit(
        rows,
        "lead_unit",
        {
            "all": Count("pk"),
            "good": Count("pk", filter=Q(answered_at__lte=F("first_due_at"))),
        },
    )


def calls_made(period: StatPeriod) -> Mapping[str, Decimal]:
    """Lines of calls by the unit that was called; those withdrawn are none."""
    return {unit: Decimal(row["all"]) for unit, row in _lines(period).items()}


def calls_in_time(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share answered within the first term, in percent."""
    return known_shares(
        {unit: percent(row["good"], row["all"]) for unit, row in _lines(period).items()}
    )


def _reports(period: StatPeriod) -> dict[str, Mapping[str, Any]]:
    declared, steps = register_of(REPORTS), CaseStep.objects.all()
    rows = declared.rows(steps) if declared.rows else steps
    timed = rows.filter(days_q("at", period.start, period.end)).exclude(action="amend")
    return _by_unit(
        timed,
        "unit",
        {"all": Count("pk"), "late": Count("pk", filter=Q(was_late=True))},
    )


def reports_made(period: StatPeriod) -> Mapping[str, Decimal]:
    """First, follow-up and final reports by the unit that reported."""
    return {unit: Decimal(row["all"]) for unit, row in _reports(period).items() if unit != "None"}


def reports_in_time(period: StatPeriod) -> Mapping[str, Decimal]:
    """The share of reports within their term, in percent."""
    return known_shares(
        {
            unit: percent(row["all"] - row["late"], row["all"])
            for unit, row in _reports(period).items()
            if unit != "None"
        }
    )
