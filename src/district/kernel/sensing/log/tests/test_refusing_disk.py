"""What the disk refused is nowhere, is told to whoever appended it, and is never tried again."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import Closed, LogReader, LogWriter, NotWritten, folder
from district.kernel.sensing.log.tests.samples import (
    Content,
    assert_frames,
    batch,
    read,
    run_python,
)


def _failing(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    number: int,
    spoil: Callable[..., None] | None = None,
) -> list[int]:
    """Let the next call of a function of `folder` fail with an error of the system."""
    really, left = getattr(folder, name), [1]

    def call(*arguments: object) -> object:
        if left[0]:
            left[0] -= 1
            if spoil is not None:
                spoil(*arguments)
            raise OSError(number, os.strerror(number))
        return really(*arguments)

    monkeypatch.setattr(folder, name, call)
    return left


def _half(descriptor: int, data: bytes) -> None:
    os.write(descriptor, data[: len(data) // 2])


@pytest.mark.parametrize(
    ("name", "number", "spoil"),
    [
        ("write_all", errno.ENOSPC, None),
        ("write_all", errno.ENOSPC, _half),
        ("write_all", errno.EIO, _half),
        ("sync", errno.EIO, None),
        ("sync", errno.ENOSPC, None),
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_what_the_disk_refused_is_nowhere_and_the_next_append_succeeds(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    number: int,
    spoil: Callable[..., None] | None,
    before: int,
) -> None:
    kept: list[Content] = [Tick(at) for at in range(before)]
    with LogWriter(tmp_path) as writer:
        reader = LogReader(tmp_path, writer).cursor(0)
        for content in kept:
            writer.append(content)
        assert_frames(reader.read(), kept)
        _failing(monkeypatch, name, number, spoil)
        with pytest.raises(NotWritten) as caught:
            writer.append(batch(5))
        assert caught.value.errno == number
        refused = writer.state
        assert refused.error is not None
        assert writer.append(batch(6)) == before
        well = writer.state
        assert well.error is None
        assert_frames(reader.read(), [*kept, batch(6)], before)
        writer.append(Tick(5))
    assert_frames(read(tmp_path), [*kept, batch(6), Tick(5)])
    LogWriter(tmp_path).close()
    assert_frames(read(tmp_path), [*kept, batch(6), Tick(5)])


def test_a_failed_fsync_is_never_repeated_on_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    with LogWriter(tmp_path) as writer:
        writer.append(Tick(0))
        live = folder.raw_path(tmp_path, 0)
        inode = live.stat().st_ino
        really = folder.sync

        def sync(descriptor: int) -> None:
            synced.append(os.fstat(descriptor).st_ino)
            if len(synced) == 1:
                raise OSError(errno.EIO, "Input/output error")
            really(descriptor)

        monkeypatch.setattr(folder, "sync", sync)
        with pytest.raises(NotWritten):
            writer.append(Tick(1))
        size = live.stat().st_size
        writer.append(Tick(2))
    assert synced[0] == inode
    assert inode not in synced[1:]
    assert live.stat().st_size == size
    assert folder.raw_segments(tmp_path) == [0, 1]


def test_a_writer_that_cannot_take_back_a_failed_commit_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LogWriter(tmp_path) as writer:
        writer.append(Tick(0))
        _failing(monkeypatch, "sync", errno.EIO)
        _failing(monkeypatch, "truncate", errno.EIO)
        with pytest.raises(NotWritten):
            writer.append(Tick(1))
        with pytest.raises(Closed, match="Input/output error"):
            writer.append(Tick(2))
        assert writer.state.dead
        assert_frames(LogReader(tmp_path, writer).follow(0), [Tick(0)])
    # What was never acknowledged may be there after a start, whole.
    with LogWriter(tmp_path) as writer:
        assert writer.recovered.next == 2
    assert_frames(read(tmp_path), [Tick(0), Tick(1)])


def test_an_error_that_nobody_foresaw_leaves_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    with LogWriter(tmp_path) as writer:

        def broken(_: LogWriter) -> None:
            raise RuntimeError("unforeseen")

        monkeypatch.setattr(LogWriter, "_room", broken)
        with pytest.raises(Closed):
            writer.submit(Tick(1)).result(10)
        with pytest.raises(Closed):
            writer.append(Tick(2))


def test_short_writes_are_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.write
    monkeypatch.setattr(os, "write", lambda at, data: really(at, data[:7]))
    with LogWriter(tmp_path) as writer:
        writer.append(batch(30))
    assert_frames(read(tmp_path), [batch(30)])


_LIMITED = """
import resource, sys
from pathlib import Path
from district.kernel.sensing.log import LogWriter, NotWritten
from district.kernel.sensing.log.tests.samples import batch
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
with LogWriter(Path(sys.argv[1])) as writer:
    done = refused = 0
    for number in range(200):
        try:
            assert writer.append(batch(100, number)) == done
            done += 1
        except NotWritten as error:
            assert error.errno == 27, error
            refused += 1
            # A batch that fits into no file at all.
            try:
                writer.append(batch(5000, number))
            except NotWritten:
                refused += 1
    print(done, refused)
"""


def test_a_real_limit_of_the_system_is_survived(tmp_path: Path) -> None:
    """EFBIG by RLIMIT_FSIZE: the kernel takes a part of the write and refuses the rest."""
    out = run_python(_LIMITED, str(tmp_path))
    done, refused = map(int, out.split())
    assert refused >= 2 * 6
    frames = read(tmp_path)
    assert [frame.position for frame in frames] == list(range(done))
    assert all(isinstance(frame.content, Batch) and len(frame.content) == 100 for frame in frames)
