"""To whom places, rounds, tasks, results and cases of law belong, and who may see them."""

from __future__ import annotations

from django.db.models import Q

from district.kernel.history.public import Actor
from district.kernel.organisation.public import Owned, Scope, permitted, posts_of
from district.systems.inspections.models import Enforcement, Inspection, Place, Round, Task


def own_units(actor: Actor, action: str) -> list[str]:
    """The units of the actor's posts for which the actor may do it."""
    return [
        post.unit
        for post in posts_of(actor)
        if permitted(actor, action, Owned(post.unit, path=post.path))
    ]


def _others(*codes: str | None) -> frozenset[str]:
    return frozenset(code for code in codes if code)


def owned_place(place: Place) -> Owned:
    """The responsible unit's; street and supervising department stand beside it."""
    others = _others(place.street_unit_id, place.supervising_unit_id)
    return Owned(place.lead_unit_id, others)


def place_scope_q(scope: Scope) -> Q:
    """The places that a scope reaches."""
    found = scope.q("lead_unit", co_units="street_unit")
    return found | scope.q("lead_unit", co_units="supervising_unit")


def owned_round(row: Round) -> Owned:
    """The organising unit's."""
    return Owned(row.lead_unit_id)


def owned_task(task: Task) -> Owned:
    """The inspecting unit's; it lies on the desk of the unit that ordered it, and is the
    inspector's own."""
    return Owned(
        task.lead_unit_id, member=str(task.inspector_id or ""), centre=task.ordering_unit_id
    )


def task_scope_q(scope: Scope) -> Q:
    """The tasks that a scope reaches."""
    return scope.q("lead_unit", member="inspector_id", centre="ordering_unit")


def owned_result(row: Inspection) -> Owned:
    """The inspecting unit's; whoever answers for the place, its street and its department read it
    too. The place must be loaded."""
    place = row.place
    others = _others(place.lead_unit_id, place.street_unit_id, place.supervising_unit_id)
    return Owned(row.lead_unit_id, others, member=str(row.inspector_id))


def result_scope_q(scope: Scope) -> Q:
    """The inspections that a scope reaches."""
    found = scope.q("lead_unit", member="inspector_id")
    for path in ("place__lead_unit", "place__street_unit", "place__supervising_unit"):
        found |= scope.q("lead_unit", co_units=path)
    return found


def owned_case(row: Enforcement) -> Owned:
    """The unit's that brings the case."""
    return Owned(row.lead_unit_id)
