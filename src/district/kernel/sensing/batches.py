"""Readings as columns, and the frames of the log that carry them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Batch:
    """Accepted readings as columns of equal length.

    `stream` is the datastream's number (int32), `time` and `received` are microseconds since
    1970 UTC (int64), `value` is float64, `sequence` the source's own number or -1 (int64).
    """

    stream: npt.NDArray[np.int32]
    time: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    received: npt.NDArray[np.int64]
    sequence: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.stream)

    def take(self, chosen: npt.NDArray[Any] | slice) -> Batch:
        """The readings that a mask, an index or a slice chooses."""
        return Batch(
            self.stream[chosen],
            self.time[chosen],
            self.value[chosen],
            self.received[chosen],
            self.sequence[chosen],
        )

    @staticmethod
    def concat(batches: Sequence[Batch]) -> Batch:
        """The readings of several batches, one after another."""
        if not batches:
            return Batch.empty()
        return Batch(
            np.concatenate([batch.stream for batch in batches]),
            np.concatenate([batch.time for batch in batches]),
            np.concatenate([batch.value for batch in batches]),
            np.concatenate([batch.received for batch in batches]),
            np.concatenate([batch.sequence for batch in batches]),
        )

    @staticmethod
    def empty() -> Batch:
        """No readings."""
        whole = np.empty(0, np.int64)
        return Batch(np.empty(0, np.int32), whole, np.empty(0, np.float64), whole, whole)


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock's time, written to the log about once a second; microseconds since 1970 UTC."""

    time: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands at a position of the log."""

    position: int
    content: Batch | Tick
