"""How units stand today: vacant, vacant soon, leased; and as columns of the market."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Subquery, Value, When

from district.kernel.base import clock
from district.systems.spaces.models import Demand, Lease, SpaceUnit
from district.systems.spaces.names import SOON_DAYS
from district.systems.spaces.rules.matching import Supply, Wish

PARK = "floor__building__park"


def with_standing(rows: QuerySet[Any], today: date | None = None) -> QuerySet[Any]:
    """Units with `leased_until`, the last day of what is let now or later (None: nothing is),
    `vacant`, let to nobody from today on, and `soon`, let but not after the next days."""
    day = today or clock.today()
    running = Lease.objects.filter(unit=OuterRef("pk"), ends_on__gte=day)
    last = running.order_by("-ends_on").values("ends_on")[:1]
    beyond = running.filter(ends_on__gte=day + timedelta(days=SOON_DAYS))
    # CASE, because what compares it with something puts that behind it: NOT EXISTS(...) IS NOT NULL
    # would mean the contrary.
    found: QuerySet[Any] = rows.annotate(
        leased_until=Subquery(last),
        vacant=_truth(~Exists(running)),
        soon=_truth(Exists(running) & ~Exists(beyond)),
    )
    return found


def _truth(condition: Any) -> Case:
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def supplies_of(rows: Iterable[SpaceUnit], today: date) -> list[Supply]:
    """Units with their standing and park as the market takes them."""
    return [
        Supply(
            key=str(unit.pk),
            area=unit.area,
            street=unit.floor.building.park.street_unit_id,
            free_from=_free(unit, today),
            load=unit.load,
            height=unit.height,
            lift_load=unit.lift_load,
            power=unit.power,
            hazard=unit.hazard,
            drainage=unit.drainage,
            price=unit.price,
            storey=unit.floor.number,
            about=f"{unit.name} {unit.floor.building.park.name} "
            f"{unit.floor.building.park.industries}",
            listing=unit.description,
        )
        for unit in rows
    ]


def _free(unit: Any, today: date) -> date:
    until = unit.leased_until
    return today if until is None else until + timedelta(days=1)


def wish_of(demand: Demand) -> Wish:
    """A demand as the market takes it."""
    return Wish(
        key=str(demand.pk),
        area_from=demand.area_from,
        area_to=demand.area_to,
        load=demand.load,
        height=demand.height,
        lift_load=demand.lift_load,
        power=demand.power,
        hazard=demand.hazard,
        drainage=demand.drainage,
        streets=tuple(demand.streets),
        budget=demand.budget,
        wanted_on=demand.wanted_on,
        use=demand.use,
    )
