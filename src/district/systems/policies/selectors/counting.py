"""Measures of policies: enterprises told, policies in force, applications decided in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q
from django.utils import timezone

from district.kernel.cases.public import counted_by_unit, days_q, known_shares, percent
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.policies.models import Audience, PolicyVersion, Push
from district.systems.policies.names import APPLICATION

_TEN_THOUSAND = Decimal(10_000)


def pushed_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """How often enterprises were told, in 万家次, by the unit that issues. One query."""
    rows = Push.objects.filter(
        days_q("sent_at", period.start, period.end),
        version__policy__audience=Audience.ENTERPRISES,
    ).order_by()
    found = _by_unit(dict(rows.values_list("version__policy__lead_unit").annotate(n=Count("pk"))))
    return {unit: Decimal(count) / _TEN_THOUSAND for unit, count in found.items()}


def in_force_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Policies that were in force on the period's last day, by unit. One query."""
    last = period.end
    end = datetime.combine(last + timedelta(days=1), time.min, timezone.get_default_timezone())
    rows = PolicyVersion.objects.filter(
        Q(closes_on=None) | Q(closes_on__gte=last),
        Q(ended_at=None) | Q(ended_at__gte=end),
        opens_on__lte=last,
        published_at__lt=end,
    ).order_by()
    counted = rows.values_list("policy__lead_unit").annotate(n=Count("policy", distinct=True))
    return {unit: Decimal(count) for unit, count in _by_unit(dict(counted)).items()}


def applications_in_time_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Of the applications decided in the period the share decided in time, in percent."""
    decided = days_q("finished_at", period.start, period.end) & ~Q(stage="lapsed")
    late = decided & Q(finished_at__gt=F("due_at"))
    counts = {"decided": Count("pk", filter=decided), "late": Count("pk", filter=late)}
    found = counted_by_unit(APPLICATION, counts)
    return known_shares(
        {unit: percent(r["decided"] - r["late"], r["decided"]) for unit, r in found.items()}
    )


def _by_unit(counted: Mapping[str, int]) -> dict[str, int]:
    return {**counted, root_code(): sum(counted.values())}
