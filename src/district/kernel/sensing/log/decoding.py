"""From the bytes of found frames to frames, or to rows of all of them at once."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.batches import DTYPES, NO_SEQUENCE, Batch, Frame, Tick
from district.kernel.sensing.log.frames import IS_TICK, TICK_STREAM, Scan

_TICK = struct.Struct("<q")
#: Frames up to this many readings are gathered by size, all of one size at once.
_SMALL = 64


def frames(data: bytes | memoryview, found: Scan) -> Iterator[Frame]:
    """The frames of a scan. Batches are read-only views of `data`, not copies."""
    for number, (offset, count) in enumerate(
        zip(found.offsets.tolist(), found.counts.tolist(), strict=True)
    ):
        content: Batch | Tick
        if count == IS_TICK:
            content = Tick(_TICK.unpack_from(data, offset)[0])
        else:
            content = _batch_at(data, offset, count)
        yield Frame(found.first + number, content)


def _batch_at(data: bytes | memoryview, offset: int, count: int) -> Batch:
    def column(index: int, name: str) -> NDArray[np.generic]:
        dtype = DTYPES[name]
        at = offset + index * 8 * count
        found = np.frombuffer(data, dtype.newbyteorder("<"), count, at).astype(dtype, copy=False)
        found.flags.writeable = False
        return found

    return Batch(
        column(4, "stream"),  # type: ignore[arg-type]  # the type is that of DTYPES
        column(0, "time"),  # type: ignore[arg-type]  # as above
        column(1, "value"),  # type: ignore[arg-type]  # as above
        column(2, "received"),  # type: ignore[arg-type]  # as above
        column(3, "sequence"),  # type: ignore[arg-type]  # as above
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Readings in the log's order, with the position of the frame that each stands in.

    A tick is a row of the stream TICK_STREAM: `time` and `received` are the clock's, `value`
    is 0, `sequence` is -1.
    """

    position: NDArray[np.int64]
    readings: Batch

    def __len__(self) -> int:
        return len(self.position)

    def take(self, chosen: NDArray[np.bool_] | slice) -> Rows:
        """The chosen rows."""
        return Rows(self.position[chosen], self.readings.take(chosen))

    @classmethod
    def of(cls, frames_: list[Frame]) -> Rows:
        """The rows of decoded frames."""
        batches = [
            frame.content if isinstance(frame.content, Batch) else _as_row(frame.content)
            for frame in frames_
        ]
        positions = np.array([frame.position for frame in frames_], dtype=np.int64)
        lengths = np.array([len(batch) for batch in batches], dtype=np.int64)
        return cls(np.repeat(positions, lengths), Batch.concat(batches))

    def frames(self) -> Iterator[Frame]:
        """The frames that these rows were; rows of one frame stand together."""
        if not len(self):
            return
        cuts = np.flatnonzero(np.diff(self.position)) + 1
        edges = [0, *cuts.tolist(), len(self)]
        starts = self.position[edges[:-1]].tolist()
        ticks = (self.readings.stream[edges[:-1]] == TICK_STREAM).tolist()
        for begin, end, position, tick in zip(edges, edges[1:], starts, ticks, strict=False):
            if tick:
                yield Frame(position, Tick(int(self.readings.time[begin])))
            else:
                yield Frame(position, self.readings.take(slice(begin, end)))


def _as_row(tick: Tick) -> Batch:
    return Batch.of([TICK_STREAM], [tick.time], [0.0])


def rows(data: bytes | memoryview, found: Scan) -> Rows:
    """The rows of all frames of a scan, quickly also where frames are many and small."""
    lengths = np.where(found.counts == IS_TICK, 1, found.counts)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    total = int(lengths.sum())
    out = {name: np.empty(total, dtype=dtype) for name, dtype in DTYPES.items()}
    raw = np.frombuffer(data, dtype=np.uint8)
    small = (found.counts > 0) & (found.counts <= _SMALL)
    for count in np.unique(found.counts[small]).tolist():
        which = found.counts == count
        _gather(raw, found.offsets[which], starts[which], count, out)
    for number in np.flatnonzero(found.counts > _SMALL).tolist():
        begin, count = int(starts[number]), int(found.counts[number])
        batch = _batch_at(data, int(found.offsets[number]), count)
        for name in DTYPES:
            out[name][begin : begin + count] = getattr(batch, name)
    ticks = found.counts == IS_TICK
    if ticks.any():
        at = starts[ticks]
        times = _words(raw, found.offsets[ticks], 1, np.dtype(np.int64)).ravel()
        out["time"][at] = out["received"][at] = times
        out["stream"][at], out["value"][at], out["sequence"][at] = TICK_STREAM, 0.0, NO_SEQUENCE
    positions = np.arange(found.first, found.next, dtype=np.int64)
    return Rows(np.repeat(positions, lengths), Batch(**out))


def select(
    data: bytes | memoryview, found: Scan, streams: NDArray[np.int32], since: int, until: int
) -> Rows:
    """The rows of these streams with since <= time < until, in the log's order.

    Looks through large frames where they stand, without copying what is not wanted.
    """
    parts: list[Rows] = []
    for number in np.flatnonzero(found.counts > _SMALL).tolist():
        batch = _batch_at(data, int(found.offsets[number]), int(found.counts[number]))
        # Streams first: few pass, and only their times are looked at.
        hits = np.flatnonzero(_is_one_of(batch.stream, streams))
        hits = hits[(batch.time[hits] >= since) & (batch.time[hits] < until)]
        if len(hits):
            positions = np.full(len(hits), found.first + number, dtype=np.int64)
            parts.append(Rows(positions, batch.take(hits)))
    small = np.flatnonzero(found.counts <= _SMALL)
    if len(small):
        few = replace(found, offsets=found.offsets[small], counts=found.counts[small])
        others = rows(data, few)
        others = Rows(found.first + small[others.position - found.first], others.readings)
        stream, time = others.readings.stream, others.readings.time
        wanted = _is_one_of(stream, streams) & (time >= since) & (time < until)
        parts.append(others.take(wanted))
    if not parts:
        return Rows(np.empty(0, dtype=np.int64), Batch.empty())
    together = Rows(
        np.concatenate([part.position for part in parts]),
        Batch.concat(part.readings for part in parts),
    )
    order = np.argsort(together.position, kind="stable")
    return Rows(together.position[order], together.readings.take(order))


def _is_one_of(stream: NDArray[np.int32], streams: NDArray[np.int32]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        np.equal(stream, streams[0]) if len(streams) == 1 else np.isin(stream, streams)
    )
    return found


def _gather(
    raw: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    starts: NDArray[np.int64],
    count: int,
    out: dict[str, NDArray[np.generic]],
) -> None:
    """Copy the columns of frames of one size to their rows."""
    target = starts[:, None] + np.arange(count)
    for index, name in enumerate(("time", "value", "received", "sequence", "stream")):
        out[name][target] = _words(raw, offsets + index * 8 * count, count, DTYPES[name])


def _words(
    raw: NDArray[np.uint8], offsets: NDArray[np.int64], count: int, dtype: np.dtype[np.generic]
) -> NDArray[np.generic]:
    """At each offset `count` numbers of one type, as a row of the answer each."""
    size = count * dtype.itemsize
    picked = raw[offsets[:, None] + np.arange(size)]
    words: NDArray[np.generic] = picked.view(dtype.newbyteorder("<"))
    return words.astype(dtype, copy=False)
