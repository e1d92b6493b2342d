"""What the verdicts of a condition's clauses say of a row, in four kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from district.kernel.conditions.public import All, Condition, Explanation

Kind = Literal["holds", "misses_one", "unknown_only", "fails"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Tally:
    """How many of a population a condition is what to; every entity is in exactly one.

    - `holds`: every clause is true.
    - `misses_one`: exactly one clause is false and all others are true.
    - `unknown_only`: none is false and at least one is unknown.
    - `fails`: the others: two or more are false, or one is and another is unknown.
    """

    holds: int
    misses_one: int
    unknown_only: int
    fails: int


def clauses_of(condition: Condition) -> tuple[Condition, ...]:
    """The top-level clauses: those of an `All` as its author wrote it, else the condition."""
    return condition.clauses if isinstance(condition, All) else (condition,)


def _explained_clauses(explanation: Explanation) -> tuple[Explanation, ...]:
    if isinstance(explanation.condition, All):
        return explanation.clauses
    return (explanation,)


def missed_clauses(explanation: Explanation) -> tuple[Explanation, ...]:
    """The top-level clauses that are false on the row."""
    return tuple(one for one in _explained_clauses(explanation) if one.verdict is False)


def kind_of(explanation: Explanation) -> Kind:
    """Which of the four kinds the explained row is; the same as the bitmaps say."""
    verdicts = [one.verdict for one in _explained_clauses(explanation)]
    false, unknown = verdicts.count(False), verdicts.count(None)
    if not false:
        return "unknown_only" if unknown else "holds"
    return "misses_one" if false == 1 and not unknown else "fails"
