"""An annual target taken apart to periods and members, in six steps that each close exactly. Pure.

1. the year by primary member, 2. by secondary member: in proportion to the bases, floors kept;
3. the year by pairs: proportional fitting to both;
4. the whole by period: proportional Denton on last year's pattern;
5. primary members by period: fitted to their years (1) and to the whole's periods (4);
6. pairs by period: fitted to their years (3) and to their primary member's periods (5).

What is decided in a step binds the later ones, but what later ones need is known beforehand
(`bounds`). Numbers that are set stay; where they cannot, InfeasibleError names them with the gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from district.systems.economy.rules.decomposition.bounds import Bounds, Frame, Level, bounds_of
from district.systems.economy.rules.decomposition.path import spread_many
from district.systems.economy.rules.decomposition.sharing import by_period, proportional, rounded
from district.systems.economy.rules.decomposition.tables import (
    BlockedError,
    Flags,
    Floats,
    Ints,
    Moves,
    closed,
    fitted,
)
from district.systems.economy.rules.decomposition.wishes import (
    MOST,
    Conflict,
    InfeasibleError,
    Node,
    Wish,
)

#: How often the years are divided anew where the cells leave no room for them.
_ATTEMPTS = 12


@dataclass(frozen=True)
class Decomposed:
    """The numbers, in quanta: `cells` by primary member, secondary member and period.

    Every other number is a sum of cells. `whole` is the target.
    """

    frame: Frame
    cells: Ints

    @property
    def whole(self) -> int:
        """The sum of all."""
        return int(self.cells.sum())

    def value(self, node: Node) -> int:
        """The number of a node, a sum of cells. ValueError where its months cut a period."""
        frame = self.frame
        inside = [node.first <= first and last <= node.last for first, last in frame.periods]
        months = sum(
            last - first + 1
            for (first, last), chosen in zip(frame.periods, inside, strict=True)
            if chosen
        )
        if months != node.last - node.first + 1:
            raise ValueError(f"no such stretch of the year: {node}")
        part = self.cells[:, :, inside]
        if node.primary:
            part = part[[frame.primary.index(node.primary)]]
        if node.secondary:
            part = part[:, [frame.secondary.index(node.secondary)]]
        return int(part.sum())


def decomposed(
    target: int,
    bases: Floats,
    frame: Frame,
    wishes: Sequence[Wish] = (),
    *,
    calendar: Floats | None = None,
    anchor: float | None = None,
) -> Decomposed:
    """Take `target` (in quanta) apart.

    `bases` are last year's values by primary member, secondary member and period, in any unit, not
    negative: the pattern of everything. `calendar` is by what each period's pattern is multiplied
    (`pattern.calendar_weights`), `anchor` how many quanta came on a unit
    of the bases in the period before the year.
    Members without a base take the pattern of the whole. Raises ValueError on a negative or too
    large target and on bases of another shape, InfeasibleError where the wishes cannot be met.
    """
    if not 0 <= target <= MOST:
        raise ValueError("the target is negative or has too many digits")
    if bases.shape != frame.shape or (bases < 0).any() or not np.isfinite(bases).all():
        raise ValueError("the bases do not fit the frame")
    bounds = bounds_of(frame, wishes)
    first: InfeasibleError | None = None
    for _attempt in range(_ATTEMPTS):
        try:
            return Decomposed(frame, _steps(target, bases, bounds, calendar, anchor))
        except _CellsBlockedError as error:
            # Another division of the years may leave room for the cells.
            first = first or InfeasibleError([error.conflict])
            if not _pinned(bounds, error):
                break
        except InfeasibleError as error:
            first = first or error
            break
    assert first is not None  # noqa: S101  # the loop is left by return or after an error
    raise first


def _steps(
    target: int,
    bases: Floats,
    bounds: Bounds,
    calendar: Floats | None,
    anchor: float | None,
) -> Ints:
    """The six steps, once."""
    pattern = _filled(bases * (1.0 if calendar is None else calendar), bounds)
    yearly = _filled_years(bases, bounds)
    primary = _shared(target, yearly.sum(axis=1), bounds.primary, bounds, 0)
    secondary = _shared(target, yearly.sum(axis=0), bounds.secondary, bounds, 1)
    moves = Moves(_movable(bounds.primary), _movable(bounds.secondary))
    pairs = _table(
        yearly[None], primary[None], secondary[None], bounds.pairs, bounds, "pairs", moves
    )[0]
    primary = pairs.sum(axis=1)
    periods = by_period(target, pattern.sum(axis=(0, 1)), bounds, anchor)
    moves = Moves(np.full(len(primary), -1, np.int64), _movable_periods(bounds))
    seed = spread_many(pattern.sum(axis=1), primary.astype(float))
    rows = _table(seed[None], primary[None], periods[None], bounds.rows, bounds, "rows", moves)[0]
    seed = spread_many(pattern, pairs.astype(float))
    return _table(seed, pairs, rows, bounds.cells, bounds, "cells")


def _pinned(bounds: Bounds, error: _CellsBlockedError) -> bool:
    """Settle the year of a pair at what its open cells can take, for another attempt; whether
    there was one that may be."""
    at, cut = error.cut.at, error.cut
    for row in cut.rows:
        most = int(error.rows[at, row]) - cut.gap
        if not bounds.pairs.fixed[at, row] and most >= bounds.pairs.least[at, row]:
            bounds.pairs.fixed[at, row], bounds.pairs.least[at, row] = True, most
            return True
    return False


class _CellsBlockedError(Exception):
    """The cells of a primary member have no room for what its pairs are to bring in the year."""

    def __init__(self, cut: BlockedError, rows: Ints, conflict: Conflict) -> None:
        self.cut, self.rows, self.conflict = cut, rows, conflict
        super().__init__(str(cut))


def _filled(pattern: Floats, bounds: Bounds) -> Floats:
    """Members without a pattern, and periods in which something is wished, get one."""
    whole = pattern.sum(axis=(0, 1))
    if not whole.any():
        whole = np.array([float(last - first + 1) for first, last in bounds.frame.periods])
    empty: Flags = pattern.sum(axis=2) <= 0
    small = whole / whole.sum() * max(float(pattern.sum()), 1.0) * 1e-6
    filled = np.where(empty[:, :, None], small, pattern)
    wanted = (bounds.cells.least > 0) | (bounds.rows.least > 0)[:, None, :]
    wanted |= (bounds.periods.least > 0)[None, None, :]
    average = filled.mean(axis=2, keepdims=True)
    return np.where(wanted & (filled <= 0), average, filled)


def _filled_years(bases: Floats, bounds: Bounds) -> Floats:
    """The years of the pairs; where one has no base and something is wished, a small one."""
    yearly: Floats = bases.sum(axis=2)
    if not yearly.any():
        return np.ones_like(yearly)
    wanted: Flags = np.asarray(bounds.pairs.least > 0)
    wanted |= (bounds.primary.least > 0)[:, None] & (yearly.sum(axis=1, keepdims=True) <= 0)
    wanted |= (bounds.secondary.least > 0)[None, :] & (yearly.sum(axis=0, keepdims=True) <= 0)
    return np.where(wanted & (yearly <= 0), yearly.mean(), yearly)


def _shared(target: int, seed: Floats, level: Level, bounds: Bounds, axis: int) -> Ints:
    """A total over members in proportion to their bases, none below its least."""
    free = ~level.fixed
    need = int(level.least.sum())
    if need > target or (not free.any() and need != target):
        raise InfeasibleError([Conflict(Node(), _set_along(bounds, axis), target, need)])
    seed, least = np.where(free, seed, 0.0), np.where(free, level.least, 0)
    rest = target - int(level.least[level.fixed].sum())
    if not seed.any():
        seed = free.astype(float)
    x = proportional(float(rest), seed, least.astype(float))
    whole = rounded(x, rest, least, free & (seed > 0))
    return np.where(free, whole, level.least)


def _movable(level: Level) -> Ints:
    """Down to where each number may be moved; -1 where it is settled."""
    return np.where(level.fixed, -1, level.least)


def _movable_periods(bounds: Bounds) -> Ints:
    """As `_movable`; periods of a quarter of which something is wished stay."""
    found = _movable(bounds.periods)
    for span in bounds.quarters:
        found[list(bounds.frame.quarters()[span])] = -1
    return found


def _table(
    seed: Floats,
    rows: Ints,
    columns: Ints,
    level: Level,
    bounds: Bounds,
    kind: str,
    moves: Moves | None = None,
) -> Ints:
    """Stacked tables fitted to their margins with floors and settled cells, closed exactly; see
    `closed` for the margins that may give way."""
    fixed = level.fixed.reshape(seed.shape)
    least = level.least.reshape(seed.shape)
    set_ = np.where(fixed, least, 0)
    floor = np.where(fixed, 0, least)
    _check_margins(rows, columns, least, bounds, kind)
    whole, held, held_across = rows, set_.sum(axis=2), set_.sum(axis=1)
    rows, columns = rows - held, columns - held_across
    free = ~fixed & ((seed > 0) | (floor > 0))
    seed = np.where(free, np.maximum(seed, floor * 1e-6), 0.0)
    x = fitted(seed, rows.astype(float), columns.astype(float), floor.astype(float))
    try:
        return closed(x, rows, columns, floor, free, _less(moves, held, held_across)) + set_
    except BlockedError as error:
        conflict = _blocked(error, rows, bounds, kind)
        if kind == "cells":
            raise _CellsBlockedError(error, whole, conflict) from error
        raise InfeasibleError([conflict]) from error


def _less(moves: Moves | None, held: Ints, across: Ints) -> Moves | None:
    """Margins that may give way, without what is settled in them."""
    if moves is None:
        return None
    rows = np.where(moves.rows < 0, -1, np.maximum(moves.rows - held[0], 0))
    columns = np.where(moves.columns < 0, -1, np.maximum(moves.columns - across[0], 0))
    return Moves(rows, columns)


def _check_margins(rows: Ints, columns: Ints, least: Ints, bounds: Bounds, kind: str) -> None:
    """No line may have less than its settled cells and floors take."""
    found = []
    for at, line in np.argwhere(rows < least.sum(axis=2)):
        node = _line(bounds, kind, int(at), int(line), None)
        have, need = int(rows[at, line]), int(least[at, line].sum())
        found.append(Conflict(node, bounds.standing_in(node), have, need))
    for at, line in np.argwhere(columns < least.sum(axis=1)):
        node = _line(bounds, kind, int(at), None, int(line))
        have, need = int(columns[at, line]), int(least[at, :, line].sum())
        found.append(Conflict(node, bounds.standing_in(node), have, need))
    if found:
        raise InfeasibleError(found)


def _line(bounds: Bounds, kind: str, at: int, row: int | None, column: int | None) -> Node:
    """The number that is the margin of a row or of a column."""
    if kind == "pairs":
        return bounds.node(None, row, column)
    if kind == "rows":
        return bounds.node(column, row, None)
    return bounds.node(column, at, row)


def _blocked(error: BlockedError, rows: Ints, bounds: Bounds, kind: str) -> Conflict:
    """Rows whose open cells cannot take what they must: the first is named, all wishes in them."""
    nodes = [_line(bounds, kind, error.at, row, None) for row in error.rows]
    parts = tuple(dict.fromkeys(part for node in nodes for part in bounds.standing_in(node)))
    room = int(rows[error.at, error.rows].sum())
    return Conflict(nodes[0], parts, room - error.gap, room)


def _set_along(bounds: Bounds, axis: int) -> tuple[Node, ...]:
    """The wishes that speak of members of a dimension."""
    name = "primary" if axis == 0 else "secondary"
    return tuple(one for one in bounds.standing_in(Node()) if getattr(one, name))
