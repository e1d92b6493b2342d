"""A log that is opened cuts what nobody was promised, and refuses what was damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import Corrupt, LogWriter, folder, frames, seal
from district.kernel.sensing.log.tests.samples import (
    Content,
    assert_frames,
    batch,
    copy_of,
    fill,
    read,
)

EXPECTED: list[Content] = [batch(2), Tick(7), batch(1)]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    fill(tmp_path / "log", EXPECTED)
    return tmp_path / "log"


def _ends(contents: list[Content]) -> list[int]:
    lengths = [frames.frame_length(content) for content in contents]
    return [frames.FILE_HEADER + int(end) for end in np.cumsum(lengths)]


def test_a_tail_torn_at_any_byte_is_cut_and_the_log_goes_on(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is cut does not depend on the disk, which several hundred openings would wait for.
    monkeypatch.setattr(folder, "sync", lambda _: None)
    raw = folder.raw_path(filled, 0)
    data, ends = raw.read_bytes(), _ends(EXPECTED)
    # As after a loss of power, in which the mark was not written.
    (filled / "durable").unlink()
    for cut in range(len(data)):
        torn = copy_of(filled, tmp_path / "torn")
        folder.raw_path(torn, 0).write_bytes(data[:cut])
        whole = sum(end <= cut for end in ends)
        with LogWriter(torn) as writer:
            assert writer.recovered.next == whole
            assert writer.append(Tick(99)) == whole
        assert_frames(read(torn), [*EXPECTED[:whole], Tick(99)])


def test_a_tail_that_was_acknowledged_is_not_cut_in_silence(filled: Path) -> None:
    raw = folder.raw_path(filled, 0)
    data = raw.read_bytes()
    raw.write_bytes(data[:-1])
    with pytest.raises(Corrupt, match="frames 2 to 2 were acknowledged") as caught:
        LogWriter(filled)
    assert (caught.value.path, caught.value.offset) == (raw, _ends(EXPECTED)[1])
    assert raw.read_bytes() == data[:-1]
    (filled / "durable").unlink()
    LogWriter(filled).close()
    assert_frames(read(filled), EXPECTED[:2])


def test_a_flipped_bit_before_the_last_commit_is_refused_with_file_and_offset(
    filled: Path, tmp_path: Path
) -> None:
    raw = folder.raw_path(filled, 0)
    data, ends = raw.read_bytes(), _ends(EXPECTED)
    (filled / "durable").unlink()
    for at in range(ends[1]):
        broken = bytearray(data)
        broken[at] ^= 1 << at % 8
        raw.write_bytes(broken)
        if at < frames.FILE_HEADER and frames.decode_file_header(bytes(broken)) is not None:
            continue  # the reserved bytes
        with pytest.raises(Corrupt) as caught:
            LogWriter(filled)
        whole = sum(end <= at for end in ends)
        in_header = at < frames.FILE_HEADER
        assert caught.value.path == raw
        assert caught.value.offset == (0 if in_header else [frames.FILE_HEADER, *ends][whole])
        assert raw.read_bytes() == broken


def test_a_commit_of_several_frames_of_which_the_first_is_missing_is_cut(tmp_path: Path) -> None:
    """The disk may write the end of an unfinished commit before its beginning."""
    fill(tmp_path, [Tick(0)])
    (tmp_path / "durable").unlink()
    raw = folder.raw_path(tmp_path, 0)
    data = raw.read_bytes()
    header = frames.decode_file_header(data)
    assert header is not None
    commit = [frames.encode_frame(Tick(at), 1 + at, at, header[1]) for at in range(3)]
    raw.write_bytes(data + bytes(len(commit[0])) + commit[1] + commit[2])
    with LogWriter(tmp_path) as writer:
        assert (writer.recovered.next, writer.recovered.cut) == (1, 3 * len(commit[0]))
    later = frames.encode_frame(Tick(9), 4, 0, header[1])
    raw.write_bytes(data + bytes(len(commit[0])) + commit[1] + commit[2] + later)
    with pytest.raises(Corrupt, match="a right frame follows"):
        LogWriter(tmp_path)


def test_numbers_that_a_sender_chose_are_never_taken_for_a_frame(tmp_path: Path) -> None:
    fill(tmp_path, [Tick(0)])
    (tmp_path / "durable").unlink()
    raw = folder.raw_path(tmp_path, 0)
    data = raw.read_bytes()
    header = frames.decode_file_header(data)
    assert header is not None
    # Whoever does not know the salt of the file cannot do better than to guess it.
    planted = frames.encode_frame(Tick(9), 50, 0, header[1] ^ 1)
    words = np.frombuffer(planted, dtype=np.int64)
    hostile = Batch.of(np.zeros(len(words)), words, np.zeros(len(words)))
    frame = frames.encode_frame(hostile, 1, 0, header[1])
    assert planted in frame
    raw.write_bytes(data + frame[:-1])
    with LogWriter(tmp_path) as writer:
        assert writer.recovered.next == 1


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    fill(tmp_path, [batch(9, at) for at in range(6)], segment_frames=2)
    folder.raw_path(tmp_path, 2).unlink()
    with pytest.raises(Corrupt, match="the segment ends; the frames 2 to 3 are missing"):
        LogWriter(tmp_path)
    folder.raw_path(tmp_path, 0).unlink()
    with pytest.raises(Corrupt, match="the frames 0 to 3 before it are missing"):
        LogWriter(tmp_path)


def test_a_segment_that_ends_too_early_is_named(tmp_path: Path) -> None:
    fill(tmp_path, [batch(9, at) for at in range(6)], segment_frames=2)
    raw = folder.raw_path(tmp_path, 2)
    data = raw.read_bytes()
    raw.write_bytes(data[:-8])
    with pytest.raises(Corrupt, match="cut off; the frames 3 to 3 are missing") as caught:
        LogWriter(tmp_path)
    assert caught.value.path == raw


def test_what_a_failed_commit_left_before_the_next_segment_is_cut(tmp_path: Path) -> None:
    expected: list[Content] = [batch(9, at) for at in range(6)]
    fill(tmp_path, expected, segment_frames=3)
    raw = folder.raw_path(tmp_path, 0)
    data = raw.read_bytes()
    header = frames.decode_file_header(data)
    assert header is not None
    raw.write_bytes(data + frames.encode_frame(Tick(1), 3, 0, header[1]) + b"half of one")
    with LogWriter(tmp_path) as writer:
        assert writer.recovered.next == 6
    assert raw.read_bytes() == data
    assert_frames(read(tmp_path), expected)


def test_positions_go_on_behind_sealed_segments(tmp_path: Path) -> None:
    expected: list[Content] = [batch(9, at) for at in range(5)]
    fill(tmp_path, expected, segment_frames=2)
    assert seal(tmp_path) == [0, 2]
    with LogWriter(tmp_path) as writer:
        assert writer.append(Tick(1)) == 5
    assert seal(tmp_path) == [4]
    with LogWriter(tmp_path) as writer:
        assert writer.recovered.next == 6
    assert_frames(read(tmp_path), [*expected, Tick(1)])


def test_opening_again_and_again_leaves_nothing_behind(tmp_path: Path) -> None:
    for _ in range(3):
        LogWriter(tmp_path).close()
    fill(tmp_path, [Tick(1)])
    for _ in range(3):
        LogWriter(tmp_path).close()
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["0000000000000000.log"]
