"""Who may see which case, decided in memory: for those who tell many members of one change.

The same rights as `seeing.visible_q`; a test holds the two together over every member and case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from sys import intern
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from district.kernel.base.recent import kept_for
from district.kernel.cases.models import Case, CoUnit, Recusal
from district.kernel.cases.selectors.seeing import hidden_units
from district.kernel.cases.types import case_types, view_action
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Scope, visible_by

#: Cases that are not over. Spelled so, because the index of open cases is.
UNDER_WAY = (Case.Category.OPEN.value, Case.Category.PAUSED.value)


@dataclass(frozen=True, slots=True)
class Whose:
    """What of a case decides who may see it, and where it is counted."""

    type_key: str
    category: str
    lead: str
    lead_path: str
    centre: str
    handler: str
    leader: str
    complained: str
    street: str
    community: str
    co_units: frozenset[str] = frozenset()

    @property
    def units(self) -> frozenset[str]:
        """The units under which it is counted: its lead unit and those above, and its place."""
        above = (code for code in self.lead_path.split("/") if code)
        return frozenset(code for code in (*above, self.street, self.community) if code)


@dataclass(frozen=True)
class Sight:
    """The cases that one member may see, as of when it was asked for."""

    scopes: tuple[tuple[frozenset[str], Scope], ...]
    hidden: frozenset[str]
    #: Types with a case from which the member keeps away: none of them is seen here.
    recused: frozenset[str] = frozenset()

    def sees(self, whose: Whose) -> bool:
        """Whether the member may see such a case."""
        if whose.complained and whose.complained in self.hidden:
            return False
        if whose.type_key in self.recused:
            return False
        return any(whose.type_key in keys and _reaches(s, whose) for keys, s in self.scopes)


def _reaches(scope: Scope, whose: Whose) -> bool:
    return (
        scope.covers(path=whose.lead_path, code=whose.lead)
        or whose.centre in scope.centres
        or bool(scope.co_units & whose.co_units)
        or (bool(scope.member) and scope.member == whose.handler)
        or (bool(scope.leader) and scope.leader == whose.leader)
    )


def sight_of(actor: Actor) -> Sight:
    """What `actor` may see of all declared types. No query where its standing is kept, but one that
    is kept for half a minute for whoever sees a type that knows recusals."""
    scopes: dict[Scope, set[str]] = {}
    for case_type in case_types():
        scope = visible_by(actor, view_action(case_type))
        if not scope.nothing:
            scopes.setdefault(scope, set()).add(case_type.key)
    return Sight(
        tuple((frozenset(keys), scope) for scope, keys in scopes.items()),
        hidden_units(actor),
        _recused_types(actor.id) if actor.kind == "member" and _careful(scopes) else frozenset(),
    )


def _careful(scopes: dict[Scope, set[str]]) -> bool:
    seen = {key for keys in scopes.values() for key in keys}
    return any(case_type.recusals and case_type.key in seen for case_type in case_types())


@kept_for(30)
def _recused_types(member: str) -> frozenset[str]:
    """The types with a case from which a member keeps away. Who keeps away from one of a type is
    told of none of them while they happen: a board holds no list of single cases."""
    rows = Recusal.objects.filter(member_id=member).order_by()
    return frozenset(rows.values_list("case__type_key", flat=True).distinct())


_NAMES = tuple(one.name for one in fields(Whose) if one.name != "co_units")
#: The key, and what each of `_NAMES` is read from.
_COLUMNS = (
    "pk",
    "type_key",
    "category",
    "lead_unit_id",
    "lead_unit__path",
    "centre_unit_id",
    "handler_id",
    "leader_id",
    "complained_unit_id",
    "street_unit_id",
    "community_unit_id",
)
_PATH = "lead_unit__path"


def whose_are(ids: Iterable[UUID]) -> dict[UUID, Whose]:
    """Whose these cases are now. Two queries."""
    wanted = list(ids)
    if not wanted:
        return {}
    helping = CoUnit.objects.filter(case__in=wanted)
    return dict(_with_helpers(Case.objects.filter(pk__in=wanted), helping))


def whose_is(case: Case) -> Whose:
    """Whose a case is, but for its co-units. No query where its `lead_unit` is loaded."""
    lead = case.lead_unit.path if case.lead_unit else ""
    return _whose(
        tuple(lead if name == "lead_unit__path" else getattr(case, name) for name in _COLUMNS[1:])
    )


def whose_are_open() -> dict[UUID, Whose]:
    """Whose the cases are that are not over. Two queries, of the open ones alone."""
    helping = CoUnit.objects.filter(case__category__in=UNDER_WAY)
    return dict(_with_helpers(Case.objects.filter(category__in=UNDER_WAY), helping))


def _with_helpers(rows: QuerySet[Case], helping: QuerySet[CoUnit]) -> Iterator[tuple[UUID, Whose]]:
    helpers: dict[UUID, set[str]] = {}
    for case, unit in helping.order_by().values_list("case_id", "unit_id"):
        helpers.setdefault(case, set()).add(unit)
    for row in rows.order_by().values_list(*_COLUMNS).iterator(chunk_size=5000):
        whose = _whose(row[1:])
        mine = helpers.get(row[0])
        yield row[0], replace(whose, co_units=frozenset(mine)) if mine else whose


def _whose(values: tuple[Any, ...]) -> Whose:
    # The same few words again and again: kept once, a hundred thousand cases are a few megabytes.
    words = {name: intern(str(value or "")) for name, value in zip(_NAMES, values, strict=True)}
    return Whose(**words)  # type: ignore[arg-type]  # the co-units are no word and come later
