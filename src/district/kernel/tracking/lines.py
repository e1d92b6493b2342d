"""Lines: answers of named people that something waits for. A line that nobody answers rises by the
minute, step by step: `deputy` rings whoever answers for its unit, `head` the unit's heads, `above`
those who answer for a unit above.

The rows are their parts' own; they have a `step` and a `due_at` at which they rise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from district.kernel.base import clock
from district.kernel.organisation.public import Unit, heads_of
from district.kernel.tracking.services.lights import refresh_subjects


@dataclass(frozen=True)
class Climb:
    """How far a line has risen, by which of the steps, and whom that rings; nobody: it was the
    last."""

    step: int
    at: int
    members: tuple[UUID, ...] = ()


def climb(step: int, steps: Sequence[str], find: Callable[[str], Sequence[UUID]]) -> Climb:
    """The next of `steps` after `step` that finds somebody; the last one is taken again and again.

    `find` says whom a step rings. Pure but for it.
    """
    while steps:
        at = min(step, len(steps) - 1)
        step += 1
        members = find(steps[at])
        if members:
            return Climb(step, at, tuple(members))
        if step >= len(steps):
            break
    return Climb(step, max(len(steps) - 1, 0))


def next_to_ring(
    to: str, unit: Unit, known: Iterable[UUID], answering: Callable[[str], Sequence[UUID]]
) -> list[UUID]:
    """Whom a step rings besides those known; `answering` says who answers for a unit now.

    `above` goes up to the first unit in which there is somebody, its heads where nobody answers;
    nobody at the top is nobody.
    """
    rung = set(known)
    if to == "deputy":
        return _fresh(answering(unit.pk), rung)
    if to == "head":
        return _fresh(heads_of(unit.pk), rung)
    above = unit.parent
    while above is not None:
        found = _fresh(answering(above.pk), rung) or _fresh(heads_of(above.pk), rung)
        if found:
            return found
        above = above.parent
    return []


def _fresh(members: Iterable[UUID], rung: set[UUID]) -> list[UUID]:
    return [one for one in dict.fromkeys(members) if one not in rung]


def rise_waiting(waiting: QuerySet[Any], subject_type: str, rise: Callable[[UUID], bool]) -> int:
    """Let every line of `waiting` rise whose time is over, then turn the lights of those that
    still wait; how many rose.

    `rise` takes one line's step in a transaction of its own, and looks again whether it is due.
    """
    due = waiting.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    risen = sum(rise(key) for key in due.values_list("pk", flat=True))
    refresh_subjects(subject_type, [str(key) for key in waiting.values_list("pk", flat=True)])
    return risen
