"""Tables whose rows and columns add up to given margins: proportional fitting with floors. Pure.

Iterative proportional fitting (Deming and Stephan 1940) finds, of all tables with the margins, the
one nearest to the seed by relative entropy: seed x row factor x column factor. With floors the
nearest one is max(floor, seed x row factor x column factor) (the conditions of Kuhn and Tucker),
and each factor is found exactly from the sorted points at which cells leave their floors.

All functions take stacks of tables, shape (tables, rows, columns).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROUNDS = 500
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
        return np.divide(wanted, total, out=np.zeros_like(total), where=total > 0)
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
    found = np.divide(over, slope, out=np.zeros_like(slope), where=(slope > 0) & (free > 0))
    return np.maximum(found, 0.0)


class BlockedError(ValueError):
    """No table has the margins: table number `at` would have to put `gap` more into `rows` than
    the free cells of these rows, which lie in `columns`, can carry."""

    def __init__(self, at: int, rows: list[int], columns: list[int], gap: int) -> None:
        self.at, self.rows, self.columns, self.gap = at, rows, columns, gap
        super().__init__(f"table {at}: {gap} too much for rows {rows} in columns {columns}")


def closed(x: Floats, rows: Ints, columns: Ints, floor: Ints, free: Flags) -> Ints:
    """Whole numbers near `x` whose margins are exact; none below `floor`, all but free ones 0.

    The margins of a table must have the same total and carry the floors. What rounding leaves is
    put right cell by cell, then along the shortest chains of cells (one more, one less, ...), as
    the greatest flow is found. Where no chain is left there is no such table: raises BlockedError
    with the rows and columns that prove it (the least cut).
    """
    y = np.where(free, np.maximum(np.floor(x).astype(np.int64), floor), 0)
    _lower(y, rows, floor, axis=2)
    _lower(y, columns, floor, axis=1)
    left, over = rows - y.sum(axis=2), columns - y.sum(axis=1)
    for at in np.flatnonzero(left.any(axis=1)):
        _straight(y[at], left[at], over[at], free[at])
        while left[at].any():
            _around(int(at), y[at], left[at], over[at], floor[at], free[at])
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


def _straight(y: Ints, left: Ints, over: Ints, free: Flags) -> None:
    """What single cells can mend: their row and their column both miss something."""
    for i in np.flatnonzero(left):
        for j in np.flatnonzero((over > 0) & free[i]):
            step = min(int(left[i]), int(over[j]))
            y[i, j] += step
            left[i] -= step
            over[j] -= step
            if not left[i]:
                break


def _around(at: int, y: Ints, left: Ints, over: Ints, floor: Ints, free: Flags) -> None:
    """Mend by the shortest chain from a row that misses something to a column that does, too."""
    height = len(left)
    before: dict[int, int] = {int(i): -1 for i in np.flatnonzero(left)}
    queue = list(before)
    for node in queue:
        if node < height:
            onward = [height + int(j) for j in np.flatnonzero(free[node])]
        elif over[node - height]:
            _walk(node, before, y, left, over, floor)
            return
        else:
            column = node - height
            onward = [int(i) for i in np.flatnonzero(y[:, column] > floor[:, column])]
        for other in onward:
            if other not in before:
                before[other] = node
                queue.append(other)
    rows = sorted(node for node in before if node < height)
    columns = sorted(node - height for node in before if node >= height)
    raise BlockedError(at, rows, columns, int(left.sum()))


def _walk(end: int, before: dict[int, int], y: Ints, left: Ints, over: Ints, floor: Ints) -> None:
    height = len(left)
    chain = [end]
    while before[chain[-1]] >= 0:
        chain.append(before[chain[-1]])
    start = chain[-1]
    chain.reverse()
    cells = list(pairwise(chain))
    less = [(row, column - height) for column, row in cells[1::2]]
    more = [(row, column - height) for row, column in cells[0::2]]
    step = min([int(left[start]), int(over[end - height]), *(int((y - floor)[c]) for c in less)])
    for cell in more:
        y[cell] += step
    for cell in less:
        y[cell] -= step
    left[start] -= step
    over[end - height] -= step
