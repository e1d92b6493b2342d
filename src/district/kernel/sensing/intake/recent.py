"""Which readings were accepted lately, so that the same one is not accepted again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.batches import Batch, Frame

_NEVER = np.iinfo(np.int64).min
_MOST_IN_CHUNK = 1 << 20

Ints = NDArray[np.int32] | NDArray[np.int64]


class Recent:
    """The readings that were accepted within the window: (stream, time) and the value of each.

    A reading newer than everything of its stream is new, and this costs one comparison;
    others are looked up exactly. The window holds at least what was received within `horizon`
    microseconds before the newest receipt, but at most about `limit` readings, the newest
    (20 bytes each, and 8 for each datastream's number). When `horizon` is at least the longest
    declared lateness plus the allowed skew, and the limit is not reached, no duplicate is ever
    missed: what is older than the window would be late. `whole` says so: it is False once the
    limit has cut the window, or the clock went back to a time of which readings are forgotten.

    Stream numbers are small: an array of 8 bytes is as long as the greatest. Not for several
    threads at once.
    """

    def __init__(self, horizon: int, limit: int = 16_000_000) -> None:
        self.horizon, self.limit = horizon, limit
        self.whole = True
        # Forgotten chunk by chunk, so the window is never cut far below its limit.
        self._most_in_chunk = min(_MOST_IN_CHUNK, limit // 8)
        self._latest = np.full(1024, _NEVER, dtype=np.int64)
        self._chunks: list[_Chunk] = []
        self._newest = self._forgotten = _NEVER

    @classmethod
    def from_frames(cls, frames: Iterable[Frame], horizon: int, limit: int = 16_000_000) -> Recent:
        """The window after these frames, as after a restart: give the log's tail."""
        recent = cls(horizon, limit)
        for frame in frames:
            if isinstance(frame.content, Batch):
                recent.keep(frame.content)
        return recent

    def __len__(self) -> int:
        return sum(len(chunk) for chunk in self._chunks)

    def latest(self, stream: Ints) -> NDArray[np.int64]:
        """The newest event time accepted of each stream, the least int64 where none is known."""
        inside = stream < len(self._latest)
        return np.where(inside, self._latest[np.where(inside, stream, 0)], _NEVER)

    def find(
        self, stream: Ints, time: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Which of these were accepted already, and with which value (0 where not)."""
        seen = np.zeros(len(stream), dtype=np.bool_)
        value = np.zeros(len(stream), dtype=np.float64)
        left = np.flatnonzero(time <= self.latest(stream))
        for chunk in reversed(self._chunks):
            if not len(left):
                break
            within = left[(time[left] >= chunk.low) & (time[left] <= chunk.high)]
            if not len(within):
                continue
            hit, found = chunk.find(stream[within], time[within])
            seen[within[hit]] = True
            value[within[hit]] = found[hit]
            left = left[~seen[left]]
        return seen, value

    def keep(self, accepted: Batch) -> None:
        """Add what is now in the log. Never what was refused, or what could not be appended."""
        if not len(accepted):
            return
        most = int(accepted.stream.max())
        if most >= len(self._latest):
            grown = np.full(max(most + 1, 2 * len(self._latest)), _NEVER, dtype=np.int64)
            grown[: len(self._latest)] = self._latest
            self._latest = grown
        np.maximum.at(self._latest, accepted.stream, accepted.time)
        self._chunks.append(_Chunk([accepted], int(accepted.received.max())))
        received = self._chunks[-1].newest
        if received < self._newest and received - self.horizon <= self._forgotten:
            self.whole = False
        self._newest = max(self._newest, received)
        self._forget()
        self._join()

    def _join(self) -> None:
        """Join the last chunks while they are of a size: few chunks, each copied a few times."""
        chunks = self._chunks
        while (
            len(chunks) > 1
            and 2 * len(chunks[-1]) >= len(chunks[-2])
            and len(chunks[-1]) + len(chunks[-2]) <= self._most_in_chunk
        ):
            last = chunks.pop()
            chunks[-1] = chunks[-1].joined(last)

    def _forget(self) -> None:
        while self._chunks and self._chunks[0].newest < self._newest - self.horizon:
            self._forgotten = max(self._forgotten, self._chunks.pop(0).newest)
        held = len(self)
        while len(self._chunks) > 1 and held > self.limit:
            held -= len(self._chunks.pop(0))
            self.whole = False


class _Chunk:
    """Some readings: as they came until they are first looked through, then sorted."""

    def __init__(self, parts: list[Batch], newest: int) -> None:
        self.newest = newest
        self.low = min(int(part.time.min()) for part in parts)
        self.high = max(int(part.time.max()) for part in parts)
        self._length = sum(len(part) for part in parts)
        self._stream = np.concatenate([part.stream for part in parts])
        self._time = np.concatenate([part.time for part in parts])
        self._value = np.concatenate([part.value for part in parts])
        self._sorted = False

    def __len__(self) -> int:
        return self._length

    def joined(self, later: _Chunk) -> _Chunk:
        """One chunk of both."""
        both = _Chunk.__new__(_Chunk)
        both.newest = max(self.newest, later.newest)
        both.low, both.high = min(self.low, later.low), max(self.high, later.high)
        both._length = len(self) + len(later)
        both._stream = np.concatenate([self._stream, later._stream])
        both._time = np.concatenate([self._time, later._time])
        both._value = np.concatenate([self._value, later._value])
        both._sorted = False
        return both

    def find(
        self, stream: Ints, time: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Which are here, and their values (of anything where not)."""
        self._sort()
        low = np.searchsorted(self._stream, stream, side="left")
        high = np.searchsorted(self._stream, stream, side="right")
        end = high.copy()
        # The first of each stream's times that is not before the one looked for.
        while (open_ := low < high).any():
            middle = (low + high) // 2
            before = open_ & (self._time[np.minimum(middle, self._length - 1)] < time)
            low = np.where(before, middle + 1, low)
            high = np.where(open_ & ~before, middle, high)
        at = np.minimum(low, self._length - 1)
        return (low < end) & (self._time[at] == time), self._value[at]

    def _sort(self) -> None:
        if self._sorted:
            return
        order = order_by(self._stream, self._time)
        self._stream, self._time = self._stream[order], self._time[order]
        self._value = self._value[order]
        self._sorted = True


def keys(stream: Ints, time: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """A number for each (stream, time) that sorts and differs as they do; None if 63 bits are
    too few for their ranges."""
    if not len(stream):
        return np.empty(0, dtype=np.int64)
    first, span = int(time.min()), int(time.max()) - int(time.min()) + 1
    base = int(stream.min())
    if (int(stream.max()) - base + 1) * span >= 2**63:
        return None
    return (stream.astype(np.int64) - base) * span + (time - first)


def order_by(stream: Ints, time: NDArray[np.int64]) -> NDArray[np.intp]:
    """The indices that sort by stream and time, equal ones as they stand."""
    key = keys(stream, time)
    return np.lexsort((time, stream)) if key is None else np.argsort(key, kind="stable")
