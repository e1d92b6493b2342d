"""Measures of recognitions and of published scenarios, by unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Min
from django.utils import timezone

from district.kernel.measures.public import StatPeriod
from district.systems.scenarios.models import Line, Recognition
from district.systems.scenarios.selectors.landings import with_whole

Compute = Callable[[StatPeriod], Mapping[str, Decimal]]


def recognised(scheme: str) -> Compute:
    """Recognitions of a scheme by the day of recognition; one query. What was revoked later stays
    counted, as the period's work."""

    def compute(period: StatPeriod) -> Mapping[str, Decimal]:
        rows = Recognition.objects.filter(
            scheme=scheme, round__published_on__range=(period.start, period.end)
        )
        return with_whole(dict(rows.order_by().values_list("lead_unit").annotate(n=Count("pk"))))

    return compute


def published(kind: str) -> Compute:
    """Entries of a kind by the day on which an edition first held them; one query."""

    def compute(period: StatPeriod) -> Mapping[str, Decimal]:
        zone = timezone.get_default_timezone()
        since = datetime.combine(period.start, time.min, zone)
        until = datetime.combine(period.end + timedelta(days=1), time.min, zone)
        first = Line.objects.filter(kind=kind).order_by().values("entry", "entry__lead_unit")
        rows = first.annotate(at=Min("edition__published_at")).filter(at__gte=since, at__lt=until)
        counted: dict[str, int] = {}
        for row in rows:
            unit = row["entry__lead_unit"]
            counted[unit] = counted.get(unit, 0) + 1
        return with_whole(counted)

    return compute
