"""Exponential smoothing with damped trend and season, all parameters of a grid at once. Pure.

ETS(A,Ad,A) in the notation of Hyndman, Koehler, Ord and Snyder (2008), on the values and, where all
are positive, on their logarithms. The filter runs over the series once for every parameter of a
small grid; at each point the parameters with the smallest squared one-step errors so far are taken.
So every rolling origin costs one pass together, and none sees what came after it.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from district.systems.economy.rules.nowcasting.history import Floats

_LEVEL = (0.05, 0.15, 0.3, 0.5, 0.8)
_TREND = ((0.0, 0.0), (0.05, 0.9), (0.05, 0.98), (0.2, 0.9))
_SEASON = (0.0, 0.1, 0.3)
_GRID = np.array([(a, b, phi, g) for a, (b, phi), g in product(_LEVEL, _TREND, _SEASON)]).T


def smoothed(past: Floats, current: Floats) -> list[Floats | None]:
    """The parts that remain of a year, as foreseen after none, one, two ... of `current`.

    `past` has a row for each whole year (at least two), `current` the parts known of the year.
    Element k are the parts after k; the last is for all of `current`. None without two years.
    """
    years, parts = past.shape
    if years < 2:
        return [None] * (len(current) + 1)
    alpha, beta, phi, gamma = _GRID
    gamma = gamma * (1 - alpha)
    values = np.concatenate([past.ravel(), current])
    level = np.full(len(alpha), past[0].mean())
    trend = np.zeros(len(alpha))
    season = np.repeat((past[:2] - past[:2].mean(axis=1, keepdims=True)).mean(axis=0)[:, None],
                       len(alpha), axis=1)  # fmt: skip
    squared = np.zeros(len(alpha))
    found: list[Floats | None] = []
    origin = years * parts
    for at in range(len(values) + 1):
        if at >= origin:
            best = int(squared.argmin())
            found.append(_ahead(level[best], trend[best], phi[best], season[:, best], at - origin))
        if at == len(values):
            break
        here = at % parts
        carried = phi * trend
        error = values[at] - (level + carried + season[here])
        level = level + carried + alpha * error
        trend = carried + alpha * beta * error
        season[here] += gamma * error
        if at >= parts:
            squared = 0.99 * squared + error**2
    return found


def _ahead(level: float, trend: float, phi: float, season: Floats, known: int) -> Floats:
    steps = np.arange(1, len(season) - known + 1)
    damped = np.cumsum(phi**steps) if phi else np.zeros(len(steps))
    return np.asarray(level + damped * trend + season[known:], dtype=np.float64)
