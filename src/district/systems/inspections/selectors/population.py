"""Which places a round draws from."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from district.kernel.base import clock
from district.kernel.conditions.public import ALWAYS, Condition, Schema, parse, to_q
from district.kernel.organisation.public import Unit
from district.kernel.registers.public import register_of
from district.systems.inspections.models import Place, Round
from district.systems.inspections.names import PLACES
from district.systems.inspections.rules.drawing import Member

#: Where a stratum's name is found.
_STRATA = {"street": "street_unit_id", "kind": "kind", "risk": "risk", "lead_unit": "lead_unit_id"}


def place_schema() -> Schema:
    """What a round's condition may speak about."""
    return register_of(PLACES).schema()


def where_of(text: str) -> Condition:
    """A condition over the register of places; ConditionError where it cannot be read."""
    return parse(text, place_schema()) if text.strip() else ALWAYS


def reach_of(unit: Unit) -> Q:
    """The places that a unit may inspect: those that it, or a unit below it, answers for, that lie
    in its street, or whose trade it supervises. Nobody draws from another's."""
    ways = (
        Q(lead_unit__path__startswith=unit.path),
        Q(street_unit__path__startswith=unit.path),
        Q(supervising_unit=unit),
    )
    return reduce(or_, ways)


def places_of(row: Round, unit: Unit) -> QuerySet[Place]:
    """The places of a round, by code, as they stand now."""
    asked = to_q(where_of(row.where), today=clock.today(), model=Place)
    return Place.objects.filter(reach_of(unit), asked, is_active=True).order_by("code")


def population_of(row: Round, unit: Unit) -> list[Member]:
    """The population of a round as a draw takes it."""
    column = _STRATA.get(row.stratify)
    names = ("code", column) if column else ("code",)
    rows = places_of(row, unit).values_list(*names)
    return [Member(str(found[0]), str(found[1]) if column else "") for found in rows]
