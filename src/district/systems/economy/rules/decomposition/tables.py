"""Tables whose rows and columns add up to given margins: proportional fitting with floors. Pure.

Iterative proportional fitting (Deming and Stephan 1940) finds, of all tables with the margins, the
one nearest to the seed by relative entropy: seed x row factor x column factor. With floors the
nearest one is max(floor, seed x row factor x column factor) (the conditions of Kuhn and Tucker),
and each factor is found exactly from the sorted points at which cells leave their floors.

All functions take stacks of tables, shape (tables, rows, columns).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROUNDS = 200
CLOSE = 1e-13


def fitted(seed: Floats, rows: Floats, columns: Floats, floor: Floats) -> Floats:
    """The tables nearest to `seed` with these margins and no cell below `floor`.

    The margins of each table must have the same total. It stops after ROUNDS rounds: where the
    solution lies on the edge (a cell goes to 0) it is reached slowly, and `closing` does the rest.
    """
    factors = np.ones_like(columns)
    x = np.maximum(seed, floor)
    scale = max(float(np.max(rows, initial=0.0)), 1e-300)
    with_floors = bool(floor.any())
    for _round in range(ROUNDS):
        weights = seed * factors[:, None, :]
        by_row = _factors(weights, rows, floor, with_floors)
        weights = (seed * by_row[:, :, None]).transpose(0, 2, 1)
        factors = _factors(weights, columns, floor.transpose(0, 2, 1), with_floors)
        x = np.maximum(seed * by_row[:, :, None] * factors[:, None, :], floor)
        if np.abs(x.sum(axis=2) - rows).max(initial=0.0) <= CLOSE * scale:
            break
    return x


def _factors(weights: Floats, wanted: Floats, floor: Floats, with_floors: bool) -> Floats:
    """For each line the factor with which max(floor, weights x factor) adds up to `wanted`."""
    if not with_floors:
        total = weights.sum(axis=2)
        plain: Floats = np.divide(wanted, total, out=np.zeros_like(total), where=total > 0)
        return plain
    leaves = np.full_like(weights, np.inf)
    np.divide(floor, weights, out=leaves, where=weights > 0)
    order = np.argsort(leaves, axis=2)
    leaves = np.take_along_axis(leaves, order, axis=2)
    weights = np.cumsum(np.take_along_axis(weights, order, axis=2), axis=2)
    kept = np.take_along_axis(floor, order, axis=2)
    held = kept.sum(axis=2, keepdims=True) - np.cumsum(kept, axis=2)
    reached = np.where(np.isinf(leaves), np.inf, leaves)
    sums = np.where(np.isinf(reached), np.inf, weights * np.where(np.isinf(reached), 0, reached))
    free = (sums + held <= wanted[:, :, None]).sum(axis=2)
    at = np.maximum(free - 1, 0)[:, :, None]
    over = wanted - np.take_along_axis(held, at, axis=2)[:, :, 0]
    slope = np.take_along_axis(weights, at, axis=2)[:, :, 0]
    found: Floats = np.divide(over, slope, out=np.zeros_like(slope), where=(slope > 0) & (free > 0))
    return np.maximum(found, 0.0, out=found)


class BlockedError(ValueError):
    """No table has the margins: table number `at` would have to put `gap` more into `rows` than
    the free cells of these rows, which lie in `columns`, can carry."""

    def __init__(self, at: int, rows: list[int], columns: list[int], gap: int) -> None:
        self.at, self.rows, self.columns, self.gap = at, rows, columns, gap
        super().__init__(f"table {at}: {gap} too much for rows {rows} in columns {columns}")


@dataclass
class Moves:
    """Margins of a single table that were not wished, but only shared out, and may give way.

    `rows` and `columns` say down to where each may be lowered, -1 where it stays; what one loses
    another one gets.
    """

    rows: Ints
    columns: Ints


def closed(
    x: Floats, rows: Ints, columns: Ints, floor: Ints, free: Flags, moves: Moves | None = None
) -> Ints:
    """Whole numbers near `x` whose margins are exact; none below `floor`, all but free ones 0.

    The margins of a table must have the same total and carry the floors. What rounding leaves is
    put right cell by cell, then along the shortest chains of cells (one more, one less, ...), as
    the greatest flow is found; only where no such chain is left, margins of `moves` give way.
    Where nothing is left there is no such table: raises BlockedError with the rows and columns
    that prove it (the least cut).
    """
    y = np.where(free, np.maximum(np.floor(x).astype(np.int64), floor), 0)
    _lower(y, rows, floor, axis=2)
    _lower(y, columns, floor, axis=1)
    left, over = rows - y.sum(axis=2), columns - y.sum(axis=1)
    for at in np.flatnonzero(left.any(axis=1)):
        mending = _Mending(
            y[at], left[at], over[at], floor[at], free[at], rows[at].copy(), columns[at].copy()
        )
        mending.straight()
        while left[at].any():
            chain = mending.chain(None)
            if chain is None and moves is not None:
                chain = mending.chain(moves)
            if chain is None:
                raise BlockedError(int(at), *mending.cut, int(left[at].sum()))
            mending.walk(chain, moves)
    return y


def _lower(y: Ints, margin: Ints, floor: Ints, *, axis: int) -> None:
    """Take from the cells of lines that have too much, the largest first, down to their floors."""
    for where in np.argwhere(y.sum(axis=axis) > margin):
        at, line = int(where[0]), int(where[1])
        cells = y[at, line, :] if axis == 2 else y[at, :, line]
        least = floor[at, line, :] if axis == 2 else floor[at, :, line]
        much = int(cells.sum() - margin[at, line])
        for cell in np.argsort(least - cells):
            step = min(much, int(cells[cell] - least[cell]))
            cells[cell] -= step
            much -= step


@dataclass
class _Mending:
    """One table while it is put right; arrays are changed in place.

    `left` and `over` are what rows and columns still miss. Rows are the nodes 0, 1, ..., columns
    come after them.
    """

    y: Ints
    left: Ints
    over: Ints
    floor: Ints
    free: Flags
    rows: Ints
    columns: Ints
    cut: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))

    def straight(self) -> None:
        """What single cells can mend: their row and their column both miss something."""
        for i in np.flatnonzero(self.left):
            for j in np.flatnonzero((self.over > 0) & self.free[i]):
                step = min(int(self.left[i]), int(self.over[j]))
                self.y[i, j] += step
                self.left[i] -= step
                self.over[j] -= step
                if not self.left[i]:
                    break

    def chain(self, moves: Moves | None) -> list[int] | None:
        """The shortest chain from a row that misses something to a column that does, too; None
        where there is none, and then `cut` is what can be reached."""
        height = len(self.left)
        before: dict[int, int] = {int(i): -1 for i in np.flatnonzero(self.left)}
        queue = list(before)
        for node in queue:
            if node >= height and self.over[node - height]:
                found = [node]
                while before[found[-1]] >= 0:
                    found.append(before[found[-1]])
                return found[::-1]
            for other in self._onward(node, moves):
                if other not in before:
                    before[other] = node
                    queue.append(other)
        rows = sorted(node for node in before if node < height)
        self.cut = rows, sorted(node - height for node in before if node >= height)
        return None

    def _onward(self, node: int, moves: Moves | None) -> list[int]:
        height = len(self.left)
        if node < height:
            found = [height + int(j) for j in np.flatnonzero(self.free[node])]
            if moves is not None and self._room(node, node, moves):
                found += [int(i) for i in np.flatnonzero(moves.rows >= 0) if i != node]
            return found
        column = node - height
        found = [int(i) for i in np.flatnonzero(self.y[:, column] > self.floor[:, column])]
        if moves is not None and moves.columns[column] >= 0:
            lower = (moves.columns >= 0) & (self.columns > moves.columns)
            found += [height + int(j) for j in np.flatnonzero(lower) if j != column]
        return found

    def _room(self, start: int, end: int, moves: Moves | None) -> int | None:
        """How much may go along a link of a chain; None without a bound."""
        height = len(self.left)
        if start < height <= end:
            return None
        if end < height <= start:
            return int(self.y[end, start - height] - self.floor[end, start - height])
        assert moves is not None  # noqa: S101  # margins are linked only where some may move
        if start < height:
            least = int(moves.rows[start])
            return int(self.rows[start]) - least if least >= 0 else 0
        return int(self.columns[end - height]) - int(moves.columns[end - height])

    def walk(self, chain: list[int], moves: Moves | None) -> None:
        """Send as much along a chain as it carries."""
        height = len(self.left)
        start, end = chain[0], chain[-1] - height
        links = list(pairwise(chain))
        rooms = [self._room(*link, moves) for link in links]
        rooms_known = [room for room in rooms if room is not None]
        step = min([int(self.left[start]), int(self.over[end]), *rooms_known])
        for one, other in links:
            if one < height <= other:
                self.y[one, other - height] += step
            elif other < height <= one:
                self.y[other, one - height] -= step
            elif one < height:
                self.rows[one] -= step
                self.rows[other] += step
            else:
                self.columns[one - height] += step
                self.columns[other - height] -= step
        self.left[start] -= step
        self.over[end] -= step
