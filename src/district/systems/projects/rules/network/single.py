"""Both passes over one project alone, in plain numbers: what `passes.schedule` says of many.

Arrays of one row cost more than what is computed on them. The tests hold the two to be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from district.systems.projects.rules.network.passes import (
    DONE,
    NEVER,
    RUNNING,
    WAITING,
    WAIVED,
    Ints,
    Schedule,
    State,
)
from district.systems.projects.rules.network.template import Link, Template


@dataclass(frozen=True)
class _One:
    """The state of one project: an entry for every item, in the order of the template."""

    state: list[int]
    accepted: list[int]
    approved: list[int]
    stood: list[int]
    early: list[bool]
    tolerated: list[bool]
    now: int


def schedule_one(template: Template, given: State, terms: Ints | None = None) -> Schedule:
    """As `passes.schedule` for a state of one project; ValueError for more or less."""
    if len(given.state) != 1:
        raise ValueError("one project alone")
    listed: list[Any] = [
        array[0].tolist()
        for array in (
            given.state, given.accepted, given.approved, given.stood, given.early, given.tolerated,
        )
    ]  # fmt: skip
    state, accepted, approved, stood, early, tolerated = listed
    one = _One(state, accepted, approved, stood, early, tolerated, given.now)
    promised = [item.promised for item in template.items] if terms is None else terms.tolist()
    starts, bases, finishes = _forward(template, one, promised)
    end = finishes[template.places[template.start]]
    slack = _backward(template, one, starts, bases, end)
    earliest_start, earliest_finish, slacks = (
        np.array([values], dtype=np.int64) for values in (starts, finishes, slack)
    )
    return Schedule(earliest_start, earliest_finish, slacks, np.array([end], dtype=np.int64))


def _uses(link: Link, one: _One, j: int) -> tuple[bool, bool]:
    """Whether a link lets its item in early, or is tolerated; see `passes.in_force`."""
    return link.kind == "early" and one.early[j], link.kind == "tolerate" and one.tolerated[j]


def _forward(
    template: Template, one: _One, terms: list[int]
) -> tuple[list[int], list[int], list[int]]:
    starts: list[int] = []
    bases: list[int] = []
    finishes: list[int] = []
    for j, item in enumerate(template.items):
        floor, least, passed = one.now, -NEVER, -NEVER
        for link in item.links:
            i = template.places[link.item]
            early, tolerated = _uses(link, one, j)
            if early:
                floor = max(floor, starts[i] + link.lag)
                least = max(least, finishes[i] + link.rest)
            elif tolerated:
                least = max(least, finishes[i])
            else:
                floor = max(floor, finishes[i] + item.prepare)
            passed = max(passed, finishes[i])
        start, base, finish = _one_item(one, j, terms[j], floor, least, passed)
        starts.append(start)
        bases.append(base)
        finishes.append(finish)
    return starts, bases, finishes


def _one_item(
    one: _One, j: int, term: int, floor: int, least: int, passed: int
) -> tuple[int, int, int]:
    """Acceptance, approval by its own term alone, and approval of an item."""
    state = one.state[j]
    if state == WAIVED:
        through = one.now if passed == -NEVER else passed
        return through, through, through
    start = one.accepted[j] if state in (RUNNING, DONE) else floor
    base = start + term
    if state == RUNNING:
        base = max(base + one.stood[j], one.now + 1)
    return start, base, one.approved[j] if state == DONE else max(base, least)


def _backward(
    template: Template, one: _One, starts: list[int], bases: list[int], end: int
) -> list[int]:
    late_finish, late_start = [NEVER] * len(starts), [NEVER] * len(starts)
    late_finish[template.places[template.start]] = end
    for j in range(len(starts) - 1, -1, -1):
        item, state = template.items[j], one.state[j]
        latest = min(late_start[j], late_finish[j] - (bases[j] - starts[j]))
        for link in item.links:
            i = template.places[link.item]
            early, tolerated = _uses(link, one, j)
            if state == WAIVED:
                # An item that is not needed lets through: both of its events are one.
                bound = min(late_finish[j], late_start[j])
            elif state not in (WAITING, RUNNING):
                continue
            elif early or tolerated:
                bound = late_finish[j] - (link.rest if early else 0)
                if early and state == WAITING:
                    late_start[i] = min(late_start[i], latest - link.lag)
            elif state == WAITING:
                bound = latest - item.prepare
            else:
                continue
            late_finish[i] = min(late_finish[i], bound)
    # What nothing bounds lies near NEVER, less the terms on the way.
    return [
        late_finish[j] - bases[j]
        if one.state[j] in (WAITING, RUNNING) and late_finish[j] < NEVER // 2
        else NEVER
        for j in range(len(starts))
    ]
