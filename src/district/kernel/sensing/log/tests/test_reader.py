"""Whoever follows gets every frame once and in order, whatever happens underneath."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.log import (
    Corrupt,
    Limits,
    LogReader,
    LogWriter,
    folder,
    reader,
    seal,
)
from district.kernel.sensing.log.tests.samples import (
    Content,
    assert_frames,
    batch,
    fill,
    python,
    read,
)

_LAST = 399


class _Threads:
    """Runs functions beside each other and says afterwards what failed."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._failed: list[BaseException] = []

    def start(self, work: Callable[..., None], *arguments: object) -> None:
        def guarded() -> None:
            try:
                work(*arguments)
            except BaseException as error:  # noqa: BLE001  # told by `join`
                self._failed.append(error)

        self._threads.append(threading.Thread(target=guarded))
        self._threads[-1].start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        assert not self._failed


def test_following_while_the_log_grows_rotates_and_is_sealed(tmp_path: Path) -> None:
    expected: list[Content] = [
        Tick(number) if number % 5 == 0 else batch(1 + number % 90, number)
        for number in range(_LAST + 1)
    ]
    done, threads = threading.Event(), _Threads()

    def write(writer: LogWriter) -> None:
        for content in expected:
            writer.append(content)
        done.set()

    def seal_on() -> None:
        while not done.is_set():
            seal(tmp_path)

    def follow(source: LogReader, start: int, found: list[Frame]) -> None:
        for frame in source.follow(start, wait=30):
            found.append(frame)
            if frame.position == _LAST:
                return

    with LogWriter(tmp_path, Limits(segment_frames=7)) as writer:
        woken, polling = LogReader(tmp_path, writer), LogReader(tmp_path)
        followers: list[tuple[LogReader, int, list[Frame]]]
        followers = [(woken, 0, []), (polling, 0, []), (polling, 50, [])]
        for follower in followers:
            threads.start(follow, *follower)
        threads.start(seal_on)
        threads.start(write, writer)
        threads.join()
    for _, start, found in followers:
        assert_frames(found, expected, start)


_FOLLOWER = """
import sys
from pathlib import Path
from district.kernel.sensing.log import LogReader
print("ready", flush=True)
for frame in LogReader(Path(sys.argv[1])).follow(0, wait=30):
    print(frame.position, frame.content.time, flush=True)
    if frame.position == 99:
        break
"""


def test_another_process_follows_by_the_mark(tmp_path: Path) -> None:
    with LogWriter(tmp_path, Limits(segment_frames=10)) as writer:
        writer.append(Tick(0))
        with python(_FOLLOWER, str(tmp_path)) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for number in range(1, 100):
                writer.append(Tick(number * 10))
                if number % 30 == 0:
                    seal(tmp_path)
            out = process.stdout.read()
    assert out.splitlines() == [f"{number} {number * 10}" for number in range(100)]


def test_a_cursor_goes_on_where_it_stood(tmp_path: Path) -> None:
    with LogWriter(tmp_path) as writer, LogReader(tmp_path, writer).cursor(0) as cursor:
        assert cursor.read() == []
        for number in range(3):
            writer.append(batch(5, number))
            assert_frames(cursor.read(), [batch(5, at) for at in range(number + 1)], number)
            assert cursor.position == number + 1
            assert cursor.read() == []


def test_a_frame_longer_than_a_chunk_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_CHUNK", 256)
    expected: list[Content] = [batch(1), batch(500), Tick(1), batch(3), batch(900)]
    fill(tmp_path, expected)
    assert_frames(read(tmp_path), expected)
    assert_frames(read(tmp_path, 3), expected, 3)


def test_following_ends_when_nothing_comes(tmp_path: Path) -> None:
    fill(tmp_path, [Tick(1)])
    began = time.monotonic()
    assert len(list(LogReader(tmp_path).follow(0, wait=0.05))) == 1
    assert 0.05 <= time.monotonic() - began < 5
    assert list(LogReader(tmp_path).follow(1)) == []
    assert list(LogReader(tmp_path).follow(10**6)) == []


def test_the_tail_begins_where_older_receipts_end(tmp_path: Path) -> None:
    received = [10, 20, 15, 30, 40, 50]
    contents: list[Content] = [Batch.of([1], [5], [0.0], received=[at]) for at in received]
    fill(tmp_path, contents, segment_frames=1)
    source = LogReader(tmp_path)
    assert source.tail(0) == source.tail(45) == 0
    seal(tmp_path)
    assert [source.tail(since) for since in (0, 20, 16, 30, 31, 99)] == [0, 3, 3, 3, 4, 5]


def test_an_empty_folder_is_an_empty_log(tmp_path: Path) -> None:
    empty = LogReader(tmp_path)
    assert (empty.start(), empty.end()) == (0, 0)
    assert list(empty.follow(0)) == []


def test_damage_in_what_is_durable_is_said_where_it_is(tmp_path: Path) -> None:
    fill(tmp_path, [batch(9, at) for at in range(3)])
    path = folder.raw_path(tmp_path, 0)
    data = bytearray(path.read_bytes())
    data[-100] ^= 4
    path.write_bytes(data)
    with LogReader(tmp_path).cursor(0) as cursor:
        # What stands before it is still handed out.
        assert_frames(cursor.read(), [batch(9, 0), batch(9, 1)])
        with pytest.raises(Corrupt, match="frame 2: the payload's checksum is wrong") as caught:
            cursor.read()
    assert caught.value.path == path
    path.unlink()
    with pytest.raises(Corrupt, match="the frames 0 to 2 were acknowledged"):
        LogWriter(tmp_path)


def test_a_mark_that_is_torn_is_no_mark(tmp_path: Path) -> None:
    fill(tmp_path, [Tick(1)])
    mark = tmp_path / "durable"
    data = mark.read_bytes()
    for at in range(12):
        mark.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert folder.read_mark(tmp_path) is None
    mark.write_bytes(b"")
    assert folder.read_mark(tmp_path) is None


def test_frames_that_are_kept_do_not_change(tmp_path: Path) -> None:
    with LogWriter(tmp_path) as writer, LogReader(tmp_path, writer).cursor(0) as cursor:
        writer.append(batch(50))
        (frame,) = cursor.read()
        assert isinstance(frame.content, Batch)
        for number in range(50):
            writer.append(batch(50, number))
            cursor.read()
        assert frame.content.same(batch(50))
        assert not frame.content.value.flags.writeable
        assert np.isfinite(frame.content.value).all()
