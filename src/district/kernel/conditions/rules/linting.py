"""What can be proven of a condition without looking at a row, and of two of them.

A search through the alternatives of the condition (its disjunctive form, never written out),
holding for every attribute the region of its values: where each ends in an empty region, no row
can be meant. What is reported is proven. What would take more steps than `MAX_STEPS`, or hangs on
texts and chains of which too little is told, is not reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from district.kernel.conditions.rules.normal import by_instants, resolve
from district.kernel.conditions.rules.regions import Chains, Region, whole_region
from district.kernel.conditions.rules.tree import All, AnyOf, Compare, Condition, Not

#: In one call, however many proofs it tries.
MAX_STEPS = 20_000

# What is asked of a condition: its verdict is this.
_Asked = Literal["true", "false", "not_true", "not_false"]
_OPPOSITE: dict[_Asked, _Asked] = {
    "true": "false", "false": "true", "not_true": "not_false", "not_false": "not_true",
}  # fmt: skip
_Goal = tuple[Condition, _Asked]

FindingKind = Literal["contradictory", "always", "never_fails", "implied", "dead"]


@dataclass(frozen=True)
class Finding:
    """Something proven of a condition.

    - "contradictory": no row can hold; `because` are top-level clauses that exclude each other.
    - "always": every row holds, whatever is known of it.
    - "never_fails": it holds wherever its data are known, so it asks for data only.
    - "implied": top-level clause `clause` holds wherever those of `because` do: it adds nothing.
    - "dead": alternative `alternative` of top-level clause `clause` can never hold beside the
      clauses of `because`.

    Clauses are numbered from 0 as the condition's author wrote them: those of an `All`, else the
    condition itself.
    """

    kind: FindingKind
    clause: int | None = None
    alternative: int | None = None
    because: tuple[int, ...] = ()


Relation = Literal["equal", "narrower", "wider", "apart", "other"]


def top_clauses(condition: Condition) -> tuple[Condition, ...]:
    """The clauses that an author counts: those of an `All`, else the condition itself."""
    return condition.clauses if isinstance(condition, All) else (condition,)


def lint(
    condition: Condition, *, today: date | None = None, chains: Chains | None = None
) -> tuple[Finding, ...]:
    """What is proven of `condition` on the day `today`.

    `chains` tell the hierarchy of attributes whose codes are chains; without them two different
    codes may lie below each other. Raises ValueError when a relative date meets no `today`.
    """
    known = _Prover(chains or {})
    clauses = [by_instants(resolve(clause, today)) for clause in top_clauses(condition)]
    if known.never([(clause, "true") for clause in clauses]):
        numbers = range(len(clauses))
        because = _smallest(numbers, lambda some: known.never([(clauses[n], "true") for n in some]))
        return (Finding("contradictory", because=because),)
    whole = All(tuple(clauses))
    if known.never([(whole, "not_true")]):
        return (Finding("always"),)
    found = [Finding("never_fails")] if known.never([(whole, "false")]) else []
    return (*found, *_superfluous(clauses, known), *_dead(clauses, known))


def relation(
    one: Condition,
    other: Condition,
    *,
    today: date | None = None,
    chains: Chains | None = None,
) -> Relation:
    """How the rows of `one` lie to those of `other`, as far as it can be proven.

    "equal": the same rows hold; "narrower": whoever holds `one` holds `other`; "wider": the
    other way; "apart": no row holds both; "other": none of these, or not proven.
    """
    known = _Prover(chains or {})
    a, b = (by_instants(resolve(c, today)) for c in (one, other))
    inside = known.never([(a, "true"), (b, "not_true")])
    around = known.never([(b, "true"), (a, "not_true")])
    if inside and around:
        return "equal"
    if inside or around:
        return "narrower" if inside else "wider"
    return "apart" if known.never([(a, "true"), (b, "true")]) else "other"


def _superfluous(clauses: Sequence[Condition], known: _Prover) -> Iterable[Finding]:
    left = list(range(len(clauses)))
    for at in reversed(range(len(clauses))):  # of two that say the same the later one goes
        others = [n for n in left if n != at]

        def proves(some: Sequence[int], at: int = at) -> bool:
            goals: list[_Goal] = [(clauses[n], "true") for n in some]
            return known.never([*goals, (clauses[at], "not_true")])

        if others and proves(others):
            left = others
            yield Finding("implied", clause=at, because=_smallest(others, proves))


def _dead(clauses: Sequence[Condition], known: _Prover) -> Iterable[Finding]:
    for at, clause in enumerate(clauses):
        if not isinstance(clause, AnyOf) or len(clause.clauses) < 2:
            continue
        others = [n for n in range(len(clauses)) if n != at]
        for number, part in enumerate(clause.clauses):

            def proves(some: Sequence[int], part: Condition = part) -> bool:
                return known.never([(part, "true"), *((clauses[n], "true") for n in some)])

            if proves(others):
                yield Finding("dead", at, number, _smallest(others, proves))


def _smallest(numbers: Iterable[int], proves: Callable[[Sequence[int]], bool]) -> tuple[int, ...]:
    """Of numbers that prove something those without which it would not be proven."""
    kept = list(numbers)
    for number in list(kept):
        without = [n for n in kept if n != number]
        if proves(without):
            kept = without
    return tuple(kept)


@dataclass(frozen=True)
class _Place:
    """What one attribute may still be: unknown, and a known value of the region (None: none)."""

    unknown: bool
    region: Region | None


class _GaveUp(Exception):
    """The search took too many steps."""


class _Prover:
    """Searches for a row on which conditions have the verdicts asked for."""

    def __init__(self, chains: Chains) -> None:
        self.chains, self.steps = chains, 0

    def never(self, goals: Sequence[_Goal]) -> bool:
        """Whether it is proven that no row has all these verdicts."""
        try:
            return not self._possible(list(goals), [], {})
        except _GaveUp:
            return False

    def _possible(
        self, goals: list[_Goal], choices: list[list[_Goal]], places: dict[str, _Place]
    ) -> bool:
        places, choices = dict(places), list(choices)
        while goals:
            condition, asked = goals.pop()
            if isinstance(condition, Compare):
                if not self._laid(condition, asked, places):
                    return False
            elif isinstance(condition, Not):
                goals.append((condition.clause, _OPPOSITE[asked]))
            else:
                parts: list[_Goal] = [(clause, asked) for clause in condition.clauses]
                # All is true, and AnyOf false, only where each of their clauses is.
                each = isinstance(condition, All) == (asked in ("true", "not_false"))
                if each:
                    goals.extend(parts)
                else:
                    choices.append(parts)
        if not choices:
            return True
        choices.sort(key=len, reverse=True)
        for goal in choices.pop():
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise _GaveUp
            if self._possible([goal], choices, places):
                return True
        return False

    def _laid(self, leaf: Compare, asked: _Asked, places: dict[str, _Place]) -> bool:
        """Lay a comparison upon its attribute; False when nothing is left."""
        attribute = leaf.attribute
        here = places.get(attribute.key) or _Place(True, whole_region(attribute, self.chains))
        holds = asked in ("true", "not_false")
        if leaf.operator == "known":
            here = _Place(False, here.region) if holds else _Place(here.unknown, None)
        else:
            region = here.region and here.region.with_test(leaf, holds)
            here = _Place(here.unknown and asked in ("not_true", "not_false"), region)
        places[attribute.key] = here
        return here.unknown or here.region is not None
