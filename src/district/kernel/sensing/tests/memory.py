"""A log of readings in memory, for tests alone: it forgets, and refuses only duplicates."""

from __future__ import annotations

from collections.abc import Sequence

from district.kernel.sensing.batches import DTYPES, Batch
from district.kernel.sensing.store import Appended, Order, Refused


class MemoryLog:
    """Readings in a list. `late_before` makes readings before that time late."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, float, int, int]] = []
        self.appends = 0
        self.late_before = -(2**62)

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        """Keep what is new."""
        self.appends += 1
        known = {(row[0], row[1]): row[2] for row in self.rows}
        refused = []
        parts = (getattr(readings, name) for name in DTYPES)
        for at, row in enumerate(zip(*(part.tolist() for part in parts), strict=True)):
            key = (row[0], row[1])
            if row[1] < self.late_before:
                refused.append(Refused(at, "late"))
            elif key in known:
                reason = "duplicate" if known[key] == row[2] else "contradiction"
                refused.append(Refused(at, reason))
            else:
                known[key] = row[2]
                self.rows.append(row)
        accepted = len(readings) - len(refused)
        return Appended(self.appends if accepted else None, tuple(refused))

    def _found(
        self, streams: Sequence[int], since: int | None, until: int | None
    ) -> list[tuple[int, int, float, int, int]]:
        wanted = set(streams)
        return sorted(
            (
                row
                for row in self.rows
                if row[0] in wanted
                and (since is None or row[1] >= since)
                and (until is None or row[1] < until)
            ),
            key=lambda row: (row[1], row[0]),
        )

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
        """As the interface says."""
        rows = self._found(streams, since, until)
        rows = rows[::-1] if order == "desc" else rows
        rows = rows[offset:] if limit is None else rows[offset : offset + limit]
        return Batch.of(*zip(*rows, strict=True)) if rows else Batch.empty()

    def count(
        self, streams: Sequence[int], since: int | None = None, until: int | None = None
    ) -> int:
        """As the interface says."""
        return len(self._found(streams, since, until))


def column(*rows: tuple[int, int, float]) -> Batch:
    """Readings of (stream, time, value), received at their time."""
    return Batch.of(*zip(*rows, strict=True)) if rows else Batch.empty()
