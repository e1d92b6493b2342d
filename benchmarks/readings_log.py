"""How many readings a second become durable, are parsed and checked, and how fast a month is read.

Durable: batches of 1, 100 and 10,000 readings, by one caller that waits for each (alone) and by
callers that wait together (1,000 appends under way). Peers do the same work with the same
durability: SQLite (WAL, synchronous=FULL, a transaction for each batch, key stream and time) and
a plain file with write and fsync of the same bytes.
Parse and check: messages of 10,000 readings in each form, all in order and none a duplicate, and
once more with every reading sent twice, against 100,000 declared datastreams; and messages of
one reading, gathered by the thousand.
A month: datastreams with a reading every five minutes for 30 days, sealed and compacted while
they are written, in growing numbers (DISTRICT_BENCH_READINGS sets the largest, else 10 million).
The peer scans the sealed segments without the days.

Held to: 300,000 readings a second durable in batches and 20,000 as single ones, 800,000 a second
parsed and checked, a month of one datastream in 200 ms. The last line is JSON: {name, figure,
unit, rows, peer, peer_figure, ratio, holds}; the figure is readings a second in batches of 100.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import close, seconds
from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.intake import (
    Recent,
    Streams,
    check,
    parse_compact,
    parse_gathered,
    parse_observations,
)
from district.kernel.sensing.log import History, Limits, LogReader, LogWriter, compact, seal
from district.kernel.sensing.log.frames import encode_frame

START = 1_767_225_600_000_000
MINUTE, DAY = 60_000_000, 86_400_000_000
STREAMS = 100_000
UNDER_WAY = 1_000
SECONDS = 2.0
BATCHES_A_SECOND, SINGLES_A_SECOND, CHECKED_A_SECOND, MONTH_S = 300_000, 20_000, 800_000, 0.2


def _batches(size: int, number: int) -> list[Batch]:
    rng = np.random.default_rng(size)
    found = []
    for at in range(number):
        times = START + (at * size + np.arange(size)) * 10
        found.append(Batch.of(rng.integers(0, STREAMS, size), times, rng.normal(20, 5, size)))
    return found


def _rate(size: int, act: Callable[[int], object], finish: Callable[[], object] = int) -> float:
    """Readings a second of `act`, called with 0, 1, ... for some seconds."""
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        act(done)
        done += 1
    finish()
    return done * size / (time.perf_counter() - began)


def _alone(folder: Path, size: int) -> float:
    batches = _batches(size, 50)
    with LogWriter(folder) as writer:
        return _rate(size, lambda at: writer.append(batches[at % 50]))


def _together(folder: Path, size: int) -> float:
    batches = _batches(size, 50)
    waiting: deque[Future[int]] = deque()
    with LogWriter(folder, Limits(backlog_readings=1 << 30, backlog_bytes=256 << 20)) as writer:

        def act(at: int) -> None:
            # At most so many under way, and no more bytes than fit the backlog.
            if len(waiting) * size * 36 > 128 << 20 or len(waiting) >= UNDER_WAY:
                waiting.popleft().result()
            waiting.append(writer.submit(batches[at % 50]))

        return _rate(size, act, lambda: [future.result() for future in waiting])


def _sqlite(folder: Path, size: int) -> float:
    database = sqlite3.connect(folder / "readings.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(
        "CREATE TABLE reading (stream INTEGER, time INTEGER, value REAL, received INTEGER, "
        "sequence INTEGER, PRIMARY KEY (stream, time)) WITHOUT ROWID"
    )
    rows = [
        list(zip(b.stream.tolist(), b.value.tolist(), b.sequence.tolist(), strict=True))
        for b in _batches(size, 50)
    ]

    def act(at: int) -> None:
        first = START + at * size
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO reading VALUES (?, ?, ?, ?, ?)",
            (
                (stream, first + n, value, first, sequence)
                for n, (stream, value, sequence) in enumerate(rows[at % 50])
            ),
        )
        database.execute("COMMIT")

    try:
        return _rate(size, act)
    finally:
        database.close()


def _plain_file(folder: Path, size: int) -> float:
    data = [encode_frame(batch, 0, 0, 0) for batch in _batches(size, 50)]
    descriptor = os.open(folder / "plain", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def act(at: int) -> None:
        os.write(descriptor, data[at % 50])
        os.fsync(descriptor)

    try:
        return _rate(size, act)
    finally:
        os.close(descriptor)


def durable() -> dict[int, dict[str, float]]:
    """Readings a second by size of batch and by way."""
    found: dict[int, dict[str, float]] = {}
    ways = {"alone": _alone, "together": _together, "sqlite": _sqlite, "file": _plain_file}
    for size in (1, 100, 10_000):
        found[size] = {}
        for name, way in ways.items():
            with tempfile.TemporaryDirectory(dir=os.environ.get("DISTRICT_BENCH_DIR")) as folder:
                found[size][name] = way(Path(folder), size)
        print(
            f"batches of {size:6,d}: "
            + ", ".join(f"{name} {rate:11,.0f}/s" for name, rate in found[size].items()),
            flush=True,
        )
    return found


def _messages(size: int) -> dict[str, Callable[[int], bytes]]:
    """What a device would send, by form: makes the message whose first reading has a number."""
    values = np.random.default_rng(1).normal(20, 5, size).round(2).tolist()

    def texts(first: int) -> list[str]:
        times = (START + (first + np.arange(size)) * 1000).astype("datetime64[us]")
        return [text + "Z" for text in np.datetime_as_string(times, unit="us").tolist()]

    def numbers(first: int) -> list[int]:
        return [START + (first + at) * 1000 for at in range(size)]

    def streams(first: int) -> list[int]:
        return [(first + at) % STREAMS for at in range(size)]

    return {
        "columns, integer times": lambda first: json.dumps(
            {"time_unit": "us", "stream": streams(first), "time": numbers(first), "value": values}
        ).encode(),
        "columns, text times": lambda first: json.dumps(
            {"stream": streams(first), "time": texts(first), "value": values}
        ).encode(),
        "rows of one datastream": lambda first: json.dumps(
            {"datastream": 7, "readings": list(zip(texts(first), values, strict=True))}
        ).encode(),
        "SensorThings data array": lambda first: json.dumps(
            [
                {
                    "Datastream": {"@iot.id": 7},
                    "components": ["phenomenonTime", "result"],
                    "dataArray": list(zip(texts(first), values, strict=True)),
                }
            ]
        ).encode(),
    }


def parse_and_check(size: int = 10_000, number: int = 40) -> dict[str, float]:
    """Readings a second through parse, check and the window, by form of the message."""
    everything = np.arange(STREAMS)
    streams = Streams.of(everything, everything * 0, np.full(STREAMS, DAY))
    found: dict[str, float] = {}
    for form, make in _messages(size).items():
        messages = [make(at * size) for at in range(number)]
        parse = parse_observations if form.startswith("Sensor") else parse_compact
        rates = []
        recent = Recent(horizon=DAY)
        for expected in (size, 0):
            began = time.perf_counter()
            for at, message in enumerate(messages):
                received = START + (at + 1) * size * 1000
                checked = check(parse(message, received).batch, 0, streams, recent, skew=MINUTE)
                if len(checked.accepted) != expected:
                    raise AssertionError(f"{form}: {len(checked.accepted)} accepted")
                recent.keep(checked.accepted)
            rates.append(number * size / (time.perf_counter() - began))
        found[form] = rates[0]
        print(
            f"parse and check, {form}: {rates[0]:11,.0f}/s, all again as duplicates "
            f"{rates[1]:11,.0f}/s ({len(messages[0]) / size:.0f} bytes a reading)",
            flush=True,
        )
    found["single messages"] = _gathered(streams)
    return found


def _gathered(streams: Streams, number: int = 50_000) -> float:
    """Messages of one reading, gathered by the thousand, a second."""
    text = '{{"datastream": {}, "time_unit": "us", "readings": [[{}, 21.5]]}}'
    messages = [text.format(at % STREAMS, START + at * 1000).encode() for at in range(number)]
    recent = Recent(horizon=DAY)
    began = time.perf_counter()
    for first in range(0, number, 1000):
        received = START + (first + 1000) * 1000
        batch = parse_gathered(messages[first : first + 1000], received).batch
        checked = check(batch, 0, streams, recent, skew=MINUTE)
        if len(checked.accepted) != 1000:
            raise AssertionError(f"{len(checked.accepted)} accepted")
        recent.keep(checked.accepted)
    rate = number / (time.perf_counter() - began)
    print(f"parse and check, single messages gathered: {rate:11,.0f}/s", flush=True)
    return rate


def _fill_month(folder: Path, size: int) -> int:
    """30 days of readings every five minutes, about `size` of them; how many datastreams."""
    moments = 30 * 288
    streams = max(1, size // moments)
    rng = np.random.default_rng(3)
    numbers = np.arange(streams, dtype=np.int32)
    with LogWriter(folder) as writer:
        waiting: deque[Future[int]] = deque()
        together = max(1, 100_000 // streams)
        for first in range(0, moments, together):
            count = min(together, moments - first)
            times = START + (first + np.repeat(np.arange(count), streams)) * 5 * MINUTE
            times += rng.integers(0, MINUTE, len(times))
            values = rng.normal(20, 5, len(times)).round(2)
            waiting.append(writer.submit(Batch.of(np.tile(numbers, count), times, values)))
            if len(waiting) > 8:
                waiting.popleft().result()
            if first // together % 50 == 49:
                writer.append(Tick(int(times[-1])))
                seal(folder)
                while compact(folder):
                    pass
        for future in waiting:
            future.result()
    seal(folder)
    while compact(folder):
        pass
    return streams


def month() -> list[dict[str, Any]]:
    """Seconds to read a month of one datastream, at growing sizes."""
    largest = int(os.environ.get("DISTRICT_BENCH_READINGS", "10000000"))
    found = []
    for size in [size for size in (10**6, 10**7, 10**8, 10**9) if size <= largest]:
        with tempfile.TemporaryDirectory(dir=os.environ.get("DISTRICT_BENCH_DIR")) as name:
            folder = Path(name)
            began = time.perf_counter()
            streams = _fill_month(folder, size)
            filled = time.perf_counter() - began
            history = History(LogReader(folder))
            chosen = np.random.default_rng(5).integers(0, streams, 21).tolist()

            def read(chosen: list[int] = chosen, history: History = history) -> None:
                table = history.readings([chosen.pop()], START, START + 30 * DAY)
                if len(table) != 30 * 288:
                    raise AssertionError(f"{len(table)} readings of a month")

            taken = seconds(read, runs=20)
            for path in (folder / "days").iterdir():
                path.unlink()
            chosen += [1] * 3
            scanned = seconds(read, runs=1, warmup=0)
            stored = sum(path.stat().st_size for path in (folder / "sealed").iterdir())
        found.append({"size": size, "streams": streams, "read": taken, "scan": scanned})
        print(
            f"a month of one of {streams:7,d} datastreams among {size:13,d} readings: "
            f"{taken * 1000:7.1f} ms (scan {scanned * 1000:9.1f} ms; filled in {filled:6.1f} s, "
            f"{stored / 2**20:,.0f} MiB sealed)",
            flush=True,
        )
    return found


def main() -> int:
    """Print the growth and the JSON line."""
    rates, checked, months = durable(), parse_and_check(), month()
    holds = (
        rates[100]["together"] >= BATCHES_A_SECOND
        and rates[1]["together"] >= SINGLES_A_SECOND
        and checked.pop("single messages") >= SINGLES_A_SECOND
        and min(checked.values()) >= CHECKED_A_SECOND
        and max(each["read"] for each in months) <= MONTH_S
    )
    return close(
        "readings_log",
        rates[100]["together"],
        "readings/s",
        100,
        peer="SQLite (WAL, synchronous=FULL), a transaction a batch",
        peer_figure=rates[100]["sqlite"],
        holds=holds,
    )


if __name__ == "__main__":
    sys.exit(main())
