"""The datastreams that a condition of a rule selects."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from district.kernel.alarms.rules.watched import (
    Near,
    decimal_box,
    nears_of,
    with_places,
)
from district.kernel.base import clock
from district.kernel.conditions.public import Condition, to_q
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Unit, visible
from district.kernel.places.public import metres_between
from district.kernel.sensing.public import (
    VIEW_THINGS,
    Datastream,
    Location,
    Source,
    State,
)

#: Units whose rules watch their own datastreams and those of units below, and no others.
_OWN_ONLY = (Level.STREET, Level.COMMUNITY, Level.GRID)
_MOST_OFFERED = 300


def watched_by(condition: Condition, unit: Unit) -> QuerySet[Datastream]:
    """The datastreams in use that a unit's rule watches.

    A street's or community's rule watches what belongs to it or to units below; those of the
    district and of departments watch the whole district. One query where it says `near`.
    """
    rows = Datastream.objects.filter(state=State.ACTIVE, thing__state=State.ACTIVE)
    if unit.level in _OWN_ONLY:
        rows = rows.filter(lead_unit__path__startswith=unit.path)
    placed = with_places(condition, places_near(nears_of(condition)))
    return rows.filter(to_q(placed, today=clock.today(), model=Datastream))


def places_near(nears: Sequence[Near]) -> dict[Near, list[int]]:
    """The keys of the locations whose point lies within each distance. One query."""
    if not nears:
        return {}
    boxes = Q(pk__in=[])
    for near in nears:
        west, south, east, north = decimal_box(near)
        boxes |= Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    rows = list(Location.objects.filter(boxes).values_list("pk", "lon", "lat"))
    return {
        near: [
            key
            for key, lon, lat in rows
            if metres_between(near.lon, near.lat, float(lon), float(lat)) <= near.metres
        ]
        for near in nears
    }


def unseen_by(actor: Actor, rows: QuerySet[Datastream]) -> int:
    """How many of the datastreams the actor may not see; parts of the product see all."""
    scope = visible(actor, VIEW_THINGS)
    if actor.kind == "system" or scope.everything:
        return 0  # an empty condition excludes nothing
    return rows.exclude(scope.q("lead_unit")).count()


def source_names(actor: Actor) -> list[tuple[str, str]]:
    """The sources that the actor's datastreams may come from, by code."""
    mine = visible(actor, VIEW_THINGS).q("lead_unit")
    rows = Source.objects.filter(mine).order_by("code").values_list("code", "name")
    return [(code, f"{name} {code}") for code, name in rows[:_MOST_OFFERED]]
