"""A look ahead, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from district.systems.early_warning.forecasting.grid import Floats, bridged
from district.systems.early_warning.forecasting.methods import (
    METHODS,
    Fitted,
    columns,
    wet_hours,
)

Why = Literal["too_few", "stale", "gaps"]
#: The newest part of the past, on which methods are tried.
_TRIED = 0.3
#: So many errors after rain make an interval of their own.
_LEAST_WET = 40


@dataclass(frozen=True)
class Ahead:
    """The level after so many hours with its interval, in metres, and how it was come by.

    `trial_error` and `trial_base_error` are mean absolute errors of the method and of "unchanged"
    on the `trials` hours that no method was fitted on; `wet` says that errors after rain alone made
    the interval.
    """

    hours: int
    method: str
    base: float
    value: float
    low: float
    high: float
    trial_error: float
    trial_base_error: float
    trials: int
    wet: bool


@dataclass(frozen=True)
class Refusal:
    """Why nothing is said of the hours ahead, with the numbers that show it."""

    why: Why
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """Which hours ahead, what part of all cases the interval should hold, and the least data."""

    hours: tuple[int, ...]
    interval: float
    least_hours: int
    most_missing: float


def look_ahead(
    level: Floats, rain: Sequence[Floats], upstream: Sequence[Floats], wanted: Wanted
) -> list[Ahead] | Refusal:
    """The level of the hours ahead of the last one of `level`; all rows are the same hours.

    Refuses where the last hour has no level, too many hours have none, or there are too few.
    """
    known = np.flatnonzero(np.isfinite(level))
    if not len(known) or not np.isfinite(level[-1]):
        return Refusal("stale", {"hours": float(len(level) - 1 - known[-1]) if len(known) else -1})
    level = level[known[0] :]
    rain, upstream = ([row[known[0] :] for row in rows] for rows in (rain, upstream))
    if len(known) < wanted.least_hours:
        return Refusal("too_few", {"hours": len(known), "least": wanted.least_hours})
    missing = 1 - len(known) / len(level)
    if missing > wanted.most_missing:
        return Refusal("gaps", {"missing": missing, "most": wanted.most_missing})
    level, upstream = bridged(level), [bridged(row) for row in upstream]
    upstream = [row for row in upstream if _is_whole(row)]
    rows, wet = columns(level, rain, upstream), wet_hours(rain, len(level))
    if not np.isfinite(rows[-1]).all():
        return Refusal("gaps", {"missing": missing, "most": wanted.most_missing})
    found = [_ahead(level, rows, wet, hours, wanted.interval) for hours in wanted.hours]
    said = [one for one in found if one is not None]
    if len(said) < len(found):
        return Refusal("too_few", {"hours": len(known), "least": wanted.least_hours})
    return said


def _is_whole(row: Floats) -> bool:
    """Whether a row upstream tells of its last hours and most others; else it helps nobody."""
    return bool(np.isfinite(row[-4:]).all() and np.isfinite(row).mean() > 0.8)


def _ahead(
    level: Floats, rows: Floats, wet: NDArray[np.bool_], hours: int, interval: float
) -> Ahead | None:
    target = level[hours:] - level[:-hours]
    usable = np.flatnonzero(np.isfinite(target) & np.isfinite(rows[:-hours]).all(axis=1))
    tried = usable[int(len(usable) * (1 - _TRIED)) :]
    # What was not yet known at the first hour that is tried is no part of what is fitted.
    fitted = usable[usable + hours <= tried[0]] if len(tried) else usable
    if len(tried) < 48 or len(fitted) < 96:
        return None
    errors = {
        name: target[tried] - Fitted(name, rows[fitted], target[fitted]).changes(rows[tried])
        for name in METHODS
    }
    means = {name: float(np.abs(error).mean()) for name, error in errors.items()}
    # The plainer one where two are as good.
    best = min(METHODS, key=lambda name: (round(means[name], 6), METHODS.index(name)))
    change = float(Fitted(best, rows[usable], target[usable]).changes(rows[-1:])[0])
    own = errors[best]
    after_rain = bool(wet[-1]) and int(wet[tried].sum()) >= _LEAST_WET
    if after_rain:
        own = own[wet[tried]]
    below, above = _quantiles(own, interval)
    base = float(level[-1])
    value = base + change
    return Ahead(
        hours=hours,
        method=best,
        base=base,
        value=value,
        low=value + min(below, 0.0),
        high=value + max(above, 0.0),
        trial_error=means[best],
        trial_base_error=means["unchanged"],
        trials=len(tried),
        wet=after_rain,
    )


def _quantiles(errors: Floats, interval: float) -> tuple[float, float]:
    """The errors between which that part of the next one lies, with the correction for how few
    there are (split conformal)."""
    n = len(errors)
    share = min(1.0, np.ceil((n + 1) * (1 + interval) / 2) / n)
    return float(np.quantile(errors, 1 - share)), float(np.quantile(errors, share))
