"""What the wishes make of each number: the least it may be, and whether it is settled. Pure.

Seven kinds of numbers can be set: the whole by period or quarter (`periods`, `quarters`), the year
of a member of either dimension (`primary`, `secondary`) or of both (`pairs`), and a period of a
primary member (`rows`) or of a pair (`cells`). What the parts of a number need at least, it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from district.systems.economy.rules.decomposition.tables import Flags, Ints
from district.systems.economy.rules.decomposition.wishes import (
    ALL,
    Conflict,
    InfeasibleError,
    Node,
    Wish,
)

Span = tuple[int, int]


@dataclass(frozen=True)
class Frame:
    """The periods of the year, first and last month of each, and the members of both dimensions.

    A dimension that a series has not has the one member ALL; of one alone it is the second.
    """

    periods: tuple[Span, ...]
    primary: tuple[str, ...] = (ALL,)
    secondary: tuple[str, ...] = (ALL,)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Primary members, secondary members, periods."""
        return len(self.primary), len(self.secondary), len(self.periods)

    def has(self, node: Node) -> bool:
        """Whether a number of this node can be set; the whole year's total is the target itself."""
        known = node.primary in (ALL, *self.primary) and node.secondary in (ALL, *self.secondary)
        span = (node.first, node.last)
        whole = node.primary == ALL and node.secondary == ALL
        if node.is_year:
            return known and not whole
        if span in self.periods:
            return known and (whole or node.primary != ALL)
        return whole and span in self.quarters()

    def quarters(self) -> dict[Span, tuple[int, ...]]:
        """The periods of each quarter; empty where a period does not lie within one."""
        if any((first - 1) // 3 != (last - 1) // 3 for first, last in self.periods):
            return {}
        found: dict[Span, list[int]] = {}
        for at, (first, _last) in enumerate(self.periods):
            begin = (first - 1) // 3 * 3 + 1
            found.setdefault((begin, begin + 2), []).append(at)
        return {key: tuple(at) for key, at in found.items() if len(at) > 1}


@dataclass
class Level:
    """The numbers of one kind: the least value of each, and which are settled at it."""

    least: Ints
    fixed: Flags

    @classmethod
    def empty(cls, *shape: int) -> Level:
        """Nothing wished."""
        return cls(np.zeros(shape, np.int64), np.zeros(shape, np.bool_))


@dataclass
class Bounds:
    """All numbers by kind, with what their parts need worked in; `wished` are the nodes set."""

    frame: Frame
    periods: Level
    quarters: dict[Span, tuple[int, bool]]
    primary: Level
    secondary: Level
    pairs: Level
    rows: Level
    cells: Level
    wished: frozenset[Node] = frozenset()
    conflicts: list[Conflict] = field(default_factory=list)

    def node(self, period: int | None, primary: int | None, secondary: int | None) -> Node:
        """The node of these places; None is the whole."""
        frame = self.frame
        first, last = (1, 12) if period is None else frame.periods[period]
        return Node(
            first,
            last,
            ALL if primary is None else frame.primary[primary],
            ALL if secondary is None else frame.secondary[secondary],
        )

    def standing_in(self, node: Node) -> tuple[Node, ...]:
        """The wishes on parts of a node."""
        return tuple(
            one
            for one in sorted(self.wished, key=lambda n: (n.first, n.last, n.primary, n.secondary))
            if one != node
            and node.first <= one.first
            and one.last <= node.last
            and node.primary in (ALL, one.primary)
            and node.secondary in (ALL, one.secondary)
        )


def bounds_of(frame: Frame, wishes: Sequence[Wish]) -> Bounds:
    """Work the wishes in, from the parts to the wholes.

    Raises ValueError on a wish that no number of the frame has, InfeasibleError where a number is
    set below what its own parts need.
    """
    height, width, length = frame.shape
    found = Bounds(
        frame,
        Level.empty(length),
        {},
        Level.empty(height),
        Level.empty(width),
        Level.empty(height, width),
        Level.empty(height, length),
        Level.empty(height, width, length),
        frozenset(wish.node for wish in wishes),
    )
    for wish in wishes:
        _place(found, wish)
    _raise_lows(found)
    if found.conflicts:
        raise InfeasibleError(found.conflicts)
    return found


def _place(found: Bounds, wish: Wish) -> None:
    frame, node = found.frame, wish.node
    i = _at(frame.primary, node.primary)
    k = _at(frame.secondary, node.secondary)
    if node.is_year:
        level, at = _yearly(found, i, k)
    elif (node.first, node.last) in frame.periods:
        level, at = _of_period(found, i, k, frame.periods.index((node.first, node.last)))
    elif (node.first, node.last) in frame.quarters() and i is None and k is None:
        found.quarters[node.first, node.last] = (wish.value, wish.kind == "fixed")
        return
    else:
        raise ValueError(f"no such number: {node}")
    level.least[at] = wish.value
    level.fixed[at] = wish.kind == "fixed"


def _at(members: tuple[str, ...], member: str) -> int | None:
    """The place of a member; None for the whole of a dimension."""
    return None if member == ALL else members.index(member)


def _yearly(found: Bounds, i: int | None, k: int | None) -> tuple[Level, tuple[int, ...]]:
    if i is not None:
        return (found.primary, (i,)) if k is None else (found.pairs, (i, k))
    if k is not None:
        return found.secondary, (k,)
    raise ValueError("the whole year's total is the target itself")


def _of_period(
    found: Bounds, i: int | None, k: int | None, period: int
) -> tuple[Level, tuple[int, ...]]:
    if i is not None:
        return (found.rows, (i, period)) if k is None else (found.cells, (i, k, period))
    if k is not None:
        raise ValueError("a period of a member of the second dimension alone cannot be set")
    return found.periods, (period,)


def _raise_lows(found: Bounds) -> None:
    """What parts need, their whole needs; a whole that is settled lower is a conflict."""
    cells = found.cells.least
    _raise(found, found.rows, cells.sum(axis=1), lambda i, p: found.node(p, i, None))
    _raise(found, found.pairs, cells.sum(axis=2), lambda i, k: found.node(None, i, k))
    _raise(found, found.periods, found.rows.least.sum(axis=0), lambda p: found.node(p, None, None))
    need = np.maximum(found.pairs.least.sum(axis=1), found.rows.least.sum(axis=1))
    _raise(found, found.primary, need, lambda i: found.node(None, i, None))
    need = found.pairs.least.sum(axis=0)
    _raise(found, found.secondary, need, lambda k: found.node(None, None, k))
    for span, (value, fixed) in list(found.quarters.items()):
        parts = found.frame.quarters()[span]
        need_here = int(found.periods.least[list(parts)].sum())
        settled = bool(found.periods.fixed[list(parts)].all())
        if (fixed and value < need_here) or (settled and fixed and value != need_here):
            _conflict(found, Node(*span), value, need_here)
        found.quarters[span] = (max(value, need_here), fixed)


def _raise(found: Bounds, level: Level, need: Ints, node: object) -> None:
    short = level.fixed & (need > level.least)
    for at in np.argwhere(short):
        place = tuple(int(one) for one in at)
        _conflict(found, node(*place), int(level.least[place]), int(need[place]))  # type: ignore[operator]  # a function of as many places as the level has
    np.maximum(level.least, need, out=level.least)


def _conflict(found: Bounds, node: Node, have: int, need: int) -> None:
    found.conflicts.append(Conflict(node, found.standing_in(node), have, need))
