"""What the gateway asks: who may send what, where refused readings go, what time it is."""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Kind(IntEnum):
    """What the values of a datastream are."""

    MEASUREMENT = 0
    #: 0 or 1.
    TRUTH = 1
    #: Whole numbers.
    COUNT = 2


@dataclass(frozen=True, slots=True)
class StreamRows:
    """The declared datastreams as columns of one length.

    `number` and owning `source` are keys of the register; `lateness` and `skew` (by how much an
    event time may lie behind and ahead of the receipt) in microseconds; `kind` a Kind; `active`
    whether it takes readings. A datastream that no source may write has source -1.
    """

    number: NDArray[np.int64]
    source: NDArray[np.int64]
    lateness: NDArray[np.int64]
    skew: NDArray[np.int64]
    kind: NDArray[np.int8]
    active: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, int, int, bool]]) -> StreamRows:
        """From rows (number, source, lateness, skew, kind, active)."""
        columns = list(zip(*rows, strict=True)) or [()] * 6
        types = (np.int64, np.int64, np.int64, np.int64, np.int8, np.bool_)
        return cls(*(np.array(c, t) for c, t in zip(columns, types, strict=True)))


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A sender: its key, the `code` by which it calls itself, and whether it may send.

    `secrets` are (digest, until) of the secrets that it may use; `until` in microseconds since
    1970 UTC, None for no end.
    """

    number: int
    code: str
    active: bool
    secrets: tuple[tuple[str, int | None], ...] = ()


class Register(Protocol):
    """Who may send what. Called by one thread, now and then, never for a reading."""

    def changed(self) -> Hashable:
        """A marker that differs whenever streams or sources may have changed; cheap."""

    def streams(self) -> StreamRows:
        """All datastreams."""

    def sources(self) -> Sequence[SourceRow]:
        """All sources."""

    def digest(self, code: str, secret: str) -> str:
        """What is kept of such a secret; asks nobody, and any thread may call it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Readings that were not accepted for one reason.

    `source` is the sender's key, None where nobody is known; `stream` what the sender called the
    datastream, "" where that cannot be told; `reason` a code (see `reasons`); `fragment` the
    first of them as it was sent, in ASCII; `received` in microseconds since 1970 UTC.
    """

    source: int | None
    stream: str
    reason: str
    fragment: str
    received: int
    count: int = 1


class Quarantine(Protocol):
    """Where refused readings go for people to see."""

    def put(self, rows: Sequence[Refusal]) -> None:
        """Keep them, all or none; raises anything when that failed, and is then asked again.

        After a crash the same rows may come twice.
        """


class Clock(Protocol):
    """What time it is."""

    def now(self) -> int:
        """Microseconds since 1970 UTC; may jump, as clocks of machines do."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Microseconds since 1970 UTC."""
        return time.time_ns() // 1000
