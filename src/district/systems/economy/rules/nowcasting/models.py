"""The simple models of what a year still brings. Pure; arrays of one series on one basis.

Each is given the whole years before (a row each, the oldest first) and the parts known of the year,
and says the parts that remain, or None where it has nothing to go by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Origin:
    """A year of which something may be known: the whole years before and the parts known of it,
    both without what the festival moved, and what puts that into the year's parts again."""

    past: Floats
    current: Floats
    moved: Floats

    @property
    def rows(self) -> int:
        """From how many numbers of known parts is foreseen: 0 to all, one part left at least."""
        return min(len(self.current) + 1, int(self.past.shape[1]))


def remaining(origins: Sequence[Origin]) -> list[Floats]:
    """What remains of each year by each model after none, one, ... all of what is known.

    An answer has a row for each number of known parts and a column for each of MODELS; NaN where a
    model says nothing.
    """
    smooth = _smoothed(origins, np.asarray)
    logs = _smoothed(origins, np.log)
    return [_said(one, plain, log) for one, plain, log in zip(origins, smooth, logs, strict=True)]


def _said(one: Origin, plain: Sequence[Floats], logs: Sequence[Floats]) -> Floats:
    found = np.full((one.rows, len(MODELS)), np.nan)
    # Nothing is foreseen far beyond what was ever seen, however the parameters fell.
    low, high = float(one.past.min()), float(one.past.max())
    least = 0.0 if low >= 0 else 2 * low - high
    most = 3 * high - 2 * low + abs(high)
    for known in range(one.rows):
        said = [model(one.past, one.current[:known]) for model in SIMPLE.values()]
        said.append(plain[known] if plain else None)
        said.append(np.exp(np.minimum(logs[known], 700.0)) if logs else None)
        for at, ahead in enumerate(said):
            if ahead is not None:
                kept = np.clip(ahead, least, most)
                found[known, at] = float((kept * one.moved[known:]).sum())
    return found


def _smoothed(
    origins: Sequence[Origin], scale: Callable[[Floats], Floats]
) -> list[Sequence[Floats]]:
    """What smoothing says of each origin, on a scale; nothing with less than two years, and on the
    logarithmic scale where not all is positive."""
    found: list[Sequence[Floats]] = [()] * len(origins)
    able = [
        at
        for at, one in enumerate(origins)
        if len(one.past) > 1
        and (scale is np.asarray or ((one.past > 0).all() and (one.current > 0).all()))
    ]
    if able:
        series = [
            scale(np.concatenate([origins[at].past.ravel(), origins[at].current])) for at in able
        ]
        starts = [origins[at].past.size for at in able]
        answers = smoothed(series, starts, origins[0].past.shape[1])
        for at, answer in zip(able, answers, strict=True):
            found[at] = answer
    return found


def _growth(now: float, before: float) -> float | None:
    if before <= 0 or now <= 0:
        return None
    growth = now / before
    return growth if 1 / _MOST_GROWTH <= growth <= _MOST_GROWTH else None
