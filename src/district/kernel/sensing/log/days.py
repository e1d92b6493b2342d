"""Readings by day: what a question about one datastream reads instead of the whole log.

Sealed segments are in the log's order, in which every datastream is everywhere. So each is
also written as *runs*: the readings of one UTC day of the event time, sorted by (stream, time,
position), in *parts* of about four million readings that split the day by stream. Row groups
are small and have statistics, so a part answers for one stream in milliseconds. Runs of a day
that are of a size are merged as they come, and all of them once the day is over, so a month
is about thirty parts.

Everything here is derived: `days/` can be removed at any time and is then made again from the
sealed segments, which stay the truth. What counts is only what `days/index.json` names, and it
changes by atomic rename; it also says up to which position segments are in it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log import parquet
from district.kernel.sensing.log.frames import TICK_STREAM

DAY = 86_400_000_000
PART_READINGS = 4_000_000
_ROW_GROUP = 16_384
_SMALLEST, _FAN = 65_536, 4
_ORDER = ["stream", "time", "position"]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a run: its readings and the streams and times (µs) that it spans, inclusive."""

    file: str
    readings: int
    streams: tuple[int, int]
    times: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Sorted readings of one day (days since 1970 UTC)."""

    day: int
    parts: tuple[Part, ...]

    @property
    def readings(self) -> int:
        """How many."""
        return sum(part.readings for part in self.parts)


@dataclass(frozen=True, slots=True)
class Index:
    """What `days/` holds: the readings of all frames before `next`. `made` numbers files."""

    next: int
    made: int
    runs: tuple[Run, ...]

    def parts(self, streams: Sequence[int], since: int, until: int) -> list[Part]:
        """The parts that may hold readings of these streams with since <= time < until."""
        return [
            part
            for run in self.runs
            if run.day * DAY < until and (run.day + 1) * DAY > since
            for part in run.parts
            if part.times[0] < until
            and part.times[1] >= since
            and any(part.streams[0] <= stream <= part.streams[1] for stream in streams)
        ]


def read_index(folder: Path) -> Index:
    """The index as it stands; that of nothing where there is none."""
    try:
        found = json.loads((folder / "days" / "index.json").read_text())
    except FileNotFoundError:
        return Index(0, 0, ())
    return Index(
        found["next"],
        found["made"],
        tuple(
            Run(
                run["day"],
                tuple(
                    Part(p["file"], p["readings"], tuple(p["streams"]), tuple(p["times"]))
                    for p in run["parts"]
                ),
            )
            for run in found["runs"]
        ),
    )


def write_index(folder: Path, index: Index) -> None:
    """Let the index be this from now on. Whoever calls holds `sealer_lock`."""
    path = folder / "days" / "index.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(index), separators=(",", ":")))
    files.sync_file(part)
    os.replace(part, path)
    files.sync_folder(path.parent)


def compact(folder: Path) -> int:
    """Bring the next sealed segments, a part's worth of them, into the days; how many it were.

    Whoever calls holds `sealer_lock`. Call again until it answers 0. A kill leaves files that
    no index names; the next call removes them, and those that a merge has replaced.
    """
    index = read_index(folder)
    _sweep(folder, index)
    tables, following = [], index.next
    for first in files.sealed_segments(folder):
        if first < index.next:
            continue
        rows = parquet.read_sealed(files.sealed_path(folder, first))
        tables.append(parquet.to_frame(rows).filter(pl.col("stream") != TICK_STREAM))
        following = int(rows.position[-1]) + 1
        if sum(map(len, tables)) >= PART_READINGS:
            break
    if not tables:
        return 0
    store = _Store(folder, index.made)
    runs = [*index.runs, *_by_day(store, pl.concat(tables))]
    runs = list(_merged(store, folder, runs))
    write_index(folder, Index(following, store.made, tuple(runs)))
    return len(tables)


def _by_day(store: _Store, table: pl.DataFrame) -> Iterator[Run]:
    table = table.with_columns(day=pl.col("time").floordiv(DAY)).sort(
        ["day", *_ORDER], maintain_order=True
    )
    for (day,), rows in table.group_by(["day"], maintain_order=True):
        parts, at = [], 0
        rows = rows.drop("day")
        while at < len(rows):
            cut = _end_of_stream(rows, at + PART_READINGS)
            parts.append(store.write(rows.slice(at, cut - at)))
            at = cut
        yield Run(int(day), tuple(parts))


def _end_of_stream(rows: pl.DataFrame, at: int) -> int:
    """The first row from `at` on that begins another stream."""
    if at >= len(rows):
        return len(rows)
    stream = rows["stream"]
    return int(stream.search_sorted(stream[at - 1], side="right"))


def merges(runs: Sequence[Run], newest_day: int) -> list[list[Run]]:
    """Which runs to merge, each list into one.

    Four of a size, as sizes grow by four; and all of a day that is over when the smaller hold
    a tenth of the largest, or there are more than six. So a reading is written a few times,
    and stragglers of an old day do not rewrite it each time.
    """
    days: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        days[run.day].append(run)
    found = []
    for day, its_runs in days.items():
        sizes = sorted(run.readings for run in its_runs)
        if day < newest_day - 1 and len(sizes) > 1:
            if sum(sizes[:-1]) * 10 >= sizes[-1] or len(sizes) > 6:
                found.append(its_runs)
            continue
        levels: dict[int, list[Run]] = defaultdict(list)
        for run in its_runs:
            levels[_level(run.readings)].append(run)
        found += [level for level in levels.values() if len(level) >= _FAN]
    return found


def _level(readings: int) -> int:
    level = 0
    while readings > _SMALLEST:
        readings, level = readings // _FAN, level + 1
    return level


def _merged(store: _Store, folder: Path, runs: list[Run]) -> Iterator[Run]:
    newest = max((run.day for run in runs), default=0)
    gone: set[int] = set()
    for group in merges(runs, newest):
        gone |= {id(run) for run in group}
        yield Run(group[0].day, tuple(_merge(store, folder, group)))
    yield from (run for run in runs if id(run) not in gone)


def _merge(store: _Store, folder: Path, runs: Sequence[Run]) -> Iterator[Part]:
    """The parts of one run that holds the readings of several, a part in memory at a time."""
    sources = [(folder / "days" / part.file, part) for run in runs for part in run.parts]
    per_stream = (
        pl.scan_parquet([path for path, _ in sources])
        .group_by("stream")
        .len()
        .sort("stream")
        .with_columns(part=(pl.col("len").cum_sum() - 1).floordiv(PART_READINGS))
        .collect()
    )
    for (_,), streams in per_stream.group_by(["part"], maintain_order=True):
        low, high = int(streams["stream"][0]), int(streams["stream"][-1])
        chosen = [
            path for path, part in sources if part.streams[0] <= high and part.streams[1] >= low
        ]
        rows = pl.scan_parquet(chosen).filter(pl.col("stream").is_between(low, high)).collect()
        yield store.write(rows.sort(_ORDER, maintain_order=True))


class _Store:
    """Writes parts under names that were never used before."""

    def __init__(self, folder: Path, made: int) -> None:
        self._folder, self.made = folder / "days", made

    def write(self, rows: pl.DataFrame) -> Part:
        self.made += 1
        times, streams = rows["time"], rows["stream"]
        low, high = int(times.min()), int(times.max())  # type: ignore[arg-type]  # not empty
        name = f"{np.datetime64(low // DAY, 'D')}-{self.made:010d}.parquet"
        parquet.write(rows, self._folder / name, row_group=_ROW_GROUP, metadata={})
        return Part(name, len(rows), (int(streams[0]), int(streams[-1])), (low, high))


def _sweep(folder: Path, index: Index) -> None:
    """Remove what the index does not name: of a killed run, or replaced the time before."""
    named = {part.file for run in index.runs for part in run.parts}
    for path in (folder / "days").iterdir():
        if path.name != "index.json" and path.name not in named:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
