"""Reads of the city's orders for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.systems.appeals.city.models import CityPlatform, CityRefusal, CityReturn

STATE = CityReturn.State


def _q(actor: Actor, action: str, path: str) -> Q:
    scope = visible(actor, action)
    if scope.everything:
        return Q()
    return Q(**{f"{path}centre_unit__in": sorted(scope.centres)})


def platforms_for(actor: Actor) -> QuerySet[CityPlatform]:
    """The platforms that the actor may see, with how many orders and open refusals each has."""
    rows = CityPlatform.objects.filter(_q(actor, "appeals.city.view", ""))
    return rows.select_related("centre_unit").annotate(
        order_count=Count("orders", distinct=True),
        refusal_count=Count("refusals", filter=Q(refusals__settled_at=None), distinct=True),
    )


def platform_for(platform_id: UUID | str, actor: Actor) -> CityPlatform:
    """One platform; NotFound where the actor may not see it."""
    found = platforms_for(actor).filter(pk=platform_id).first()
    if found is None:
        raise NotFound(_("没有这个平台。"))
    return found


@dataclass(frozen=True)
class Waiting:
    """How many results are in each state, and the parked ones with their reasons."""

    counts: dict[str, int]
    parked: list[CityReturn]


def returns_for(actor: Actor, most: int = 50) -> Waiting:
    """What the city is owed of the desks that the actor sees. Two queries."""
    rows = CityReturn.objects.filter(_q(actor, "appeals.city.view", "order__platform__"))
    counted: dict[str, Any] = rows.aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in STATE}
    )
    parked = rows.filter(state=STATE.PARKED).select_related("order__platform", "order__case")
    return Waiting(counted, list(parked.order_by("created_at", "pk")[:most]))


def refusals_for(actor: Actor, most: int = 50) -> list[CityRefusal]:
    """Orders that could not be taken and are not settled, newest first."""
    rows = CityRefusal.objects.filter(_q(actor, "appeals.city.view", "platform__"), settled_at=None)
    return list(rows.select_related("platform").order_by("-last_at", "-pk")[:most])
