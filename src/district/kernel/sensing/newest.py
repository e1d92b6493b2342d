"""The newest reading of each datastream among many. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from district.kernel.sensing.batches import Batch

#: A row for each datastream: its newest reading with its position in the log, and the time of the
#: oldest one that was seen. Times are microseconds since 1970 UTC.
ROW = np.dtype(
    [
        ("stream", np.int64),
        ("time", np.int64),
        ("value", np.float64),
        ("received", np.int64),
        ("position", np.int64),
        ("first", np.int64),
    ]
)
Rows = npt.NDArray[Any]


def nothing() -> Rows:
    """No row."""
    return np.empty(0, ROW)


def newest_of(readings: Batch, position: int | npt.NDArray[np.int64]) -> Rows:
    """The rows of these readings; `position` is where in the log they stand, one for all or each.

    Readings without a number and times before 1970 are left out.
    """
    found = np.empty(len(readings), ROW)
    found["stream"], found["time"], found["value"] = readings.stream, readings.time, readings.value
    found["received"], found["position"] = readings.received, position
    found["first"] = readings.time
    return _each_once(found[np.isfinite(readings.value) & (readings.time >= 0)])


def merged(one: Rows, other: Rows) -> Rows:
    """The rows of both; of the same time the later one of `other` counts."""
    return _each_once(np.concatenate([one, other])) if len(one) else other


def _each_once(rows: Rows) -> Rows:
    if not len(rows):
        return rows
    ordered = rows[np.lexsort((rows["time"], rows["stream"]))]
    streams = ordered["stream"]
    begins = np.flatnonzero(np.append(True, streams[1:] != streams[:-1]))
    found: Rows = ordered[np.append(begins[1:], len(ordered)) - 1]
    found["first"] = np.minimum.reduceat(ordered["first"], begins)
    return found
