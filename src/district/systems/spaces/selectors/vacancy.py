"""How units stand today: vacant, vacant soon, leased; and as columns of the market."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Subquery, Value, When

from district.kernel.base import clock
from district.systems.spaces.models import Demand, Lease
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


#: What the market takes of a unit as it is.
_PLAIN = ("area", "load", "height", "lift_load", "power", "hazard", "drainage", "price")
_COLUMNS = (
    *_PLAIN, "pk", "name", "description", "leased_until", "floor__number", f"{PARK}__name",
    f"{PARK}__industries", f"{PARK}__street_unit_id",
)  # fmt: skip


def supplies_of(rows: QuerySet[Any], today: date) -> list[Supply]:
    """Units with their standing (`with_standing`) as the market takes them, in their order. One
    query, of columns alone: whole rows of many units take several times as long."""
    return [_supply(row, today) for row in rows.values(*_COLUMNS)]


def _supply(row: dict[str, Any], today: date) -> Supply:
    until = row["leased_until"]
    return Supply(
        key=str(row["pk"]),
        street=row[f"{PARK}__street_unit_id"],
        free_from=today if until is None else until + timedelta(days=1),
        storey=row["floor__number"],
        about=f"{row['name']} {row[f'{PARK}__name']} {row[f'{PARK}__industries']}",
        listing=row["description"],
        **{name: row[name] for name in _PLAIN},
    )


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
