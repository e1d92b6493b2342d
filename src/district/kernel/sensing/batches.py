"""What the log carries and rules read: batches of readings, ticks, and the frames they stand in.

Everything is a column. Times are microseconds since 1970-01-01 UTC, as int64; there is no
other time here, and no time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

#: The columns of a batch in the order in which they are kept, with the type of each.
DTYPES: Mapping[str, np.dtype[np.generic]] = MappingProxyType(
    {
        "stream": np.dtype(np.int32),
        "time": np.dtype(np.int64),
        "value": np.dtype(np.float64),
        "received": np.dtype(np.int64),
        "sequence": np.dtype(np.int64),
    }
)

#: What `sequence` holds where the source sends no number of its own.
NO_SEQUENCE = -1


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """Readings as columns of one length.

    `stream` is the datastream's small number, `time` the event time and `received` the time
    of receipt (both microseconds since 1970 UTC), `value` the result in the datastream's unit
    (truth values are 0 and 1), `sequence` the source's own number or -1. The columns are not
    copied and may be read-only views of a larger buffer; nobody writes into them.

    Raises ValueError when a column is not one-dimensional, of another type or another length.
    """

    stream: NDArray[np.int32]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    received: NDArray[np.int64]
    sequence: NDArray[np.int64]

    def __post_init__(self) -> None:
        length = len(self.stream)
        for name, dtype in DTYPES.items():
            column = getattr(self, name)
            if column.dtype != dtype or column.ndim != 1:
                raise ValueError(f"{name}: {dtype} in one dimension, not {column.dtype}")
            if len(column) != length:
                raise ValueError(f"{name}: {len(column)} values beside {length} of stream")

    @classmethod
    def of(
        cls,
        stream: object,
        time: object,
        value: object,
        received: object | None = None,
        sequence: object | None = None,
    ) -> Batch:
        """A batch from anything that numpy takes as columns; converts types where they differ.

        Without `received` it is the event time, without `sequence` it is -1. A number that
        does not fit its column raises OverflowError or wraps as numpy does, so this is for
        values that are known to fit; what comes from outside goes through the intake.
        """
        times = np.asarray(time, dtype=np.int64)
        return cls(
            np.asarray(stream, dtype=np.int32),
            times,
            np.asarray(value, dtype=np.float64),
            times if received is None else np.asarray(received, dtype=np.int64),
            np.full(len(times), NO_SEQUENCE, dtype=np.int64)
            if sequence is None
            else np.asarray(sequence, dtype=np.int64),
        )

    @classmethod
    def empty(cls) -> Batch:
        """A batch without readings."""
        return cls(
            np.empty(0, np.int32),
            np.empty(0, np.int64),
            np.empty(0, np.float64),
            np.empty(0, np.int64),
            np.empty(0, np.int64),
        )

    @classmethod
    def concat(cls, batches: Iterable[Batch]) -> Batch:
        """The readings of all, in the order given. One batch comes back as it is, not copied."""
        parts = [batch for batch in batches if len(batch)]
        if not parts:
            return cls.empty()
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.stream for part in parts]),
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.value for part in parts]),
            np.concatenate([part.received for part in parts]),
            np.concatenate([part.sequence for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.stream)

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.integer] | slice) -> Batch:
        """The readings that a mask, an array of indices or a slice chooses, in that order."""
        return Batch(
            self.stream[chosen],
            self.time[chosen],
            self.value[chosen],
            self.received[chosen],
            self.sequence[chosen],
        )

    def same(self, other: Batch) -> bool:
        """Whether both hold the same readings in the same order, bit for bit (NaN too)."""
        return len(self) == len(other) and all(
            getattr(self, name).tobytes() == getattr(other, name).tobytes() for name in DTYPES
        )


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock as the log knows it: `time` in microseconds since 1970 UTC."""

    time: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry of the log: `position` counts frames since the log began, from 0."""

    position: int
    content: Batch | Tick
