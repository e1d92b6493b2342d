"""Readings of given datastreams and a time, from wherever they lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import zip_longest

import polars as pl

from . import folder as files
from . import parquet
from .days import Index, read_index
from .reader import LogReader, rows_from
from .sealing import read_raw

_COLUMNS = ["stream", "time", "value", "received", "sequence", "position"]


class History:
    """Answers what was read when. One for a process is best: it keeps what does not change.

    What it answers is durable; readings that arrive while it answers may be there or not.
    """

    def __init__(self, reader: LogReader) -> None:
        self._reader, self._folder = reader, reader.folder
        self._index: tuple[tuple[int, int, int], Index] | None = None

    def readings(self, streams: Sequence[int], since: int, until: int) -> pl.DataFrame:
        """Readings of these streams with since <= time < until (µs since 1970 UTC).

        Columns stream, time, value, received, sequence, position; sorted by stream, time,
        position. `parquet.batch_of` makes a Batch of it.
        """
        wanted = (
            pl.col("stream").is_in(list(streams))
            if len(streams) != 1
            else pl.col("stream") == streams[0]
        ) & pl.col("time").is_between(since, until, closed="left")
        for attempt in range(5):
            try:
                found = self._collect(wanted, streams, since, until)
                break
            except FileNotFoundError:
                # A file was sealed, or replaced by a merge, between the index and the reading.
                if attempt == 4:
                    raise
                self._index = None
        return pl.concat(found).sort("stream", "time", "position")

    def _collect(
        self, wanted: pl.Expr, streams: Sequence[int], since: int, until: int
    ) -> list[pl.DataFrame]:
        end = self._reader.end()
        index = self._current()
        found = [_nothing()]
        parts = [self._folder / "days" / part.file for part in index.parts(streams, since, until)]
        if parts:
            found.append(pl.scan_parquet(parts).filter(wanted).select(_COLUMNS).collect())
        raw = [first for first in files.raw_segments(self._folder) if first >= index.next]
        for first in files.sealed_segments(self._folder):
            if first >= index.next and first not in raw:
                path = files.sealed_path(self._folder, first)
                found.append(pl.scan_parquet(path).filter(wanted).select(_COLUMNS).collect())
        for first, following in zip_longest(raw, raw[1:]):
            if first < end:
                rows = read_raw(files.raw_path(self._folder, first), following or end)
                table = parquet.to_frame(rows_from(rows, first, end))
                found.append(table.filter(wanted).select(_COLUMNS))
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


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            name: pl.Int32 if name == "stream" else pl.Float64 if name == "value" else pl.Int64
            for name in _COLUMNS
        }
    )
