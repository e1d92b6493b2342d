"""Refused readings on their way to quarantine: a file that is the queue, so none is lost silently.

What is refused is written here before its sender is answered, so no kill of the process takes it
away, and brought to the quarantine in batches. While that cannot take any (the database is away)
rows wait here; beyond the file's bound they are counted by source and reason alone.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from district.kernel.sensing.gateway.ports import Quarantine, Refusal

log = logging.getLogger(__name__)
_BATCH = 500
_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class SpoolState:
    """`waiting` bytes of rows, `crowded` readings that were counted without a row of their own
    since the start, and what the quarantine or the disk last said."""

    waiting: int
    crowded: int
    error: str | None


class Spool:
    """Takes refusals at once, gives them to the quarantine later. Any thread may add."""

    def __init__(self, path: Path, quarantine: Quarantine, most: int = 64 << 20) -> None:
        """`most` bytes may wait. Rows that an earlier process left are given out first."""
        self._path, self._quarantine, self._most = path, quarantine, most
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o600)
        self._size, self._given = os.fstat(self._descriptor).st_size, 0
        self._crowd: dict[tuple[int | None, str], Refusal] = {}
        self._crowded = 0
        self._error: str | None = None
        self._end_torn_line()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._more = threading.Event()
        self._thread = threading.Thread(target=self._run, name="quarantine", daemon=True)

    def _end_torn_line(self) -> None:
        if self._size and os.pread(self._descriptor, 1, self._size - 1) != b"\n":
            self._written(b"\n")

    def start(self) -> None:
        """Begin to give rows out."""
        if self._size:
            self._more.set()
        self._thread.start()

    def stop(self) -> None:
        """Give out what can be given out now, leave the rest in the file."""
        self._stop.set()
        self._more.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        # One that still waits for the database would else go on with a number of another file.
        if not self._thread.is_alive():
            os.close(self._descriptor)

    def add(self, rows: Sequence[Refusal]) -> None:
        """Note rows; never raises and never waits for the quarantine."""
        if not rows:
            return
        data = b"".join(
            json.dumps(asdict(row), separators=(",", ":")).encode() + b"\n" for row in rows
        )
        with self._lock:
            if self._size + len(data) > self._most or not self._written(data):
                self._add_to_crowd(rows)
        self._more.set()

    def _written(self, data: bytes) -> bool:
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            self._error = str(error)
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            return False
        self._size += len(data)
        return True

    def _add_to_crowd(self, rows: Iterable[Refusal]) -> None:
        if not self._crowd:
            log.warning("the quarantine's spool is full; refused readings are only counted now")
        for row in rows:
            key = (row.source, row.reason)
            known = self._crowd.get(key)
            count = row.count + (known.count if known else 0)
            self._crowd[key] = replace(known or row, stream="", count=count)
            self._crowded += row.count

    @property
    def state(self) -> SpoolState:
        """How it stands."""
        with self._lock:
            return SpoolState(self._size - self._given, self._crowded, self._error)

    def _run(self) -> None:
        pause = _PAUSE
        while True:
            self._more.wait(timeout=_LONGEST_PAUSE)
            stopping = self._stop.wait(pause)
            self._more.clear()
            try:
                while self._give_some():
                    pass
                pause, self._error = _PAUSE, None
            except Exception as error:  # whatever it raises, it is asked again
                if self._error is None:
                    log.warning("refused readings wait for the quarantine", exc_info=True)
                pause, self._error = min(2 * pause, _LONGEST_PAUSE), str(error)
                self._more.set()
            if stopping:
                return

    def _give_some(self) -> bool:
        """Give out the next rows; False when there are none left."""
        with self._lock:
            start, size = self._given, self._size
            crowd = list(self._crowd.values())
        if start < size:
            os.fsync(self._descriptor)
            rows, end = self._rows(start, size)
            if rows:
                self._quarantine.put(rows)
            with self._lock:
                self._given = end
                if self._given == self._size:
                    os.ftruncate(self._descriptor, 0)
                    self._given = self._size = 0
            return True
        if crowd:
            self._quarantine.put(crowd)
            with self._lock:
                self._take_from_crowd(crowd)
        return False

    def _take_from_crowd(self, given: Iterable[Refusal]) -> None:
        for row in given:
            key = (row.source, row.reason)
            left = self._crowd[key].count - row.count
            if left:
                self._crowd[key] = replace(row, count=left)
            else:
                del self._crowd[key]

    def _rows(self, start: int, size: int) -> tuple[list[Refusal], int]:
        data = os.pread(self._descriptor, min(size - start, 1 << 20), start)
        rows: list[Refusal] = []
        end = start
        for line in data.splitlines(keepends=True)[:_BATCH]:
            if not line.endswith(b"\n") and start + len(data) < size:
                break
            end += len(line)
            try:
                rows.append(Refusal(**json.loads(line)))
            except (ValueError, TypeError):
                # The end of a line whose writing a kill broke off: its sender was not answered.
                log.warning("a torn row of the quarantine's spool is passed over")
        return rows, end
