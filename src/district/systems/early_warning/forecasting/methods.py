"""The three ways to look ahead: what each is fitted on, and what it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from district.systems.early_warning.forecasting.grid import Floats

METHODS = ("unchanged", "trend", "regression")
#: Hours back that a row of the regression looks.
REACH = 12
_LEVEL_LAGS = (1, 2, 3, 6)
#: Hours of rain: of the last one, of the two before it, and so on; (first, last) hours back.
_RAIN_SPANS = ((0, 1), (1, 3), (3, 6), (6, 12))
_UPSTREAM_LAGS = (1, 3)
#: How strongly the regression is pulled to no change, in units of the spread of its columns.
_RIDGE = 1.0


def columns(level: Floats, rain: Sequence[Floats], upstream: Sequence[Floats]) -> Floats:
    """One row for each hour, from what was known at its end; NaN where something is missing."""
    found = [_back(level, 0) - _back(level, lag) for lag in _LEVEL_LAGS]
    if rain:
        fallen = np.mean([np.nan_to_num(row) for row in rain], axis=0)
        total = np.concatenate(([0.0], np.cumsum(fallen)))
        for begin, end in _RAIN_SPANS:
            found.append(_at(total, len(level), begin) - _at(total, len(level), end))
    for row in upstream:
        found += [_back(row, 0) - _back(row, lag) for lag in _UPSTREAM_LAGS]
    return np.column_stack(found)


def _back(row: Floats, lag: int) -> Floats:
    return row if not lag else np.concatenate((np.full(lag, np.nan), row[:-lag]))


def _at(total: Floats, count: int, back: int) -> Floats:
    """The running total so many hours before the end of each hour, the first total before all."""
    return total[np.maximum(np.arange(1, count + 1) - back, 0)]


def wet_hours(rain: Sequence[Floats], count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a millimetre or more fell in the six hours before the end of each hour."""
    if not rain:
        return np.zeros(count, np.bool_)
    fallen = np.mean([np.nan_to_num(row) for row in rain], axis=0)
    total = np.concatenate(([0.0], np.cumsum(fallen)))
    return (_at(total, count, 0) - _at(total, count, 6)) >= 1.0


class Fitted:
    """A method with what it learnt; `changes` says by how much the level will have changed."""

    def __init__(self, method: str, rows: Floats, target: Floats) -> None:
        self.method = method
        self._mean: Floats = np.zeros(rows.shape[1])
        self._weights: Floats = np.zeros(rows.shape[1])
        self._spread: Floats = np.ones(rows.shape[1])
        self._base = 0.0
        if method == "trend":
            last = rows[:, 0]
            square = float(last @ last)
            self._weights[0] = float(last @ target) / square if square > 0 else 0.0
        elif method == "regression":
            self._fit(rows, target)

    def _fit(self, rows: Floats, target: Floats) -> None:
        self._mean = np.asarray(rows.mean(axis=0), np.float64)
        spread = np.asarray(rows.std(axis=0), np.float64)
        self._spread[spread > 1e-9] = spread[spread > 1e-9]
        scaled = (rows - self._mean) / self._spread
        self._base = float(target.mean())
        square = scaled.T @ scaled + _RIDGE * np.eye(rows.shape[1])
        found = np.linalg.solve(square, scaled.T @ (target - self._base))
        self._weights = np.asarray(found, np.float64)

    def changes(self, rows: Floats) -> Floats:
        """The change over the horizon from each row on."""
        found: Floats = ((rows - self._mean) / self._spread) @ self._weights + self._base
        return found
