"""The growth ladder: counts over the whole population, and one enterprise rung by rung."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from district.kernel.base import clock
from district.kernel.base.recent import forgets
from district.kernel.conditions.public import (
    All,
    AnyOf,
    Condition,
    Not,
    compare,
    describe,
    explain,
    leaves,
)
from district.kernel.history.public import Actor
from district.kernel.matching.public import (
    Population,
    Programme,
    evaluate_all,
    kind_of,
    population,
)
from district.kernel.organisation.public import Level, Scope, units, visible
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.names import POPULATION, VIEW
from district.systems.enterprises.rules.facts import FACTS
from district.systems.enterprises.rules.ladder import ReadRung, read_rung
from district.systems.enterprises.selectors.catalogue import (
    catalogue,
    departments,
    industry_label,
    is_english,
    qualification_label,
    service_unit,
)
from district.systems.enterprises.tables import schema

State = Literal["standing", "ready", "near", "unknown", "far", "other"]


def rungs() -> list[ReadRung]:
    """The rungs in force, lowest first; their conditions were checked when they were loaded."""
    return [read_rung(rung, schema()) for rung in catalogue().rungs]


@dataclass(frozen=True)
class RungCounts:
    """How many enterprises stand on a rung, are ready for it, and miss one requirement alone (by
    the requirement's index)."""

    standing: int
    ready: int
    missing: tuple[int, ...]

    @property
    def near(self) -> int:
        """How many miss exactly one."""
        return sum(self.missing)


Key = tuple[object, ...]
_COUNTED: dict[Key, dict[str, RungCounts]] = {}
_MOST = 32
forgets(_COUNTED.clear)


def ladder_counts(read: Sequence[ReadRung], actor: Actor) -> dict[str, RungCounts]:
    """The counts of every rung, by its key, over what the actor may see.

    They come from this process's copy of the population; the same question of the same copy is
    answered from memory.
    """
    scope, today = visible(actor, VIEW), clock.today()
    held = population(POPULATION)
    key: Key = (held.at, today, tuple(one.rung for one in read), scope)
    if key not in _COUNTED:
        if len(_COUNTED) >= _MOST:
            _COUNTED.clear()
        _COUNTED[key] = _counted(read, held, scope, today)
    return _COUNTED[key]


def _counted(
    read: Sequence[ReadRung], held: Population, scope: Scope, today: date
) -> dict[str, RungCounts]:
    mine = within(scope)
    asked: dict[str, Condition] = {}
    for one in read:
        asked[f"{one.rung.key}.standing"] = All((*mine, one.standing))
        asked[f"{one.rung.key}.ready"] = All((*mine, one.ready))
        for at in range(len(one.clauses)):
            asked[f"{one.rung.key}.{at}"] = All((*mine, one.missing(at)))
    outcomes = evaluate_all(held, Programme.of(asked, today))
    return {
        one.rung.key: RungCounts(
            outcomes[f"{one.rung.key}.standing"].holds,
            outcomes[f"{one.rung.key}.ready"].holds,
            tuple(outcomes[f"{one.rung.key}.{at}"].holds for at in range(len(one.clauses))),
        )
        for one in read
    }


def within(scope: Scope) -> tuple[Condition, ...]:
    """Which enterprises a scope reaches, as `rights.enterprise_scope_q` says it; no clause where
    it reaches all."""
    if scope.everything or scope.co_units & departments():
        return ()
    known = schema()
    streets = [
        unit.pk
        for unit in units(level=Level.STREET, active=False)
        if scope.covers(path=unit.path, code=unit.pk)
    ]
    reached: list[Condition] = []
    if streets:
        reached.append(compare(known.by_key["street"], "in", *streets))
    if scope.co_units:
        reached.append(compare(known.by_key["community"], "in", *sorted(scope.co_units)))
    if scope.covers(code=service_unit()):
        reached.append(Not(compare(known.by_key["street"], "known")))
    return (AnyOf(tuple(reached)),)


@dataclass(frozen=True)
class Step:
    """An enterprise at a rung: how it stands, and in words what is missing or not known. "other":
    the rung is not for such as it is."""

    rung: ReadRung
    state: State
    words: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The rung's name in the language of the page."""
        return self.rung.rung.label(english=is_english())


def steps_of(row: Enterprise, read: Sequence[ReadRung]) -> list[Step]:
    """How an enterprise stands at every rung; no statement."""
    values = {fact.key: getattr(row, fact.column) for fact in FACTS}
    values |= {"code": row.code, "qualifications": row.qualifications}
    return [_step(one, values, clock.today()) for one in read]


def _step(one: ReadRung, values: Mapping[str, Any], today: date) -> Step:
    if explain(one.standing, values, today=today).verdict is True:
        return Step(one, "standing")
    for_such = explain(one.among, values, today=today).verdict
    if for_such is not True:
        return (
            Step(one, "unknown", (in_words(one.among),)) if for_such is None else Step(one, "other")
        )
    found = explain(one.requirements, values, today=today)
    kind = kind_of(found)
    if kind == "holds":
        return Step(one, "ready")
    inside = found.clauses if len(one.clauses) > 1 else (found,)
    verdict = None if kind == "unknown_only" else False
    open_ = (at for at, clause in enumerate(inside) if clause.verdict is verdict)
    words = tuple(clause_in_words(one, at) for at in open_)
    if kind == "unknown_only":
        return Step(one, "unknown", words)
    return Step(one, "near" if kind == "misses_one" else "far", words)


def clause_in_words(one: ReadRung, at: int) -> str:
    """A requirement of a rung as people say it: its short words, else the condition."""
    return one.rung.clause_name(at, english=is_english()) or in_words(one.clauses[at])


def in_words(condition: Condition) -> str:
    """A condition as people say it, with the names of industries and qualifications."""
    named = {"industry": industry_label, "qualifications": qualification_label}
    names = {
        (leaf.attribute.key, str(value)): named[leaf.attribute.key](str(value))
        for leaf in leaves(condition)
        if leaf.attribute.key in named
        for value in leaf.values
    }
    return describe(condition, names)
