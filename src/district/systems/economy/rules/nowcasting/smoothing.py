"""Exponential smoothing with damped trend and season, all parameters of a grid at once. Pure.

ETS(A,Ad,A) in the notation of Hyndman, Koehler, Ord and Snyder (2008), on the values and, where all
are positive, on their logarithms. The filter runs over the series once for every parameter of a
small grid; at each point the parameters with the smallest squared one-step errors so far are taken.
So every rolling origin costs one pass together, and none sees what came after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from district.systems.economy.rules.nowcasting.history import Floats

_LEVEL = (0.05, 0.15, 0.3, 0.5, 0.8)
_TREND = ((0.0, 0.0), (0.05, 0.9), (0.05, 0.98), (0.2, 0.9))
_SEASON = (0.0, 0.1, 0.3)
_GRID = np.array([(a, b, phi, g) for a, (b, phi), g in product(_LEVEL, _TREND, _SEASON)]).T


def smoothed(series: Sequence[Floats], starts: Sequence[int], parts: int) -> list[list[Floats]]:
    """The parts that remain of a year, as foreseen after none, one, two ... of it.

    `series` are values in their order, from the beginning of a year on; each is filtered by itself,
    all at the same time. `starts` says for each where the year that is foreseen begins, at least
    two years after its beginning. Element k of an answer are the parts after k, as far as the
    series goes and while parts remain.
    """
    found: list[list[Floats]] = [[] for _ in series]
    if not series:
        return found
    alpha, beta, phi, gamma = _GRID
    gamma = gamma * (1 - alpha)
    length = max(len(one) for one in series)
    values = np.full((len(series), length), np.nan)
    for at, one in enumerate(series):
        values[at, : len(one)] = one
    first = values[:, : 2 * parts].reshape(len(series), 2, parts)
    level = np.repeat(first[:, 0].mean(axis=1)[:, None], len(alpha), axis=1)
    season = (first - first.mean(axis=2, keepdims=True)).mean(axis=1)
    season = np.repeat(season.T[:, :, None], len(alpha), axis=2)
    trend = np.zeros_like(level)
    squared = np.zeros_like(level)
    for at in range(length + 1):
        for row, (one, start) in enumerate(zip(series, starts, strict=True)):
            if start <= at <= len(one) and at < start + parts:
                best = int(squared[row].argmin())
                state = float(level[row, best]), float(trend[row, best]), float(phi[best])
                found[row].append(_ahead(*state, season[at - start :, row, best]))
        if at == length:
            break
        here = at % parts
        carried = phi * trend
        error = values[:, at, None] - (level + carried + season[here])
        level = level + carried + alpha * error
        trend = carried + alpha * beta * error
        season[here] += gamma * error
        if at >= parts:
            squared = 0.99 * squared + error**2
    return found


def _ahead(level: float, trend: float, phi: float, season: Floats) -> Floats:
    steps = np.arange(1, len(season) + 1)
    damped = np.cumsum(phi**steps) if phi else np.zeros(len(steps))
    return np.asarray(level + damped * trend + season, dtype=np.float64)
