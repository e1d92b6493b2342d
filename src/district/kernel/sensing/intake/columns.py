"""Lists as they come out of JSON, to columns, and which of their items are no such thing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_INT64 = np.iinfo(np.int64)


def integers(
    values: Sequence[object], low: int, high: int, missing: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Integers from `low` to `high`, and which are none (they are `low` then).

    Truth values, texts and decimals are no integers. With `missing` a null stands for it.
    """
    if set(map(type, values)) == {int}:
        try:
            found = np.array(values, dtype=np.int64)
        except OverflowError:
            pass
        else:
            bad = (found < low) | (found > high)
            return np.where(bad, low, found), bad
    found = np.full(len(values), low, dtype=np.int64)
    bad = np.ones(len(values), dtype=np.bool_)
    for at, value in enumerate(values):
        if value is None and missing is not None:
            found[at], bad[at] = missing, False
        elif type(value) is int and low <= value <= high:
            found[at], bad[at] = value, False
    return found, bad


def numbers(values: Sequence[object]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Finite numbers, and which are none (they are 0 then). Truth values are 0 and 1."""
    if set(map(type, values)) <= {int, float, bool}:
        try:
            found = np.array(values, dtype=np.float64)
        except OverflowError:
            pass
        else:
            bad = ~np.isfinite(found)
            return np.where(bad, 0.0, found), bad
    found = np.zeros(len(values), dtype=np.float64)
    bad = np.ones(len(values), dtype=np.bool_)
    for at, value in enumerate(values):
        if isinstance(value, int | float):
            try:
                found[at] = float(value)
            except OverflowError:
                continue
            bad[at] = not np.isfinite(found[at])
            if bad[at]:
                found[at] = 0.0
    return found, bad
