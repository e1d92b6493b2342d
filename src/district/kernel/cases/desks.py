"""Desks: what waits for the actor's unit, by declared queues over the stages of a case type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db.models import Count, Q

from district.kernel.cases.models import CoUnit
from district.kernel.cases.selectors.seeing import visible_cases
from district.kernel.cases.selectors.watching import UNDER_WAY
from district.kernel.cases.types import case_type_of
from district.kernel.history.public import Actor
from district.kernel.organisation.public import posts_of
from district.kernel.registry.ledger import note

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Whose = Literal["holder", "co_unit", "mine"]


@dataclass(frozen=True)
class Desk:
    """A queue: cases of a type in these stages that wait for the actor's unit.

    `whose` holder: whose turn is one of the units that the actor acts for; co_unit: one of them
    has a part still to do; mine: the actor handles it. No stages: all that are not over.
    """

    key: str
    type_key: str
    label: StrOrPromise
    stages: tuple[str, ...] = ()
    whose: Whose = "holder"
    empty: StrOrPromise = ""


_DESKS: dict[tuple[str, str], Desk] = {}


def declare_desk(desk: Desk) -> Desk:
    """Make a desk known; ValueError where it names a stage that the type has not, or its key is
    taken."""
    known = case_type_of(desk.type_key).stages
    unknown = [stage for stage in desk.stages if stage not in known]
    if unknown:
        raise ValueError(f"desk {desk.key!r} names the unknown stage {unknown[0]!r}")
    if _DESKS.setdefault((desk.type_key, desk.key), desk) != desk:
        raise ValueError(f"desk {desk.key!r} of {desk.type_key!r} is declared twice")
    note("desk", f"{desk.type_key}.{desk.key}")
    return desk


def desks_of(type_key: str) -> tuple[Desk, ...]:
    """The desks of a type, in the order of their declaration."""
    return tuple(desk for (owner, _key), desk in _DESKS.items() if owner == type_key)


def desk_of(type_key: str, key: str) -> Desk | None:
    """The desk of that key, or None."""
    return _DESKS.get((type_key, key))


def desk_q(desk: Desk, actor: Actor) -> Q:
    """The cases on a desk for this actor, as a condition besides what they may see."""
    units = sorted({post.unit for post in posts_of(actor)})
    condition = Q(type_key=desk.type_key, category__in=UNDER_WAY)
    if desk.stages:
        condition &= Q(stage__in=desk.stages)
    if desk.whose == "holder":
        return condition & Q(holder_unit__in=units)
    if desk.whose == "mine":
        return condition & Q(handler_id=actor.id)
    waiting = CoUnit.objects.filter(unit__in=units, finished_at=None)
    return condition & Q(pk__in=waiting.values("case_id"))


def counts_of(type_key: str, actor: Actor) -> dict[str, int]:
    """How many cases lie on each desk of a type for this actor. One query."""
    desks = desks_of(type_key)
    if not desks:
        return {}
    # What is under way is a small part of a type's cases; only that is looked through.
    counted = visible_cases(actor, type_key).filter(type_key=type_key, category__in=UNDER_WAY)
    found = counted.aggregate(
        **{desk.key: Count("pk", filter=desk_q(desk, actor)) for desk in desks}
    )
    return {desk.key: found[desk.key] for desk in desks}
