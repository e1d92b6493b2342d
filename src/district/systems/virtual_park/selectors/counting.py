"""Measures of the virtual park: bound firms, active firms, activities pushed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone

from district.kernel.cases.public import days_q
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code
from district.systems.virtual_park.models import ActivityPush, Firm, MonthOfUse

_TEN_THOUSAND = Decimal(10_000)


def bound_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Firms that somebody could act for at the end of the period, by the unit that serves them."""
    zone = timezone.get_default_timezone()
    end = datetime.combine(period.end + timedelta(days=1), time.min, zone)
    held = Q(mandates__granted_at__lt=end) & (
        Q(mandates__ended_at=None) | Q(mandates__ended_at__gte=end)
    )
    rows = Firm.objects.filter(held, Q(asleep_since=None) | Q(asleep_since__gte=end)).order_by()
    counted = rows.values_list("lead_unit").annotate(n=Count("pk", distinct=True))
    return _by_unit(dict(counted))


def active_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Firms for which somebody signed in during the period's months, by the unit that serves
    them."""
    first = period.start.replace(day=1)
    rows = MonthOfUse.objects.filter(month__gte=first, month__lte=period.end).order_by()
    counted = rows.values_list("firm__lead_unit").annotate(n=Count("firm", distinct=True))
    return _by_unit(dict(counted))


def activities_pushed_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """How often enterprises were told of activities, in 万家次, by the unit that holds them."""
    rows = ActivityPush.objects.filter(days_q("sent_at", period.start, period.end)).order_by()
    counted = dict(rows.values_list("activity__lead_unit").annotate(n=Count("pk")))
    return {unit: count / _TEN_THOUSAND for unit, count in _by_unit(counted).items()}


def _by_unit(counted: Mapping[str, int]) -> dict[str, Decimal]:
    found = {unit: Decimal(count) for unit, count in counted.items()}
    return {**found, root_code(): sum(found.values(), Decimal(0))}
