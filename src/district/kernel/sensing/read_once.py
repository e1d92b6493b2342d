"""A part of the log that is read once and asked a thousand times, as when a demo is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.gateway.client import GatewayAway
from district.kernel.sensing.logged import LoggedReadings, NotTaken, log_folder
from district.kernel.sensing.store import Appended, Order, Readings, is_configured, plug, readings


class ReadOnce:
    """Readings as they were when they were read, by datastream; nothing can be written."""

    def __init__(self, found: Batch) -> None:
        self._held = found.take(np.lexsort((found.time, found.stream)))
        streams, begins, counts = np.unique(
            self._held.stream, return_index=True, return_counts=True
        )
        told = zip(streams.tolist(), begins.tolist(), counts.tolist(), strict=True)
        self._where = {number: (begin, begin + count) for number, begin, count in told}

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        """Raises NotTaken."""
        raise NotTaken(GatewayAway("a part of the log that was read once is only read"))

    def query(
        self,
        streams: Sequence[int],
        since: int | None = None,
        until: int | None = None,
        *,
        order: Order = "asc",
        limit: int | None = None,
        offset: int = 0,
    ) -> Batch:
        """As `store.Readings.query`."""
        parts = [self._held.take(each) for each in self._slices(streams, since, until)]
        found = Batch.concat(parts) if parts else Batch.empty()
        ordered = np.lexsort((found.stream, found.time))
        found = found.take(ordered if order == "asc" else ordered[::-1])
        return found.take(slice(offset, None if limit is None else offset + limit))

    def count(
        self, streams: Sequence[int], since: int | None = None, until: int | None = None
    ) -> int:
        """As `store.Readings.count`."""
        return sum(each.stop - each.start for each in self._slices(streams, since, until))

    def _slices(
        self, streams: Sequence[int], since: int | None, until: int | None
    ) -> Iterator[slice]:
        for number in sorted(set(streams) & set(self._where)):
            begin, end = self._where[number]
            times = self._held.time[begin:end]
            low = 0 if since is None else int(np.searchsorted(times, since))
            high = len(times) if until is None else int(np.searchsorted(times, until))
            if low < high:
                yield slice(begin + low, begin + high)


@contextmanager
def log_read_once(streams: Sequence[int], until: int) -> Iterator[int]:
    """Within it this process reads what the log had of these datastreams before `until` (µs since
    1970 UTC), also where it was told of no gateway; tells how many readings that are.

    What was plugged in before is again afterwards.
    """
    before: Readings | None = readings() if is_configured() else None
    log = before
    if log is None and log_folder().is_dir():
        log = LoggedReadings(log_folder(), None)
    found = log.query(streams, None, until) if log is not None and streams else Batch.empty()
    plug(ReadOnce(found))
    try:
        yield len(found)
    finally:
        plug(before)
