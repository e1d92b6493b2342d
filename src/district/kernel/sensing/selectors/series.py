"""The readings of one datastream over a time, as a chart draws them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from district.kernel.sensing import times
from district.kernel.sensing.batches import Batch
from district.kernel.sensing.store import readings

#: So many readings are drawn one by one; more are drawn as the least and greatest of each stretch.
MOST_POINTS = 600
MOST_READ = 500_000


@dataclass(frozen=True)
class Series:
    """Times (aware, UTC) and values to draw. `count` is how many readings there are in all;
    `thinned` says that only extremes are drawn, `cut` that later readings were not looked at."""

    moments: tuple[datetime, ...]
    values: tuple[float, ...]
    count: int
    thinned: bool
    cut: bool


def series_of(number: int, since: datetime, until: datetime) -> Series:
    """The readings of a datastream with since <= time < until. Raises NotConfigured.

    No peak is lost in thinning: of each of equal stretches the first least and the first greatest
    reading stay.
    """
    found = readings().query(
        [number], times.to_micros(since), times.to_micros(until), limit=MOST_READ + 1
    )
    cut = len(found) > MOST_READ
    found = found.take(slice(0, MOST_READ))
    thinned = len(found) > MOST_POINTS
    kept = found.take(_extremes(found)) if thinned else found
    return Series(
        tuple(times.from_micros(at) for at in kept.time.tolist()),
        tuple(kept.value.tolist()),
        len(found),
        thinned,
        cut,
    )


def _extremes(found: Batch) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    parts = np.array_split(np.arange(len(found)), MOST_POINTS // 2)
    kept = {int(part[pick(found.value[part])]) for part in parts for pick in (np.argmin, np.argmax)}
    return np.array(sorted(kept), np.int64)
