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
from district.systems.economy.rules.decomposition.path import Rule, spread, spread_many
from district.systems.economy.rules.decomposition.tables import (
    BlockedError,
    Flags,
    Floats,
    Ints,
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
    (`pattern.calendar_weights`), `anchor` the ratio to last year's pattern in the period before.
    Members without a base take the pattern of the whole. Raises ValueError on a negative or too
    large target and on bases of another shape, InfeasibleError where the wishes cannot be met.
    """
    if not 0 <= target <= MOST:
        raise ValueError("the target is negative or has too many digits")
    if bases.shape != frame.shape or (bases < 0).any() or not np.isfinite(bases).all():
        raise ValueError("the bases do not fit the frame")
    bounds = bounds_of(frame, wishes)
    pattern = _filled(bases * (1.0 if calendar is None else calendar), bounds)
    yearly = _filled_years(bases, bounds)
    primary = _shared(target, yearly.sum(axis=1), bounds.primary, bounds, 0)
    secondary = _shared(target, yearly.sum(axis=0), bounds.secondary, bounds, 1)
    pairs = _table(yearly[None], primary[None], secondary[None], bounds.pairs, bounds, "pairs")[0]
    periods = _periods(target, pattern.sum(axis=(0, 1)), bounds, anchor)
    rows = _table(
        spread_many(pattern.sum(axis=1), primary.astype(float))[None],
        primary[None],
        periods[None],
        bounds.rows,
        bounds,
        "rows",
    )[0]
    cells = _table(
        spread_many(pattern, pairs.astype(float)), pairs, rows, bounds.cells, bounds, "cells"
    )
    return Decomposed(frame, cells)


def _filled(pattern: Floats, bounds: Bounds) -> Floats:
    """Members without a pattern, and periods in which something is wished, get one."""
    whole = pattern.sum(axis=(0, 1))
    if not whole.any():
        whole = np.array([float(last - first + 1) for first, last in bounds.frame.periods])
    empty = ~pattern.any(axis=2)
    small = whole / whole.sum() * max(float(pattern.sum()), 1.0) * 1e-6
    filled = np.where(empty[:, :, None], small, pattern)
    wanted = (bounds.cells.least > 0) | (bounds.rows.least > 0)[:, None, :]
    wanted |= (bounds.periods.least > 0)[None, None, :]
    average = filled.mean(axis=2, keepdims=True)
    return np.where(wanted & (filled <= 0), average, filled)


def _filled_years(bases: Floats, bounds: Bounds) -> Floats:
    """The years of the pairs; where one has no base and something is wished, a small one."""
    yearly = bases.sum(axis=2)
    if not yearly.any():
        return np.ones_like(yearly)
    wanted = bounds.pairs.least > 0
    wanted |= (bounds.primary.least > 0)[:, None] & ~yearly.any(axis=1)[:, None]
    wanted |= (bounds.secondary.least > 0)[None, :] & ~yearly.any(axis=0)[None, :]
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
    x = _proportional(float(rest), seed, least.astype(float))
    whole = _rounded(x, rest, least, free & (seed > 0))
    return np.where(free, whole, level.least)


def _proportional(total: float, seed: Floats, least: Floats) -> Floats:
    """max(least, factor x seed) with this total; the members at their least are found in turn."""
    held = np.zeros(len(seed), np.bool_)
    while True:
        weight = seed[~held].sum()
        factor = (total - least[held].sum()) / weight if weight else 0.0
        below = ~held & (factor * seed < least)
        if not below.any():
            return np.where(held, least, factor * seed)
        held |= below


def _rounded(x: Floats, total: int, least: Ints, free: Flags) -> Ints:
    """Whole numbers near `x` with this total: the largest remainders are rounded up."""
    whole = np.maximum(np.floor(x).astype(np.int64), least)
    left = total - int(whole.sum())
    order = np.argsort(-(x - whole), kind="stable")
    order = order[free[order]] if free.any() else order
    step = 1 if left > 0 else -1
    while left:
        for at in order:
            if left and (step > 0 or whole[at] > least[at]):
                much = max(1, abs(left) // max(len(order), 1))
                much = much if step > 0 else min(much, int(whole[at] - least[at]))
                whole[at] += step * much
                left -= step * much
    return whole


def _periods(target: int, pattern: Floats, bounds: Bounds, anchor: float | None) -> Ints:
    """The whole by period: Denton's path, closed to whole quanta quarter by quarter."""
    frame, level = bounds.frame, bounds.periods
    quarters = frame.quarters()
    _check_periods(target, bounds)
    rules = [
        Rule((at,), float(level.least[at]), floor=not level.fixed[at])
        for at in np.flatnonzero(level.fixed | (level.least > 0))
    ]
    rules += [
        Rule(quarters[span], float(value), floor=not fixed)
        for span, (value, fixed) in bounds.quarters.items()
    ]
    path = spread(pattern, float(target), rules, anchor=anchor)
    return _closed_path(path, target, bounds)


def _check_periods(target: int, bounds: Bounds) -> None:
    frame, level = bounds.frame, bounds.periods
    need, settled = 0, True
    inside: set[int] = set()
    for span, (value, fixed) in bounds.quarters.items():
        need, settled = need + value, settled and fixed
        inside |= set(frame.quarters()[span])
    rest = [at for at in range(len(frame.periods)) if at not in inside]
    need += int(level.least[rest].sum())
    settled = settled and bool(level.fixed[rest].all())
    if need > target or (settled and need != target):
        parts = tuple(one for one in bounds.standing_in(Node()) if not one.is_year)
        raise InfeasibleError([Conflict(Node(), parts, target, need)])


def _closed_path(path: Floats, target: int, bounds: Bounds) -> Ints:
    """Whole quanta with the exact total and the exact quarters that are settled."""
    level, quarters = bounds.periods, bounds.frame.quarters()
    out = np.where(level.fixed, level.least, 0)
    done = level.fixed.copy()
    for span, (value, fixed) in bounds.quarters.items():
        at = list(quarters[span])
        if fixed:
            out[at] = _rest_of(path, value, level, at)
            done[at] = True
    left = [int(at) for at in np.flatnonzero(~done)]
    if left:
        rest = target - int(out[done].sum())
        least = level.least[left].copy()
        lows = _lows_of_quarters(bounds, left)
        whole = _rounded(path[left], rest, least, np.ones(len(left), np.bool_))
        out[left] = _with_quarters(whole, lows)
    return out


def _rest_of(path: Floats, value: int, level: Level, at: list[int]) -> Ints:
    least, fixed = level.least[at], level.fixed[at]
    rest = value - int(least[fixed].sum())
    open_ = np.flatnonzero(~fixed)
    whole = least.copy()
    if len(open_):
        whole[open_] = _rounded(path[at][open_], rest, least[open_], np.ones(len(open_), np.bool_))
    return whole


def _lows_of_quarters(bounds: Bounds, left: list[int]) -> list[tuple[list[int], int]]:
    """Of quarters with a floor: places among `left` and what they need together."""
    level, found = bounds.periods, []
    for span, (value, fixed) in bounds.quarters.items():
        parts = bounds.frame.quarters()[span]
        if not fixed:
            settled = sum(int(level.least[p]) for p in parts if level.fixed[p])
            found.append(([left.index(p) for p in parts if p in left], value - settled))
    return found


def _with_quarters(whole: Ints, lows: list[tuple[list[int], int]]) -> Ints:
    """Rounding may have taken some quanta from a quarter that lies at its floor: give them back."""
    inside = {place for places, _low in lows for place in places}
    for places, low in lows:
        short = low - int(whole[places].sum())
        if short > 0 and places:
            others = [at for at in range(len(whole)) if at not in inside]
            others = others or [at for at in range(len(whole)) if at not in places]
            giver = max(others, key=lambda at: int(whole[at]))
            whole[giver] -= short
            whole[places[0]] += short
    return whole


def _table(
    seed: Floats, rows: Ints, columns: Ints, level: Level, bounds: Bounds, kind: str
) -> Ints:
    """Stacked tables fitted to their margins with floors and settled cells, closed exactly."""
    fixed = level.fixed.reshape(seed.shape)
    least = level.least.reshape(seed.shape)
    set_ = np.where(fixed, least, 0)
    floor = np.where(fixed, 0, least)
    _check_margins(rows, columns, least, bounds, kind)
    rows, columns = rows - set_.sum(axis=2), columns - set_.sum(axis=1)
    free = ~fixed & ((seed > 0) | (floor > 0))
    seed = np.where(free, np.maximum(seed, floor * 1e-6), 0.0)
    x = fitted(seed, rows.astype(float), columns.astype(float), floor.astype(float))
    try:
        return closed(x, rows, columns, floor, free) + set_
    except BlockedError as error:
        raise InfeasibleError([_blocked(error, rows, columns, bounds, kind)]) from error


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


def _blocked(error: BlockedError, rows: Ints, columns: Ints, bounds: Bounds, kind: str) -> Conflict:
    """Rows whose open cells cannot take what they must: the first is named, all wishes in them."""
    nodes = [_line(bounds, kind, error.at, row, None) for row in error.rows]
    parts = tuple(dict.fromkeys(part for node in nodes for part in bounds.standing_in(node)))
    room = int(rows[error.at, error.rows].sum())
    return Conflict(nodes[0], parts, room - error.gap, room)


def _set_along(bounds: Bounds, axis: int) -> tuple[Node, ...]:
    """The wishes that speak of members of a dimension."""
    name = "primary" if axis == 0 else "secondary"
    return tuple(one for one in bounds.standing_in(Node()) if getattr(one, name))
