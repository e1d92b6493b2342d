"""Readings, which come when they like, as a row of hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOUR = 3_600_000_000  # microseconds
Floats = NDArray[np.float64]
#: Gaps of so many hours are bridged by a straight line.
_LONGEST_GAP = 3


@dataclass(frozen=True)
class Hours:
    """`count` hours that end at `last` (microseconds since 1970 UTC), which is the newest."""

    last: int
    count: int

    def ends(self) -> NDArray[np.int64]:
        """When each of them ends."""
        return self.last - HOUR * np.arange(self.count - 1, -1, -1, dtype=np.int64)


def hourly_levels(times: NDArray[np.int64], values: Floats, hours: Hours) -> Floats:
    """The last reading of each hour; NaN where there is none. Readings are in order of time."""
    good = np.isfinite(values)
    times, values = times[good], values[good]
    ends = hours.ends()
    at = np.searchsorted(times, ends, side="right") - 1
    found = np.full(hours.count, np.nan)
    known = at >= 0
    known[known] = times[at[known]] > ends[known] - HOUR
    found[known] = values[at[known]]
    return found


def hourly_sums(times: NDArray[np.int64], values: Floats, hours: Hours) -> Floats:
    """The sum of each hour's readings; NaN where there is none."""
    good = np.isfinite(values)
    times, values = times[good], values[good]
    ends = hours.ends()
    slot = np.searchsorted(ends, times, side="left")
    inside = (slot < hours.count) & (times > ends[0] - HOUR)
    counts = np.bincount(slot[inside], minlength=hours.count)
    sums = np.bincount(slot[inside], weights=values[inside], minlength=hours.count)
    return np.where(counts > 0, sums, np.nan)


def bridged(row: Floats) -> Floats:
    """The row with its short gaps bridged; longer ones, and both ends, stay as they are."""
    missing = np.isnan(row)
    if not missing.any() or missing.all():
        return row
    index = np.arange(len(row))
    line = np.interp(index, index[~missing], row[~missing])
    found = row.copy()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], missing.view(np.int8), [0]))))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if begin > 0 and end < len(row) and end - begin <= _LONGEST_GAP:
            found[begin:end] = line[begin:end]
    return found
