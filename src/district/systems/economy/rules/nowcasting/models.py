"""The simple models of what a year still brings. Pure; arrays of one series on one basis.

Each is given the whole years before (a row each, the oldest first) and the parts known of the year,
and says the parts that remain, or None where it has nothing to go by.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from district.systems.economy.rules.nowcasting.history import Floats
from district.systems.economy.rules.nowcasting.smoothing import smoothed

_SHARES_OF = 4
_MEAN_OF = 4
#: Growth beyond this factor, either way, is no growth but another series.
_MOST_GROWTH = 4.0


def same(past: Floats, current: Floats) -> Floats | None:
    """Seasonal naive: what last year brought after this day. The measure of all others."""
    return np.asarray(past[-1, len(current) :])


def share(past: Floats, current: Floats) -> Floats | None:
    """Share to date: the year so far over its usual share of a year (mean of the last years)."""
    if not len(current):
        return None
    totals = past[-_SHARES_OF:].sum(axis=1, keepdims=True)
    if (totals <= 0).any():
        return None
    shares = (past[-_SHARES_OF:] / totals).mean(axis=0)
    reached = shares[: len(current)].sum()
    growth = _growth(float(current.sum()), float(reached * past[-1].sum()))
    return None if growth is None else shares[len(current) :] * past[-1].sum() * growth


def pattern(past: Floats, current: Floats) -> Floats | None:
    """Last year's pattern: its remaining parts times the growth of the year to date."""
    known = len(current)
    growth = _growth(float(current.sum()), float(past[-1, :known].sum())) if known else None
    return None if growth is None else past[-1, known:] * growth


def rolling_year(past: Floats, current: Floats) -> Floats | None:
    """Last year's remaining parts times the growth of the latest whole year of parts."""
    known, parts = len(current), past.shape[1]
    values = np.concatenate([past.ravel(), current])
    if len(values) < 2 * parts:
        return None
    growth = _growth(float(values[-parts:].sum()), float(values[-2 * parts : -parts].sum()))
    return None if growth is None else past[-1, known:] * growth


def latest(past: Floats, current: Floats) -> Floats | None:
    """Last year's remaining parts times the growth of the latest quarter of a year."""
    known, parts = len(current), past.shape[1]
    values = np.concatenate([past.ravel(), current])
    few = max(1, parts // 4)
    if len(values) < parts + few:
        return None
    growth = _growth(float(values[-few:].sum()), float(values[-parts - few : -parts].sum()))
    return None if growth is None else past[-1, known:] * growth


def mean(past: Floats, current: Floats) -> Floats | None:
    """What the last years brought on average after this day: for series that do not grow."""
    if len(past) < 2:
        return None
    return np.asarray(past[-_MEAN_OF:, len(current) :].mean(axis=0))


SIMPLE: dict[str, Callable[[Floats, Floats], Floats | None]] = {
    "same": same,
    "share": share,
    "pattern": pattern,
    "rolling_year": rolling_year,
    "latest": latest,
    "mean": mean,
}
#: All models, in the order of the arrays of `rolling`.
MODELS = (*SIMPLE, "ets", "ets_log")


def remaining(past: Floats, current: Floats, moved: Floats) -> Floats:
    """What remains of the year by each model after none, one, ... all of `current`.

    `past` and `current` have the festival taken out, `moved` puts it into the year's parts again.
    The result has a row for each number of known parts (0 to len(current), at most one less than
    the year has) and a column for each of MODELS; NaN where a model says nothing.
    """
    parts = past.shape[1]
    rows = min(len(current) + 1, parts)
    found = np.full((rows, len(MODELS)), np.nan)
    positive = bool((past > 0).all() and (current > 0).all())
    plain = smoothed(past, current)
    logs = smoothed(np.log(past), np.log(current)) if positive else [None] * len(plain)
    # Nothing is foreseen far beyond what was ever seen, however the parameters fell.
    low, high = float(past.min()), float(past.max())
    bounds = (low - (high - low), high + 2 * (high - low) + abs(high))
    for known in range(rows):
        said = [model(past, current[:known]) for model in SIMPLE.values()]
        log = logs[known]
        said += [plain[known], np.exp(np.minimum(log, 700.0)) if log is not None else None]
        for at, parts_ahead in enumerate(said):
            if parts_ahead is not None:
                kept = np.clip(parts_ahead, 0.0 if low >= 0 else bounds[0], bounds[1])
                found[known, at] = float((kept * moved[known:]).sum())
    return found


def _growth(now: float, before: float) -> float | None:
    if before <= 0 or now <= 0:
        return None
    growth = now / before
    return growth if 1 / _MOST_GROWTH <= growth <= _MOST_GROWTH else None
