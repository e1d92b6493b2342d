"""A programme as a plan: distinct comparisons, shared groups, and who needs which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from district.kernel.conditions.public import (
    All,
    Compare,
    Condition,
    Not,
    Operator,
    by_instants,
    resolve,
)
from district.kernel.matching.rules.verdicts import clauses_of

#: A thing that is true, false or unknown of an entity, and whether it is negated. Negation swaps
#: where it is true and where it is false; where it is unknown stays.
Literal = tuple[int, bool]
#: The thing that is true of every entity.
TRUE: Literal = (0, False)
FALSE: Literal = (0, True)

_POSITIVE: dict[Operator, Operator] = {"!=": "=", "<": ">=", "<=": ">"}


@dataclass(frozen=True)
class Group:
    """A conjunction of literals; a disjunction is the negation of one (De Morgan)."""

    literals: tuple[Literal, ...]
    level: int


@dataclass
class Plan:
    """What to evaluate: things 1, 2, ... are comparisons or groups, 0 is always true.

    `policies` are the literals of every condition's top-level clauses, in the author's order.
    """

    things: list[Compare | Group | None] = field(default_factory=lambda: [None])
    policies: list[tuple[Literal, ...]] = field(default_factory=list)


class _Builder:
    def __init__(self, today: date) -> None:
        self.today = today
        self.plan = Plan()
        self._known: dict[object, int] = {}
        self._seen: dict[Condition, Literal] = {}

    def add(self, condition: Condition) -> None:
        self.plan.policies.append(tuple(self.literal(one) for one in clauses_of(condition)))

    def literal(self, condition: Condition) -> Literal:
        """The literal of a clause; equal clauses, and complementary ones, share a thing."""
        found = self._seen.get(condition)
        if found is None:
            found = self._made(condition)
            self._seen[condition] = found
        return found

    def _made(self, condition: Condition) -> Literal:
        if isinstance(condition, Not):
            thing, negated = self.literal(condition.clause)
            return thing, not negated
        if isinstance(condition, Compare):
            concrete = by_instants(resolve(condition, self.today))
            if concrete != condition or not isinstance(concrete, Compare):
                return self.literal(concrete)
            return self._leaf(concrete)
        conjunction = isinstance(condition, All)
        inner = [self.literal(clause) for clause in condition.clauses]
        if conjunction:
            return self._group(inner)
        thing, negated = self._group([(thing, not negated) for thing, negated in inner])
        return thing, not negated

    def _leaf(self, condition: Compare) -> Literal:
        positive = _POSITIVE.get(condition.operator)
        if positive is None:
            return self._thing(condition), False
        return self._thing(Compare(condition.attribute, positive, condition.values)), True

    def _group(self, literals: Sequence[Literal]) -> Literal:
        kept = sorted({one for one in literals if one != TRUE})
        if FALSE in kept:
            return FALSE
        if not kept:
            return TRUE
        if len(kept) == 1:
            return kept[0]
        levels = [
            thing.level
            for thing in (self.plan.things[one] for one, _negated in kept)
            if isinstance(thing, Group)
        ]
        return self._thing(Group(tuple(kept), max(levels, default=0) + 1)), False

    def _thing(self, thing: Compare | Group) -> int:
        number = self._known.setdefault(thing, len(self.plan.things))
        if number == len(self.plan.things):
            self.plan.things.append(thing)
        return number


def plan_of(conditions: Mapping[str, Condition], today: date) -> Plan:
    """The plan of these conditions, in their order."""
    builder = _Builder(today)
    for condition in conditions.values():
        builder.add(condition)
    return builder.plan
