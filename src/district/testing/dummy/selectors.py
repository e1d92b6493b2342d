"""All reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import visible
from district.testing.dummy.models import Fault, Lamp


def lamp_by_id(lamp_id: UUID | str, actor: Actor) -> Lamp:
    """The lamp, if the actor may see it; NotFound otherwise."""
    mine = visible(actor, "dummy.lamp.view").q("lead_unit")
    lamp = Lamp.objects.select_related("lead_unit").filter(mine, pk=lamp_id).first()
    if lamp is None:
        raise NotFound(_("没有这盏路灯。"))
    return lamp


def faults_of(lamp: Lamp) -> QuerySet[Fault]:
    """The faults of one lamp, newest first."""
    return Fault.objects.filter(lamp=lamp)


def open_faults(unit: str, actor: Actor) -> QuerySet[Fault]:
    """The faults of one unit's own lamps that wait for repair and that the actor may see."""
    mine = visible(actor, "dummy.fault.view").q("lamp__lead_unit")
    rows = Fault.objects.filter(mine, lamp__lead_unit_id=unit, repaired_at=None)
    return rows.select_related("lamp")


def faults_within_a_year(faults: Collection[str], now: datetime) -> dict[str, int]:
    """For each fault (id as text) how often its lamp failed in the last 365 days; one query."""
    year = Fault.objects.filter(
        lamp=OuterRef("lamp"), reported_at__gt=now - timedelta(days=365), reported_at__lte=now
    )
    counted = year.order_by().values("lamp").annotate(n=Count("pk")).values("n")
    rows = Fault.objects.filter(pk__in=faults).annotate(n=Coalesce(Subquery(counted), 0))
    return {str(key): n for key, n in rows.values_list("pk", "n")}


def repaired_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """How many faults each unit repaired in the period (days of China); one query."""
    zone = timezone.get_default_timezone()
    since = datetime.combine(period.start, time.min, zone)
    until = datetime.combine(period.end + timedelta(days=1), time.min, zone)
    rows = Fault.objects.filter(repaired_at__gte=since, repaired_at__lt=until)
    counted = rows.order_by().values("lamp__lead_unit").annotate(n=Count("pk"))
    return {row["lamp__lead_unit"]: Decimal(row["n"]) for row in counted}


def callers_to_forget(now: datetime) -> QuerySet[Fault]:
    """Faults that were repaired 30 days ago or earlier and still hold a caller's number."""
    return Fault.objects.filter(repaired_at__lte=now - timedelta(days=30)).exclude(caller=None)
