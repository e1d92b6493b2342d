"""Nests as they stand, for choosing one and for their pages."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.systems.early_warning.models import DroneNest
from district.systems.early_warning.names import VIEW_NEST
from district.systems.early_warning.rules.flight import NestFacts
from district.systems.early_warning.selectors.rights import with_street_q


def nest_facts() -> list[NestFacts]:
    """Every nest as it stands now. One query."""
    return [_facts(nest) for nest in DroneNest.objects.order_by("code")]


def _facts(nest: DroneNest) -> NestFacts:
    return NestFacts(
        str(nest.pk),
        nest.name,
        float(nest.lon),
        float(nest.lat),
        float(nest.speed),
        nest.range,
        nest.launch_seconds,
        ready=nest.state == DroneNest.State.READY,
        busy=nest.mission_id is not None,
    )


def nest_for(key: UUID | str, actor: Actor) -> DroneNest:
    """A nest; NotFound where the actor may not see it."""
    rows = DroneNest.objects.filter(with_street_q(visible(actor, VIEW_NEST)))
    found = rows.select_related("lead_unit", "street_unit", "mission").filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这个机场，或您没有查看的权限。"))
    return found
