"""A total shared out: over members in proportion, over periods by Denton's path. Pure."""

from __future__ import annotations

import numpy as np

from district.systems.economy.rules.decomposition.bounds import Bounds, Level
from district.systems.economy.rules.decomposition.path import Rule, spread
from district.systems.economy.rules.decomposition.tables import Flags, Floats, Ints
from district.systems.economy.rules.decomposition.wishes import Conflict, InfeasibleError, Node


def proportional(total: float, seed: Floats, least: Floats) -> Floats:
    """max(least, factor x seed) with this total; the members at their least are found in turn."""
    held = np.zeros(len(seed), np.bool_)
    while True:
        weight = seed[~held].sum()
        factor = (total - least[held].sum()) / weight if weight else 0.0
        below = ~held & (factor * seed < least)
        if not below.any():
            return np.where(held, least, factor * seed)
        held |= below


def rounded(x: Floats, total: int, least: Ints, free: Flags) -> Ints:
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


def by_period(target: int, pattern: Floats, bounds: Bounds, anchor: float | None) -> Ints:
    """The whole by period: Denton's path, closed to whole quanta quarter by quarter."""
    frame, level = bounds.frame, bounds.periods
    quarters = frame.quarters()
    _check_periods(target, bounds)
    rules = [
        Rule((int(at),), float(level.least[at]), floor=not level.fixed[at])
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
        whole = rounded(path[left], rest, least, np.ones(len(left), np.bool_))
        out[left] = _with_quarters(whole, lows)
    return out


def _rest_of(path: Floats, value: int, level: Level, at: list[int]) -> Ints:
    least, fixed = level.least[at], level.fixed[at]
    rest = value - int(least[fixed].sum())
    open_ = np.flatnonzero(~fixed)
    whole = least.copy()
    if len(open_):
        whole[open_] = rounded(path[at][open_], rest, least[open_], np.ones(len(open_), np.bool_))
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
