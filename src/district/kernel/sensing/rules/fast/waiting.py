"""Readings that are held back until their watermark passes them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from district.kernel.sensing.rules.durations import SECOND
from district.kernel.sensing.rules.fast.columns import Bools, Floats, Ints, first_of_run


@dataclass(frozen=True)
class Rows:
    """Readings of feeds as columns; times in microseconds since 1970 UTC."""

    feed: Ints
    time: Ints
    value: Floats
    sequence: Ints

    def __len__(self) -> int:
        return len(self.feed)

    def take(self, chosen: Bools | Ints | slice) -> Rows:
        """The rows that a mask, an index or a slice chooses."""
        return Rows(self.feed[chosen], self.time[chosen], self.value[chosen], self.sequence[chosen])

    @staticmethod
    def concat(parts: list[Rows]) -> Rows:
        """The rows of several, one after another; of one, itself."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            whole = np.empty(0, np.int64)
            return Rows(whole, whole, np.empty(0, np.float64), whole)
        return Rows(
            np.concatenate([part.feed for part in parts]),
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.value for part in parts]),
            np.concatenate([part.sequence for part in parts]),
        )


class Waiting:
    """Rows by the second of their event time, so that those far ahead are not looked at."""

    def __init__(self) -> None:
        self.seconds: dict[int, list[Rows]] = {}

    def add(self, rows: Rows) -> None:
        """Hold rows back; equal ones stay in the order in which they came."""
        second = rows.time // SECOND
        order = np.argsort(second, kind="stable")
        starts = np.flatnonzero(first_of_run(second[order]))
        for part in np.split(order, starts[1:]):
            if len(part):
                self.seconds.setdefault(int(second[part[0]]), []).append(rows.take(part))

    def due(self, watermark: Ints, strand: Ints) -> Rows:
        """Take out what lies at or before the watermark of its feed's strand."""
        found: list[Rows] = []
        latest = int(watermark.max()) // SECOND if len(watermark) else 0
        for key in sorted(second for second in self.seconds if second <= latest):
            rows = Rows.concat(self.seconds.pop(key))
            passed = rows.time <= watermark[strand[rows.feed]]
            found.append(rows.take(passed))
            if not passed.all():
                self.seconds[key] = [rows.take(~passed)]
        return Rows.concat(found)

    def all(self) -> Rows:
        """Everything that waits, as it came within each second."""
        return Rows.concat([part for key in sorted(self.seconds) for part in self.seconds[key]])
