"""Reading frames in order, from wherever they lie, while the writer writes and seals."""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from district.kernel.sensing.batches import Frame
from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.decoding import Rows, frames
from district.kernel.sensing.log.errors import Corrupt, Gone, LogError
from district.kernel.sensing.log.frames import FILE_HEADER, decode_file_header, scan
from district.kernel.sensing.log.parquet import read_sealed, sealed_end, sealed_received

_CHUNK = 4 << 20
_POLL = 0.005


class Durable(Protocol):
    """What a reader in the writer's process asks: a LogWriter."""

    def durable(self) -> int:
        """The position behind the last durable frame."""

    def wait_durable(self, beyond: int, timeout: float) -> bool:
        """Wait until the frame `beyond` is durable; False after `timeout` seconds."""


class LogReader:
    """Reads the log of a folder; any number of them, in any process.

    Given the `writer` of the same process it is woken by commits; without one it reads the
    mark that the writer leaves in the folder, and waits by looking again every 5 ms. In
    a folder without a mark (a copy of sealed segments) it reads what is sealed.
    """

    def __init__(self, folder: Path, writer: Durable | None = None) -> None:
        self.folder, self._writer = folder, writer

    def end(self) -> int:
        """The position behind the last durable frame."""
        if self._writer is not None:
            return self._writer.durable()
        mark = files.read_mark(self.folder)
        if mark is not None:
            return mark
        sealed = files.sealed_segments(self.folder)
        return sealed_end(files.sealed_path(self.folder, sealed[-1])) if sealed else 0

    def start(self) -> int:
        """The first position that is kept; that of `end` in an empty log."""
        segments = self.segments()
        return segments[0] if segments else self.end()

    def tail(self, since: int) -> int:
        """A position from which on everything stands that was received at or after `since`.

        Looks back over sealed segments to the first that holds only older receipts (µs since
        1970 UTC); so a time before which the clock was set back may lie further behind.
        """
        start = self.end()
        for first in reversed(self.segments()):
            path = files.sealed_path(self.folder, first)
            if path.exists() and sealed_received(path) < since:
                break
            start = first
        return start

    def segments(self) -> list[int]:
        """The first positions of all segments, ascending."""
        # Raw before sealed: a segment that is sealed in between is then seen in both.
        raw = files.raw_segments(self.folder)
        return sorted({*raw, *files.sealed_segments(self.folder)})

    def wait(self, position: int, timeout: float) -> bool:
        """Wait until the frame `position` is durable; False after `timeout` seconds."""
        if self._writer is not None:
            return self._writer.wait_durable(position, timeout)
        until = time.monotonic() + timeout
        while self.end() <= position:
            if time.monotonic() >= until:
                return False
            time.sleep(min(_POLL, max(0.0, until - time.monotonic())))
        return True

    def cursor(self, position: int) -> Cursor:
        """A place in the log to read on from, poll by poll."""
        return Cursor(self, position)

    def follow(self, position: int, *, wait: float | None = None) -> Iterator[Frame]:
        """The frames from `position` on, in order, up to what is durable.

        Without `wait` it ends there; with it, it waits for more and ends when nothing came
        for `wait` seconds. Raises Gone when the position is kept no more, Corrupt when a
        frame that should be there cannot be read.
        """
        with self.cursor(position) as cursor:
            while True:
                found = cursor.read()
                if found:
                    yield from found
                elif wait is None or not self.wait(cursor.position, wait):
                    return


class Cursor:
    """Where a reader stands. `position` is that of the next frame; not for several threads."""

    def __init__(self, reader: LogReader, position: int) -> None:
        self.position = position
        self._reader = reader
        self._raw: _Raw | None = None

    def read(self) -> list[Frame]:
        """Frames that are durable and not yet read, a few megabytes of them; empty at the end.

        Batches are read-only views; a frame that is kept keeps its whole chunk in memory.
        """
        end = self._reader.end()
        if self.position >= end:
            return []
        for _ in range(5):
            found = self._some(end)
            if found:
                self.position = found[-1].position + 1
                return found
        path = files.raw_path(self._reader.folder, self.position)
        raise Corrupt(path, 0, f"frame {self.position} is durable and in no segment")

    def _some(self, end: int) -> list[Frame]:
        """The next frames, or none when another look must be taken at where they lie."""
        folder = self._reader.folder
        if self._raw is not None:
            found = self._raw.read(self.position, end)
            if found:
                return found
            self._drop()
        first = self._segment_with(self.position)
        try:
            self._raw = _Raw(files.raw_path(folder, first))
        except FileNotFoundError:
            return self._from_sealed(first, end)
        return self._raw.read(self.position, end)

    def _segment_with(self, position: int) -> int:
        """The first position of the segment that holds this one."""
        ordered = self._reader.segments()
        at = bisect_right(ordered, position)
        if not at:
            raise Gone(
                f"{self._reader.folder}: frame {position} is kept no more; the first is "
                f"{ordered[0] if ordered else self._reader.end()}"
            )
        return ordered[at - 1]

    def _from_sealed(self, first: int, end: int) -> list[Frame]:
        try:
            rows = read_sealed(files.sealed_path(self._reader.folder, first))
        except FileNotFoundError:
            return []
        return list(rows_from(rows, self.position, end).frames())

    def _drop(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    def close(self) -> None:
        """Let go of the open file."""
        self._drop()

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def rows_from(rows: Rows, position: int, end: int) -> Rows:
    """The rows of the frames from `position` to before `end`."""
    low, high = rows.position.searchsorted([position, end])
    return rows.take(slice(int(low), int(high)))


class _Raw:
    """A raw segment that is open for reading. It stays readable when it is sealed meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        header = decode_file_header(os.pread(self._descriptor, FILE_HEADER, 0))
        if header is None:
            self.close()
            raise Corrupt(path, 0, "the header of the segment is wrong")
        self._next, self._salt = header
        self._offset = FILE_HEADER

    def read(self, position: int, end: int) -> list[Frame]:
        """Frames from `position` to before `end` that stand here, a chunk of them.

        What the file holds beyond `end` is not durable yet and may be taken back, so nothing
        of it is remembered.
        """
        size = _CHUNK
        while self._next < end:
            data = os.pread(self._descriptor, size, self._offset)
            if not data:
                return []
            found = scan(data, self._next, self._salt, until=end)
            if not len(found):
                if found.needs <= len(data) or len(data) < size:
                    return self._end_or_damage(found.problem)
                size = found.needs
                continue
            self._next, self._offset = found.next, self._offset + found.end
            if found.next > position:
                return [frame for frame in frames(data, found) if frame.position >= position]
        return []

    def _end_or_damage(self, problem: str) -> list[Frame]:
        """A durable frame is wrong: damage, unless it is no longer here but elsewhere."""
        here = os.fstat(self._descriptor)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return []
        if (there.st_ino, there.st_dev) != (here.st_ino, here.st_dev):
            return []
        raise Corrupt(self._path, self._offset, f"frame {self._next}: {problem}")

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


__all__ = ["Corrupt", "Cursor", "Durable", "Gone", "LogError", "LogReader"]
