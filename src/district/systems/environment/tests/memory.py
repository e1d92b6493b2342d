"""A log of readings in memory, for tests: columns, nothing refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from district.kernel.sensing.public import Appended, Batch


class MemoryReadings:
    """Readings as one batch, as `sensing.store.Readings` tells of them."""

    def __init__(self) -> None:
        self.held = Batch.empty()

    def take(self, readings: Batch) -> None:
        """Keep readings, in whatever order."""
        self.held = Batch.concat([self.held, readings])

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        """As the interface says."""
        self.take(readings)
        return Appended(0)

    def query(
        self,
        streams: Sequence[int],
        since: int | None = None,
        until: int | None = None,
        *,
        order: str = "asc",
        limit: int | None = None,
        offset: int = 0,
    ) -> Batch:
        """As the interface says."""
        held = self.held
        chosen = np.isin(held.stream, list(streams))
        if since is not None:
            chosen &= held.time >= since
        if until is not None:
            chosen &= held.time < until
        found = held.take(chosen)
        ordered = np.lexsort((found.stream, found.time))
        found = found.take(ordered[::-1] if order == "desc" else ordered)
        return found.take(slice(offset, None if limit is None else offset + limit))

    def count(
        self, streams: Sequence[int], since: int | None = None, until: int | None = None
    ) -> int:
        """As the interface says."""
        return len(self.query(streams, since, until))
