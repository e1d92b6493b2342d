"""An append is answered when it is durable, and only then; what the disk refuses is nowhere."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import (
    Busy,
    Closed,
    InUse,
    Limits,
    LogReader,
    LogWriter,
    folder,
)
from district.kernel.sensing.log.tests.samples import (
    Content,
    assert_frames,
    batch,
    read,
    run_python,
)


class _Gate:
    """Holds every fsync of a file back until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open, self.reached = threading.Event(), threading.Event()
        really = folder.sync

        def sync(descriptor: int) -> None:
            self.reached.set()
            assert self._open.wait(30)
            really(descriptor)

        monkeypatch.setattr(folder, "sync", sync)

    def open(self) -> None:
        self._open.set()


def test_many_threads_share_commits_and_every_append_is_there_once(tmp_path: Path) -> None:
    mine: dict[int, list[tuple[int, Batch]]] = {}

    with LogWriter(tmp_path) as writer:

        def work(seed: int) -> None:
            mine[seed] = []
            for number in range(40):
                content = batch(1 + number % 5, seed * 1000 + number)
                mine[seed].append((writer.append(content), content))

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert writer.state.commits < 8 * 40
    frames = {frame.position: frame.content for frame in read(tmp_path)}
    held: dict[int, int] = {}
    for appended in mine.values():
        for position, content in appended:
            frame = frames[position]
            assert isinstance(frame, Batch)
            rows = set(zip(frame.time.tolist(), frame.value.tolist(), strict=True))
            assert set(zip(content.time.tolist(), content.value.tolist(), strict=True)) <= rows
            held[position] = held.get(position, 0) + len(content)
    assert held == {at: len(frame) for at, frame in frames.items() if isinstance(frame, Batch)}


def test_small_batches_that_wait_share_a_frame_and_ticks_keep_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LogWriter(tmp_path, Limits(frame_readings=5)) as writer:
        writer.append(Tick(0))
        gate = _Gate(monkeypatch)
        first = writer.submit(Tick(1))
        assert gate.reached.wait(10)
        waiting: list[Content] = [
            batch(2, 1),
            batch(2, 2),
            batch(2, 3),
            Tick(2),
            batch(9, 4),
            batch(1, 5),
        ]
        futures = [writer.submit(content) for content in waiting]
        gate.open()
        assert first.result() == 1
        assert [future.result() for future in futures] == [2, 2, 3, 4, 5, 6]
    parts = [part for part in waiting[:2] if isinstance(part, Batch)]
    assert_frames(read(tmp_path), [Tick(0), Tick(1), Batch.concat(parts), *waiting[2:]])


def test_nothing_is_answered_or_read_before_it_is_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LogWriter(tmp_path) as writer:
        writer.append(Tick(0))
        gate = _Gate(monkeypatch)
        future = writer.submit(Tick(1))
        assert gate.reached.wait(10)
        # It is in the file by now, and neither promised nor handed out.
        assert not future.done()
        for reader in (LogReader(tmp_path, writer), LogReader(tmp_path)):
            assert_frames(reader.follow(0), [Tick(0)])
        gate.open()
        assert future.result() == 1
        for reader in (LogReader(tmp_path, writer), LogReader(tmp_path)):
            assert_frames(reader.follow(0), [Tick(0), Tick(1)])


def test_a_full_backlog_says_so_and_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LogWriter(tmp_path, Limits(backlog_readings=10)) as writer:
        gate = _Gate(monkeypatch)
        futures = [writer.submit(batch(5, 1)), writer.submit(batch(5, 2))]
        with pytest.raises(Busy, match="10 readings wait"):
            writer.submit(batch(1, 3))
        state = writer.state
        assert (state.waiting_readings, state.refused) == (10, 1)
        assert state.full_since is not None
        gate.open()
        for future in futures:
            future.result()
        writer.append(batch(3, 3))
        # More than the backlog may be, but nothing waits before it.
        writer.append(batch(100, 4))
        assert writer.state.full_since is None
        assert writer.state.waiting_readings == writer.state.waiting_bytes == 0
    assert _readings(tmp_path) == 113


def _readings(folder_: Path) -> int:
    contents = [frame.content for frame in read(folder_)]
    return sum(len(content) for content in contents if isinstance(content, Batch))


def test_bytes_that_wait_are_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LogWriter(tmp_path, Limits(backlog_bytes=200)) as writer:
        gate = _Gate(monkeypatch)
        writer.submit(Tick(1))
        writer.submit(batch(2))
        with pytest.raises(Busy):
            writer.submit(batch(2))
        gate.open()


def test_what_is_cancelled_before_its_commit_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LogWriter(tmp_path) as writer:
        gate = _Gate(monkeypatch)
        first = writer.submit(Tick(1))
        assert gate.reached.wait(10)
        second, third = writer.submit(Tick(2)), writer.submit(Tick(3))
        assert second.cancel()
        gate.open()
        assert (first.result(), third.result()) == (0, 1)
    assert_frames(read(tmp_path), [Tick(1), Tick(3)])


def test_coroutines_await_their_appends(tmp_path: Path) -> None:
    async def many(writer: LogWriter) -> list[int]:
        futures = [asyncio.wrap_future(writer.submit(Tick(at))) for at in range(500)]
        return await asyncio.gather(*futures)

    with LogWriter(tmp_path) as writer:
        assert asyncio.run(many(writer)) == list(range(500))
        assert writer.state.commits < 500


def test_close_writes_what_waits_and_then_refuses(tmp_path: Path) -> None:
    writer = LogWriter(tmp_path)
    futures = [writer.submit(Tick(at)) for at in range(100)]
    writer.close()
    writer.close()
    assert [future.result() for future in futures] == list(range(100))
    with pytest.raises(Closed):
        writer.append(Tick(1))


def test_what_the_log_does_not_take_is_refused_at_once(tmp_path: Path) -> None:
    with LogWriter(tmp_path) as writer:
        with pytest.raises(ValueError, match="finite"):
            writer.submit(Batch.of([1], [1], [float("nan")]))
        assert writer.append(Tick(1)) == 0


@pytest.mark.parametrize(
    "limits", [Limits(segment_bytes=1), Limits(segment_frames=1), Limits(segment_age=0.0)]
)
def test_segments_end_by_size_by_number_and_by_age(tmp_path: Path, limits: Limits) -> None:
    with LogWriter(tmp_path, limits) as writer:
        for at in range(3):
            writer.append(Tick(at))
    assert folder.raw_segments(tmp_path) == [0, 1, 2]


def test_a_second_writer_is_refused_in_this_process_and_in_another(tmp_path: Path) -> None:
    with LogWriter(tmp_path):
        with pytest.raises(InUse, match=f"process {os.getpid()} is writing this log already"):
            LogWriter(tmp_path)
        code = (
            "import sys; from pathlib import Path; from district.kernel.sensing.log import *\n"
            "try: LogWriter(Path(sys.argv[1]))\nexcept InUse: print('refused')"
        )
        assert run_python(code, str(tmp_path)).strip() == "refused"
    LogWriter(tmp_path).close()


def test_a_reader_that_waits_is_woken_by_a_commit(tmp_path: Path) -> None:
    with LogWriter(tmp_path) as writer:
        reader = LogReader(tmp_path, writer)
        assert not reader.wait(0, 0.01)
        timer = threading.Timer(0.05, lambda: writer.append(Tick(1)))
        timer.start()
        began = time.monotonic()
        assert reader.wait(0, 10)
        assert time.monotonic() - began < 5
        timer.join()
