"""Which cells of a table of sums are left out, so that no firm can be worked out. Pure.

A cell is sensitive by itself (primary suppression) where fewer than `threshold` contribute, or by
the p%-rule: where the second largest contributor could estimate the largest one's value to within
p percent, that is where total - largest - second < p% of the largest. Further cells are left out
(secondary suppression) so that totals do not give a sensitive one away: whoever knows all that is
shown finds each sensitive cell to lie anywhere from p% of its largest contributor below (never
below zero) to as much above.

A table with its totals is a network in which every cell is an arc and every sum keeps what flows
in and out of a node equal. A cell can be higher by d without changing anything shown exactly where
d can go round a cycle of suppressed arcs; so for every sensitive cell the cheapest cycles up and
down are looked for and suppressed (L. Cox, "Suppression methodology and statistical disclosure
control", JASA 75, 1980; J. Castro, "A shortest-paths heuristic for statistical data protection in
positive tables", 2007). A cycle is the proof of its cell: values that differ by d and agree with
all that is shown. The suppressed cells of one row or column are known as a sum; that sum must not
be sensitive either, or those in it could subtract themselves (A. Hundepool et al., "Statistical
Disclosure Control", Wiley 2012, chapter 4). The same goes for all suppressed cells together, which
whoever shows the largest cells and "the rest" tells as a sum.

The same cells are left out for all items of a table, so that one item does not give another away.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

#: Row and column; a total has the number of rows as its row, or of columns as its column.
Position = tuple[int, int]
#: One contributor's values, not negative, in the order of the items.
Contribution = tuple[Decimal, ...]
Node = tuple[str, int]
_ZERO = Decimal(0)
_SOURCE, _SINK = ("source", 0), ("sink", 0)
# Beyond so many suppressed cells nobody looks whether one of them could be shown after all.
_MOST_TO_MEND = 80


@dataclass(frozen=True)
class Rule:
    """From how many contributors on a cell is shown (at least 3), and p of the p%-rule.

    `least` is the smallest step of each item: how much at least stays open where all is zero.
    """

    threshold: int
    percent: Decimal
    least: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if self.threshold < 3:
            raise ValueError("a cell needs at least 3 contributors")
        if not _ZERO < self.percent <= 100:
            raise ValueError("p lies above 0 and at most at 100")

    def is_sensitive(self, given: Sequence[Contribution]) -> bool:
        """Whether a sum of these must not be shown; nobody's sum may."""
        if not given:
            return False
        if len(given) < self.threshold:
            return True
        return any(self._dominates(values) for values in zip(*given, strict=True))

    def _dominates(self, values: Iterable[Decimal]) -> bool:
        largest, *rest = sorted(values, reverse=True)
        return sum(rest[1:], _ZERO) < self.percent / 100 * largest

    def protection(self, given: Sequence[Contribution]) -> Contribution:
        """How far from its true value a sensitive cell must be able to lie, by item."""
        largest = (max(values) for values in zip(*given, strict=True))
        return tuple(
            max(self.percent / 100 * most, least)
            for most, least in zip(largest, self.least, strict=True)
        )


@dataclass(frozen=True)
class Table:
    """Contributions by cell; without columns (0) the rows alone, at the column 0.

    `inner` has no totals: they follow.
    """

    rows: int
    columns: int
    inner: Mapping[Position, Sequence[Contribution]]

    @cached_property
    def cells(self) -> dict[Position, list[Contribution]]:
        """All that somebody contributes to, with the totals."""
        found: dict[Position, list[Contribution]] = {}
        for (row, column), given in sorted(self.inner.items()):
            places = {(row, column), (row, self.columns), (self.rows, column),
                      (self.rows, self.columns)}  # fmt: skip
            for place in places if given else ():
                found.setdefault(place, []).extend(given)
        return found

    @cached_property
    def sums(self) -> dict[Position, Contribution]:
        """Totals by cell and item."""
        return {
            place: tuple(sum(values, _ZERO) for values in zip(*given, strict=True))
            for place, given in self.cells.items()
        }

    def arc(self, place: Position) -> tuple[Node, Node]:
        """The nodes between which the cell's value flows."""
        row, column = place
        if place == (self.rows, self.columns):
            return _SINK, _SOURCE
        tail = ("row", row) if row < self.rows and self.columns else _SOURCE
        head = ("column", column) if column < self.columns else _SINK
        if self.columns and column == self.columns:
            return _SOURCE, ("row", row)
        if self.columns and row == self.rows:
            return ("column", column), _SINK
        return tail, head

    def lines(self) -> Iterator[tuple[list[Position], Position]]:
        """The parts and the total of every sum in the table, those that somebody contributes to;
        the last is that of all inner cells."""
        rows, columns = self.rows, self.columns
        every_row, every_column = range(rows + 1), range(columns + 1)
        if columns:
            for row in every_row:
                yield self._known((row, at) for at in range(columns)), (row, columns)
        for column in every_column:
            yield self._known((at, column) for at in range(rows)), (rows, column)
        if columns:
            inner = ((row, at) for row in range(rows) for at in range(columns))
            yield self._known(inner), (rows, columns)

    def _known(self, places: Iterable[Position]) -> list[Position]:
        return [place for place in places if place in self.cells]


@dataclass(frozen=True)
class Pattern:
    """What is not shown: `primary` by themselves, `secondary` to protect those."""

    primary: frozenset[Position]
    secondary: frozenset[Position]

    @property
    def hidden(self) -> frozenset[Position]:
        """Both."""
        return self.primary | self.secondary


def suppress(table: Table, rule: Rule) -> Pattern:
    """The cells that are left out. There is always an answer: at worst it is everything."""
    primary = frozenset(place for place, given in table.cells.items() if rule.is_sensitive(given))
    work = _Work(table, rule, set(primary), set(primary))
    work.protect_all()
    work.mend(primary)
    return Pattern(primary, frozenset(work.hidden - primary))


@dataclass
class _Work:
    table: Table
    rule: Rule
    hidden: set[Position]
    #: Cells that must be protected: the sensitive ones, and those hidden for a line's sake.
    targets: set[Position]
    costs: dict[Position, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        grand = (self.table.rows, self.table.columns)
        most = self.table.sums.get(grand, (Decimal(1),))
        for place, values in self.table.sums.items():
            share = sum(
                float(value / whole) for value, whole in zip(values, most, strict=True) if whole
            )
            inner = place[0] < self.table.rows and (
                place[1] < self.table.columns or not self.table.columns
            )
            self.costs[place] = 1000.0 if place == grand else (1 if inner else 5) + 10 * share

    def protect_all(self) -> None:
        """Suppress until every target is protected and no line gives a sensitive sum away."""
        done: set[Position] = set()
        while True:
            order = sorted(self.targets - done, key=lambda one: (-self.costs[one], one))
            for place in order:
                self._protect(place)
            done |= self.targets
            more = self._unsafe_line()
            if more is None:
                return
            self.hidden.add(more)
            self.targets.add(more)

    def _protect(self, place: Position) -> None:
        up, down = self._room(place)
        self.hidden |= set(self._cycle(place, up, forward=True, among=None) or ())
        self.hidden |= set(self._cycle(place, down, forward=False, among=None) or ())

    def _room(self, place: Position) -> tuple[Contribution, Contribution]:
        up = self.rule.protection(self.table.cells[place])
        down = tuple(map(min, up, self.table.sums[place]))
        return up, down

    def _unsafe_line(self) -> Position | None:
        """A further cell of a line whose suppressed cells are sensitive as a sum; None if none."""
        for parts, total in self.table.lines():
            if total in self.hidden or not self._gives_away(parts):
                continue
            left = [place for place in parts if place not in self.hidden]
            return min(left, key=lambda one: (self.costs[one], one)) if left else total
        return None

    def _gives_away(self, parts: Sequence[Position]) -> bool:
        given = [one for place in parts if place in self.hidden for one in self.table.cells[place]]
        return self.rule.is_sensitive(given)

    def _cycle(
        self,
        place: Position,
        amount: Contribution,
        *,
        forward: bool,
        among: set[Position] | None,
    ) -> list[Position] | None:
        """The cheapest cells round which `amount` can go so that `place` has more (`forward`) or
        less; `among` are the only ones to use, None for all. None where there is none."""
        tail, head = self.table.arc(place)
        start, goal = (head, tail) if forward else (tail, head)
        steps = self._steps(place, amount, among)
        best: dict[Node, float] = {start: 0.0}
        came: dict[Node, tuple[Node, Position]] = {}
        queue = [(0.0, start)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == goal:
                return _path(came, start, goal)
            if cost > best[node]:
                continue
            for there, price, used in steps.get(node, ()):
                if cost + price < best.get(there, float("inf")):
                    best[there] = cost + price
                    came[there] = (node, used)
                    heapq.heappush(queue, (cost + price, there))
        return None

    def _steps(
        self, place: Position, amount: Contribution, among: set[Position] | None
    ) -> dict[Node, list[tuple[Node, float, Position]]]:
        found: dict[Node, list[tuple[Node, float, Position]]] = {}
        for other, values in self.table.sums.items():
            if other == place or (among is not None and other not in among):
                continue
            price = 0.0 if other in self.hidden else self.costs[other]
            tail, head = self.table.arc(other)
            found.setdefault(tail, []).append((head, price, other))
            if all(value >= less for value, less in zip(values, amount, strict=True)):
                found.setdefault(head, []).append((tail, price, other))
        return found

    def mend(self, primary: frozenset[Position]) -> None:
        """Show again what need not be suppressed, the dearest first."""
        if len(self.hidden) > _MOST_TO_MEND:
            return
        for place in sorted(self.hidden - primary, key=lambda one: (-self.costs[one], one)):
            kept = set(self.hidden)
            self.hidden.discard(place)
            if not self._holds():
                self.hidden = kept

    def _holds(self) -> bool:
        safe = all(
            total in self.hidden or not self._gives_away(parts)
            for parts, total in self.table.lines()
        )
        return safe and all(self._is_protected(place) for place in sorted(self.hidden))

    def _is_protected(self, place: Position) -> bool:
        up, down = self._room(place)
        return (
            self._cycle(place, up, forward=True, among=self.hidden) is not None
            and self._cycle(place, down, forward=False, among=self.hidden) is not None
        )


def _path(came: Mapping[Node, tuple[Node, Position]], start: Node, goal: Node) -> list[Position]:
    found: list[Position] = []
    node = goal
    while node != start:
        node, place = came[node]
        found.append(place)
    return found
