"""Two months that the simulated sensors have told of before the demo begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from district.kernel.sensing.public import (
    Batch,
    History,
    LogReader,
    LogWriter,
    Tick,
    log_folder,
    to_micros,
    write_latest,
)
from district.simulation.feed import slots
from district.simulation.signals.sensors import values
from district.simulation.signals.world import DAY, HOUR, SECOND, World
from district.simulation.streams import Simulated

LENGTH = timedelta(days=61)
#: A reading of the past came in so soon.
_ON_THE_WAY = 2 * SECOND


def readings_of(rows: Sequence[Simulated], world: World, since: int, until: int) -> Batch:
    """What these streams said, at their coarser steps, in the order of time."""
    parts = []
    for row in rows:
        if not row.past:
            continue
        times = slots(row.past, since, until)
        said = values(replace(row.stream, period=row.past), times, world)
        stream = np.full(len(times), row.stream.number, np.int32)
        batch = Batch.of(stream, times, said, times + _ON_THE_WAY, times // row.past)
        parts.append(batch.take(np.isfinite(said)))
    whole = Batch.concat(parts)
    return whole.take(np.argsort(whole.time, kind="stable"))


def write(rows: Sequence[Simulated], world: World, until: datetime) -> int:
    """Write two months up to `until` into the log, of streams that have nothing in its first day;
    returns how many readings that were.

    Raises InUse while a gateway has the log, OSError when the disk refuses.
    """
    end = to_micros(until)
    begin = end - int(LENGTH.total_seconds()) * SECOND
    folder = log_folder()
    new = _untold(rows, folder, begin)
    if not new:
        return 0
    batch = readings_of(new, world, begin, end)
    with LogWriter(folder) as writer:
        # In a log that has begun the clock is later already, and never goes back.
        ticks = writer.recovered.next == 0
        waiting = []
        for hour, part in _by_hour(batch, begin, end):
            waiting.append((len(part), writer.submit(part)))
            if ticks:
                writer.submit(Tick(min(hour + HOUR, end)))
        positions = np.repeat(
            [future.result() for _length, future in waiting], [length for length, _f in waiting]
        )
    write_latest(batch, positions.astype(np.int64))
    return len(batch)


def _untold(rows: Sequence[Simulated], folder: Path, begin: int) -> list[Simulated]:
    told: set[int] = set()
    if folder.is_dir():
        numbers = [row.stream.number for row in rows]
        found = History(LogReader(folder)).readings(numbers, begin, begin + DAY)
        told = set(found["stream"].unique().to_list())
    return [row for row in rows if row.past and row.stream.number not in told]


def _by_hour(batch: Batch, begin: int, end: int) -> Iterator[tuple[int, Batch]]:
    """The readings hour by hour; hours without any are left out."""
    edges = np.arange(begin, end + HOUR, HOUR)
    at = np.searchsorted(batch.time, edges, side="right")
    for number, hour in enumerate(edges[:-1].tolist()):
        if at[number] < at[number + 1]:
            yield hour, batch.take(slice(int(at[number]), int(at[number + 1])))
