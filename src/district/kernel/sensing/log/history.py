"""Readings of given datastreams and a time, from wherever they lie."""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log import parquet
from district.kernel.sensing.log.days import Index, read_index
from district.kernel.sensing.log.decoding import Rows, select
from district.kernel.sensing.log.frames import Scan
from district.kernel.sensing.log.reader import LogReader
from district.kernel.sensing.log.sealing import scan_raw

_COLUMNS = ["stream", "time", "value", "received", "sequence", "position"]


class History:
    """Answers what was read when. One for a process is best: it keeps what it
    knows of files. Not for several threads at once.

    What it answers is durable; readings that arrive while it answers may be there or not. For
    speed it reads parts of files, which the checksums of whole segments do not cover: what is
    to be proved is replayed from the log.
    """

    def __init__(self, reader: LogReader) -> None:
        self._reader, self._folder = reader, reader.folder
        self._raws = _Raws(reader.folder)
        self._index: tuple[tuple[int, int, int], Index] | None = None

    def readings(self, streams: Sequence[int], since: int, until: int) -> pl.DataFrame:
        """Readings of these streams with since <= time < until (µs since 1970 UTC).

        Columns stream, time, value, received, sequence, position; sorted by stream, time,
        position. `parquet.batch_of` makes a Batch of it.
        """
        found = self._found(streams, since, until, _COLUMNS)
        return pl.concat(found).sort("stream", "time", "position")

    def count(self, streams: Sequence[int], since: int, until: int) -> int:
        """How many rows `readings` would have; their values are neither read nor sorted."""
        return sum(len(part) for part in self._found(streams, since, until, ["time"]))

    def _found(
        self, streams: Sequence[int], since: int, until: int, columns: list[str]
    ) -> list[pl.DataFrame]:
        # Below 0 stand ticks, and above nothing.
        streams = [stream for stream in streams if 0 <= stream < 2**31]
        of_stream = pl.col("stream").is_in(streams)
        if len(streams) == 1:
            of_stream = pl.col("stream") == streams[0]
        wanted = of_stream & pl.col("time").is_between(since, until, closed="left")
        for _attempt in range(4):
            try:
                return self._collect(wanted, streams, since, until, columns)
            except FileNotFoundError:
                # A file was sealed, or replaced by a merge, between the index and the reading.
                self._index = None
        return self._collect(wanted, streams, since, until, columns)

    def _collect(
        self,
        wanted: pl.Expr,
        streams: Sequence[int],
        since: int,
        until: int,
        columns: list[str],
    ) -> list[pl.DataFrame]:
        end = self._reader.end()
        index = self._current()
        found = [_nothing().select(columns)]
        parts = [self._folder / "days" / part.file for part in index.parts(streams, since, until)]
        if parts:
            found.append(parquet.select_from(parts, wanted, columns))
        raw = [first for first in files.raw_segments(self._folder) if first >= index.next]
        for first in files.sealed_segments(self._folder):
            if first >= index.next and first not in raw:
                path = files.sealed_path(self._folder, first)
                found.append(parquet.select_from([path], wanted, columns))
        numbers = np.array(streams, dtype=np.int32)
        for first, following in zip_longest(raw, raw[1:]):
            if first < end:
                rows = self._raws.select(first, min(following or end, end), numbers, since, until)
                found.append(parquet.to_frame(rows).select(columns))
        self._raws.keep_only(raw)
        return found

    def _current(self) -> Index:
        try:
            stat = os.stat(self._folder / "days" / "index.json")
            key = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        except FileNotFoundError:
            return Index(0, 0, ())
        if self._index is None or self._index[0] != key:
            self._index = (key, read_index(self._folder))
        return self._index[1]


class _Raws:
    """Raw segments as they are looked through: checked once, and read only where needed.

    They are mapped, not read: of a full one a question touches a tenth. Only durable frames
    are touched, which no writer takes back, so the mapping is never shorter than what is used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[int, tuple[int, Scan]] = {}

    def select(
        self, first: int, end: int, streams: NDArray[np.int32], since: int, until: int
    ) -> Rows:
        """What is wanted of the segment's frames before the position `end`."""
        path = files.raw_path(self._folder, first)
        with path.open("rb") as file:
            node = os.fstat(file.fileno()).st_ino
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        known = self._known.get(first)
        before = known[1] if known and known[0] == node else None
        if before is None or before.next < end:
            before = scan_raw(path, data, end, before)
            self._known[first] = (node, before)
        return select(data, before.before(end), streams, since, until)

    def keep_only(self, firsts: Sequence[int]) -> None:
        """Forget what was sealed."""
        self._known = {first: self._known[first] for first in firsts if first in self._known}


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            name: pl.Int32 if name == "stream" else pl.Float64 if name == "value" else pl.Int64
            for name in _COLUMNS
        }
    )
