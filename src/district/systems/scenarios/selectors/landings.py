"""Reads of landings, and how many of them count."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod
from district.kernel.organisation.public import root_code, visible
from district.systems.scenarios.models import Landing
from district.systems.scenarios.names import VIEW


def landing_for(landing_id: UUID | str, actor: Actor) -> Landing:
    """The landing with its entries; NotFound also where the actor may not see it."""
    rows = Landing.objects.filter(visible(actor, VIEW).q("lead_unit"))
    try:
        found = (
            rows.select_related("offer", "need", "lead_unit", "offer__lead_unit", "need__lead_unit")
            .filter(pk=landing_id)
            .first()
        )
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这项落地，或您没有查看的权限。"))
    return found


def with_whole(counted: Mapping[str, int]) -> dict[str, Decimal]:
    """Counts by unit as a measure takes them: the district's is the sum of all."""
    found = {unit: Decimal(number) for unit, number in counted.items()}
    return {**found, root_code(): Decimal(sum(counted.values()))}


def landed_by_unit(period: StatPeriod) -> Mapping[str, Decimal]:
    """Confirmed landings by the need's lead unit, by the day on which they landed. One query."""
    rows = Landing.objects.filter(
        state=Landing.State.CONFIRMED, landed_on__gte=period.start, landed_on__lte=period.end
    )
    counted = rows.order_by().values_list("need__lead_unit").annotate(n=Count("pk"))
    return with_whole(dict(counted))
