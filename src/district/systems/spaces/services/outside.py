"""What other systems have done to demands, by the rights of whoever acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from district.kernel.history.public import Actor
from district.systems.spaces.selectors.outside import SpaceDemand, demand_as_told, demand_seen
from district.systems.spaces.services.demands import save_demand
from district.systems.spaces.services.offers import make_offers


@transaction.atomic
def save_demand_for(values: Mapping[str, Any], known: UUID | None, *, actor: Actor) -> SpaceDemand:
    """Write a demand down, or change the one of the key `known`, by its form's field names.

    Raises NotFound, NotPermitted, Invalid naming the field, Conflict where it is settled.
    """
    row = demand_seen(known, actor) if known is not None else None
    return demand_as_told(save_demand(values, row, actor), actor)


@transaction.atomic
def offer_units_for(demand: UUID, units: Sequence[str], *, actor: Actor) -> int:
    """Offer units to a demand, all or none; how many. Raises Conflict naming the constraint that
    one breaks, Invalid for none or too many, NotFound, NotPermitted."""
    return len(make_offers(demand, list(units), actor=actor))
