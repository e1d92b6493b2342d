"""A register, a quarantine and a clock in memory."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.gateway import Refusal, SourceRow, StreamRows
from district.kernel.sensing.log import LogReader

AT = 1_767_600_000_000_000
HOUR = 3_600_000_000
#: The register of the fakes: streams 0 to 9 of source 1 ("one"), 10 to 19 of source 2 ("two").
STREAMS = 20


def digest(code: str, secret: str) -> str:
    """As legible as can be."""
    return f"{code}:{secret}"


class FakeRegister:
    """Two sources with the secret "secret", and a suspended one; `marker` says what changed."""

    def __init__(self, lateness: int = HOUR) -> None:
        self.marker = 0
        self.error: Exception | None = None
        self.rows = [(n, 1 + n // 10, lateness, HOUR, 0, True) for n in range(STREAMS)]
        self.senders = [
            SourceRow(1, "one", True, ((digest("one", "secret"), None),)),
            SourceRow(2, "two", True, ((digest("two", "secret"), None),)),
            SourceRow(3, "three", False, ((digest("three", "secret"), None),)),
        ]

    def changed(self) -> int:
        if self.error:
            raise self.error
        return self.marker

    def streams(self) -> StreamRows:
        return StreamRows.of(self.rows)

    def sources(self) -> Sequence[SourceRow]:
        return self.senders

    def digest(self, code: str, secret: str) -> str:
        return digest(code, secret)


class FakeQuarantine:
    """Keeps what it is given; `away` while the database is."""

    def __init__(self) -> None:
        self.rows: list[Refusal] = []
        self.away = False

    def put(self, rows: Sequence[Refusal]) -> None:
        if self.away:
            raise OSError("the database is away")
        self.rows += rows

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for row in self.rows:
            found[row.reason] = found.get(row.reason, 0) + row.count
        return found


class HandClock:
    """A clock that stands until it is set."""

    def __init__(self, at: int = AT) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


def message(*readings: tuple[int, int, float, int]) -> bytes:
    """Readings (stream, time, value, sequence) as a message of columns."""
    names = ("stream", "time", "value", "sequence")
    columns = zip(*readings, strict=True)
    return json.dumps(
        {"time_unit": "us", **{n: list(c) for n, c in zip(names, columns, strict=True)}}
    ).encode()


def logged(folder: Path) -> list[tuple[int, int, float, int]]:
    """All readings of a log as (stream, time, value, sequence)."""
    found: list[tuple[int, int, float, int]] = []
    for frame in LogReader(folder).follow(0):
        if isinstance(frame.content, Batch):
            part = frame.content
            columns = (part.stream, part.time, part.value, part.sequence)
            found += zip(*(column.tolist() for column in columns), strict=True)
    return found


def ticks(folder: Path) -> list[int]:
    """The ticks of a log."""
    frames = LogReader(folder).follow(0)
    return [frame.content.time for frame in frames if isinstance(frame.content, Tick)]


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until it holds; AssertionError when it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        threading.Event().wait(0.01)
