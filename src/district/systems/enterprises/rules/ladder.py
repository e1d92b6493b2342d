"""The growth ladder as conditions: who stands on a rung, who is ready, who misses one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from district.kernel.conditions.public import (
    ALWAYS,
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    Schema,
    compare,
    leaves,
    parse,
)
from district.systems.enterprises.rules.catalogue import Rung


@dataclass(frozen=True)
class ReadRung:
    """A rung with its conditions as trees."""

    rung: Rung
    standing: Condition
    requirements: Condition
    among: Condition = ALWAYS

    @property
    def clauses(self) -> tuple[Condition, ...]:
        """What is required, one by one."""
        return (
            self.requirements.clauses
            if isinstance(self.requirements, All)
            else (self.requirements,)
        )

    @property
    def not_yet(self) -> Condition:
        """That an enterprise does not stand on the rung, as far as anybody knows."""
        no: Condition = Not(self.standing)
        if any(isinstance(part, AnyOf) for part in _parts(self.standing)):
            return no
        attributes = {leaf.attribute.key: leaf.attribute for leaf in leaves(self.standing)}
        unknown = (
            Not(compare(attribute, "known"))
            for leaf in leaves(self.standing)
            if leaf.operator != "known"
            for attribute in [attributes.pop(leaf.attribute.key, None)]
            if attribute is not None
        )
        return AnyOf((no, *unknown))

    @property
    def considered(self) -> tuple[Condition, ...]:
        """Of whom it is asked at all: those whom the rung is for and who do not stand on it."""
        return (self.not_yet,) if self.among == ALWAYS else (self.not_yet, self.among)

    @property
    def ready(self) -> Condition:
        """Who does not stand on it and fulfils everything that is required."""
        return All((*self.considered, *self.clauses))

    def missing(self, at: int) -> Condition:
        """Who misses the requirement of that index and no other."""
        rest = self.clauses[:at] + self.clauses[at + 1 :]
        return All((*self.considered, Not(self.clauses[at]), *rest))

    @property
    def near(self) -> Condition:
        """Who misses exactly one requirement, whichever."""
        ways = (
            All((Not(clause), *self.clauses[:at], *self.clauses[at + 1 :]))
            for at, clause in enumerate(self.clauses)
        )
        return All((*self.considered, AnyOf(tuple(ways))))


def _parts(condition: Condition) -> Iterator[Condition]:
    yield condition
    if isinstance(condition, Compare):
        return
    inner = (condition.clause,) if isinstance(condition, Not) else condition.clauses
    for one in inner:
        yield from _parts(one)


def read_rung(rung: Rung, schema: Schema) -> ReadRung:
    """A rung's conditions read. Raises ConditionError."""
    among = parse(rung.among, schema) if rung.among else ALWAYS
    standing, requirements = (parse(text, schema) for text in (rung.standing, rung.requirements))
    return ReadRung(rung, standing, requirements, among)
