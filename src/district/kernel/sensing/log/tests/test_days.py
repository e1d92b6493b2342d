"""Readings of a datastream and a time are found wherever they lie, once each."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import (
    History,
    Limits,
    LogReader,
    LogWriter,
    compact,
    days,
    folder,
    seal,
)
from district.kernel.sensing.log.days import DAY, Part, Run, merges, read_index
from district.kernel.sensing.log.parquet import batch_of
from district.kernel.sensing.log.tests.faults import kill_at_each_step
from district.kernel.sensing.log.tests.samples import Content, batch, fill

START = 1_767_225_600_000_000
COLUMNS = ["stream", "time", "position", "value", "received", "sequence"]


def _plain(expected: list[Content]) -> pl.DataFrame:
    tables = [
        pl.DataFrame(
            {
                "stream": content.stream,
                "time": content.time,
                "value": content.value,
                "received": content.received,
                "sequence": content.sequence,
            }
        ).with_columns(position=pl.lit(at, dtype=pl.Int64))
        for at, content in enumerate(expected)
        if isinstance(content, Batch)
    ]
    return pl.concat(tables).select(COLUMNS)


def _assert_found(
    history: History, plain: pl.DataFrame, streams: list[int], since: int, until: int
) -> None:
    found = history.readings(streams, since, until)
    expected = plain.filter(
        pl.col("stream").is_in(streams) & (pl.col("time") >= since) & (pl.col("time") < until)
    )
    assert found["stream"].to_list() == sorted(found["stream"].to_list())
    assert found.select(COLUMNS).sort(COLUMNS).equals(expected.sort(COLUMNS))
    assert len(batch_of(found)) == len(expected)
    assert history.count(streams, since, until) == len(expected)


def _assert_all(where: Path, expected: list[Content]) -> None:
    history, plain = History(LogReader(where)), _plain(expected)
    for streams, (since, until) in itertools.product(
        ([7], [3, 49], [1000, -1, 2**40], []),
        ((START, START + DAY), (START + DAY // 2, START + 2 * DAY + 5), (-(2**63), 2**63 - 1)),
    ):
        _assert_found(history, plain, streams, since, until)


EXPECTED: list[Content] = [
    content for at in range(24) for content in (batch(150 + at, at, days=1 + at % 4), Tick(at))
]


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Parts and runs as with readings by the million.
    monkeypatch.setattr(days, "PART_READINGS", 400)
    monkeypatch.setattr(days, "_SMALLEST", 50)
    fill(tmp_path / "log", EXPECTED, segment_frames=5)
    return tmp_path / "log"


def test_readings_are_found_raw_sealed_and_by_day(filled: Path) -> None:
    _assert_all(filled, EXPECTED)
    seal(filled)
    _assert_all(filled, EXPECTED)
    while compact(filled):
        _assert_all(filled, EXPECTED)
    index = read_index(filled)
    assert index.next == 45
    assert sum(run.readings for run in index.runs) == len(_plain(EXPECTED[:45]))
    for run in index.runs:
        edges = [edge for part in run.parts for edge in part.streams]
        assert edges == sorted(edges)
        assert len(set(edges)) >= len(run.parts)
        assert all(part.times[0] // DAY == part.times[1] // DAY == run.day for part in run.parts)
    assert any(len(run.parts) > 1 for run in index.runs)


def test_killed_at_any_step_the_days_hold_every_reading_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "sync", lambda _: None)
    monkeypatch.setattr(days, "PART_READINGS", 100)
    monkeypatch.setattr(days, "_FAN", 2)
    expected = EXPECTED[:6]
    fill(tmp_path / "log", expected, segment_frames=2)
    seal(tmp_path / "log")
    compact(tmp_path / "log")
    plain = _plain(expected)

    def run(where: Path) -> None:
        compact(where)

    steps = 0
    for where in kill_at_each_step(run, tmp_path / "log", tmp_path / "copy", monkeypatch):
        _assert_found(History(LogReader(where)), plain, [7], START, START + 4 * DAY)
        while compact(where):
            pass
        _assert_found(History(LogReader(where)), plain, [7, 8], START, START + 4 * DAY)
        index = read_index(where)
        named = {part.file for run_ in index.runs for part in run_.parts}
        assert {path.name for path in (where / "days").iterdir()} == named | {"index.json"}
        steps += 1
    # It wrote runs and merged some of them.
    assert index.made > len(named)
    assert steps >= 20


def test_days_can_be_removed_and_are_made_again(filled: Path) -> None:
    seal(filled)
    while compact(filled):
        pass
    for path in (filled / "days").iterdir():
        path.unlink()
    _assert_all(filled, EXPECTED)
    while compact(filled):
        pass
    _assert_all(filled, EXPECTED)


def test_a_history_that_is_kept_follows_what_is_sealed_compacted_and_merged(filled: Path) -> None:
    expected = list(EXPECTED)
    with LogWriter(filled, Limits(segment_frames=3)) as writer:
        history = History(LogReader(filled, writer))
        for number in range(40):
            expected.append(batch(120, 500 + number, days=4))
            writer.append(expected[-1])
            if number % 2:
                seal(filled)
            if number % 5 == 4:
                compact(filled)
            _assert_found(history, _plain(expected), [7], START, START + 4 * DAY)


def test_one_stream_larger_than_a_part_stays_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "PART_READINGS", 100)
    size = 350
    content = Batch.of([5] * size + [6] * 20, START + np.arange(size + 20), np.zeros(size + 20))
    fill(tmp_path, [content, Tick(1)], segment_frames=1)
    seal(tmp_path)
    compact(tmp_path)
    (run,) = read_index(tmp_path).runs
    assert [(part.streams, part.readings) for part in run.parts] == [((5, 5), 350), ((6, 6), 20)]


def test_readings_before_1970_have_a_day_too(tmp_path: Path) -> None:
    content = Batch.of([1, 1], [-1, 0], [1.0, 2.0])
    fill(tmp_path, [content, Tick(1)], segment_frames=1)
    seal(tmp_path)
    compact(tmp_path)
    assert sorted(run.day for run in read_index(tmp_path).runs) == [-1, 0]
    assert History(LogReader(tmp_path)).readings([1], -5, 0)["value"].to_list() == [1.0]


def _run(day: int, readings: int) -> Run:
    return Run(day, (Part("", readings, (0, 0), (0, 0)),))


def test_runs_of_a_size_are_merged_and_a_day_that_is_over_wholly() -> None:
    today = [_run(10, 60_000) for _ in range(4)]
    assert merges(today, 10) == [today]
    assert merges(today[:3], 10) == []
    assert merges([*today[:3], _run(10, 10**8)], 10) == []
    over = [_run(5, 1_000_000), _run(5, 100_000)]
    assert merges(over, 10) == [over]
    assert merges(over, 6) == []
    # Stragglers do not rewrite a day each time.
    assert merges([_run(5, 1_000_000), *[_run(5, 1000)] * 6], 10) != []
    assert merges([_run(5, 1_000_000), *[_run(5, 1000)] * 5], 10) == []


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=200))
def test_however_readings_come_the_runs_of_a_day_stay_few(sizes: list[int]) -> None:
    runs: list[Run] = []
    for size in sizes:
        runs.append(_run(10, size))
        while groups := merges(runs, 10):
            for group in groups:
                runs = [run for run in runs if not any(run is one for one in group)]
                runs.append(_run(10, sum(run.readings for run in group)))
    assert len(runs) <= 3 * 10
    assert sum(run.readings for run in runs) == sum(sizes)
