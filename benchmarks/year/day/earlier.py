"""The hour before the day: what devices had said when it began.

The gateway knows duplicates by what it took in within an hour, up to a limit, and learns that from
the log when it starts. Without this hour it would begin with nothing in mind, and its memory would
grow until the limit is reached, as on no working day but the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.year.day.rates import readings_a_second
from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.gateway.gateway import Settings
from district.kernel.sensing.log import LogReader, LogWriter

_SECOND, _HOUR = 1_000_000, 3600
_BATCH = 20_000


def fill_hour(folder: Path, streams: Sequence[int], pace: float, now: int) -> int:
    """Append what these datastreams say in an hour at that pace, no more than a gateway remembers,
    between the log's last word and `now` (µs since 1970 UTC); how many readings. Nobody else has
    the log meanwhile."""
    count = min(Settings().recent_readings, int(readings_a_second(len(streams), pace) * _HOUR))
    numbers, dice = np.asarray(streams, dtype=np.int32), np.random.default_rng(5)
    since = max(now - _HOUR * _SECOND, _last(folder) + 1)
    if since >= now or not count:
        return 0
    with LogWriter(folder) as writer:
        for start in range(0, count, _BATCH):
            place = np.arange(start, min(start + _BATCH, count))
            times = since + (place * ((now - since) / count)).astype(np.int64)
            values = dice.normal(0, 0.5, len(place)).round(2)
            writer.append(Batch.of(numbers[place % len(numbers)], times, values))
            writer.append(Tick(int(times[-1])))
    return count


def _last(folder: Path) -> int:
    """The newest time of receipt or tick in the log's last segment, 0 where there is none."""
    if not folder.exists():
        return 0
    reader = LogReader(folder)
    newest = 0
    for frame in reader.follow(reader.segments()[-1]) if reader.segments() else ():
        content = frame.content
        at = content.time if isinstance(content, Tick) else int(content.received.max())
        newest = max(newest, at)
    return newest
