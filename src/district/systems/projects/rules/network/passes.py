"""Earliest and latest dates of every item of many projects at once, and what is critical.

The method is that of precedence diagrams (finish-to-start, start-to-start and finish-to-finish
links with lags; Kelley and Walker 1959 for the two passes), over the two events of every item: its
acceptance S and its approval F. What has happened is fixed; nothing that has not lies in the past.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from district.systems.projects.rules.network.template import Link, Template

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: States of an item: waits, runs (its clock stands still or not), approved, not needed.
WAITING, RUNNING, DONE, WAIVED = 0, 1, 2, 3
#: Slack of what is over: no delay of it matters any more.
NEVER = 10_000_000


@dataclass(frozen=True)
class State:
    """How the items of P projects of one template stand; arrays are P x items, in its order.

    `accepted` and `approved` are numbers of days where they happened. `stood`: working days for
    which the clock of a running item has stood still. `early`, `tolerated`: early intervention or
    tolerance is used. `now` is the number of today.
    """

    state: Ints
    accepted: Ints
    approved: Ints
    stood: Ints
    early: Bools
    tolerated: Bools
    now: int

    @classmethod
    def fresh(cls, projects: int, template: Template, now: int) -> State:
        """Nothing has happened yet."""
        shape = (projects, len(template.items))
        state, accepted, approved, stood = (np.zeros(shape, dtype=np.int64) for _ in range(4))
        early, tolerated = (np.zeros(shape, dtype=np.bool_) for _ in range(2))
        return cls(state, accepted, approved, stood, early, tolerated, now)

    def of(self, rows: Ints) -> State:
        """The state of some of the projects."""
        return State(
            self.state[rows], self.accepted[rows], self.approved[rows], self.stood[rows],
            self.early[rows], self.tolerated[rows], self.now,
        )  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """What came out, P x items: earliest acceptance and approval, slack in working days (how much
    longer an item may take before construction starts later; NEVER for what is over). `start` (P)
    is the earliest start of construction."""

    earliest_start: Ints
    earliest_finish: Ints
    slack: Ints
    start: Ints

    @property
    def critical(self) -> Bools:
        """Which items the start of construction hangs on."""
        found: Bools = self.slack == 0
        return found


def in_force(link: Link, early: Bools, tolerated: Bools) -> tuple[Bools, Bools]:
    """Where (P) a link lets its item in early or is tolerated: the first says so of early
    intervention, the second of tolerance. Elsewhere it is an ordinary prerequisite."""
    nowhere = np.zeros_like(early)
    if link.kind == "early":
        return early, nowhere
    if link.kind == "tolerate":
        return nowhere, tolerated
    return nowhere, nowhere


def schedule(template: Template, given: State, terms: Ints | None = None) -> Schedule:
    """Both passes. `terms` (items) are working days; without them the promised ones."""
    if terms is None:
        terms = np.array([item.promised for item in template.items], dtype=np.int64)
    starts, bases, finishes = _forward(template, given, terms)
    at = template.places[template.start]
    slack = _backward(template, given, starts, bases, finishes[at])
    return Schedule(
        np.stack(starts, axis=1),
        np.stack(finishes, axis=1),
        np.stack(slack, axis=1),
        finishes[at],
    )


def _forward(
    template: Template, given: State, terms: Ints
) -> tuple[list[Ints], list[Ints], list[Ints]]:
    """Acceptance, approval by the item's own term alone, and approval of every item (each P)."""
    starts: list[Ints] = []
    bases: list[Ints] = []
    finishes: list[Ints] = []
    for j, item in enumerate(template.items):
        state = given.state[:, j]
        floor = np.full(len(state), given.now, dtype=np.int64)
        least = np.full(len(state), -NEVER, dtype=np.int64)
        passed = np.full(len(state), -NEVER, dtype=np.int64)
        for link in item.links:
            i = template.places[link.item]
            after = finishes[i] + item.prepare
            if link.kind == "early":
                early = given.early[:, j]
                after = np.where(early, starts[i] + link.lag, after)
                least = np.maximum(least, np.where(early, finishes[i] + link.rest, -NEVER))
            elif link.kind == "tolerate":
                tolerated = given.tolerated[:, j]
                after = np.where(tolerated, -NEVER, after)
                least = np.maximum(least, np.where(tolerated, finishes[i], -NEVER))
            floor = np.maximum(floor, after)
            passed = np.maximum(passed, finishes[i])
        passed = np.where(passed == -NEVER, given.now, passed)
        begun = (state == RUNNING) | (state == DONE)
        start = np.where(begun, given.accepted[:, j], np.where(state == WAIVED, passed, floor))
        base = start + terms[j]
        base = np.where(state == RUNNING, np.maximum(base + given.stood[:, j], given.now + 1), base)
        base = np.where(state == WAIVED, passed, base)
        finish = np.maximum(base, least)
        finish = np.where(state == DONE, given.approved[:, j], finish)
        finish = np.where(state == WAIVED, passed, finish)
        starts.append(start)
        bases.append(base)
        finishes.append(finish)
    return starts, bases, finishes


def _backward(
    template: Template, given: State, starts: list[Ints], bases: list[Ints], end: Ints
) -> list[Ints]:
    """The slack of every item (each P)."""
    far = np.full(len(end), NEVER, dtype=np.int64)
    late_finish = [far.copy() for _ in template.items]
    late_start = [far.copy() for _ in template.items]
    late_finish[template.places[template.start]] = end.copy()
    for j in range(len(template.items) - 1, -1, -1):
        item, state = template.items[j], given.state[:, j]
        waits, waived = state == WAITING, state == WAIVED
        open_ = waits | (state == RUNNING)
        latest = np.minimum(late_start[j], late_finish[j] - (bases[j] - starts[j]))
        # An item that is not needed lets through: both of its events are one.
        through = np.where(waived, np.minimum(late_finish[j], late_start[j]), NEVER)
        for link in item.links:
            i = template.places[link.item]
            if link.kind == "after":
                bound = np.where(waits, latest - item.prepare, through)
                late_finish[i] = np.minimum(late_finish[i], bound)
                continue
            early, tolerated = in_force(link, given.early[:, j], given.tolerated[:, j])
            bound = np.where(waits & ~early & ~tolerated, latest - item.prepare, NEVER)
            bound = np.where(waived, through, bound)
            led = open_ & (early | tolerated)
            bound = np.where(led, late_finish[j] - link.rest * early, bound)
            late_finish[i] = np.minimum(late_finish[i], bound)
            if link.kind == "early":
                bound = np.where(waits & early, latest - link.lag, NEVER)
                late_start[i] = np.minimum(late_start[i], bound)
    slack = []
    for j in range(len(template.items)):
        counts = (given.state[:, j] == WAITING) | (given.state[:, j] == RUNNING)
        # What nothing bounds lies near NEVER, less the terms on the way.
        counts &= late_finish[j] < NEVER // 2
        slack.append(np.where(counts, late_finish[j] - bases[j], NEVER))
    return slack
