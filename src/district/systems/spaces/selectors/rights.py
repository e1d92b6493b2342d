"""To whom parks and what is in them belong, and what of them an actor may see."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, Scope, visible
from district.systems.spaces.models import Park
from district.systems.spaces.names import VIEW


def of_park(prefix: str = "") -> Callable[[Scope], Q]:
    """Rows whose park (at the lookup path `prefix`, with its underscores) the scope reaches: by
    its operator, its street or the unit that finds tenants for it."""

    def condition(scope: Scope) -> Q:
        lead = f"{prefix}lead_unit"
        return scope.q(lead, co_units=f"{prefix}street_unit") | scope.q(
            lead, co_units=f"{prefix}service_unit"
        )

    return condition


def seen(actor: Actor, prefix: str = "") -> Q:
    """The rows of parks that the actor may see."""
    return of_park(prefix)(visible(actor, VIEW))


def owned_park(park: Park) -> Owned:
    """The operator's; its street and the unit that finds tenants look on."""
    others = {park.street_unit_id, park.service_unit_id} - {None}
    return Owned(park.lead_unit_id, frozenset(str(code) for code in others))
