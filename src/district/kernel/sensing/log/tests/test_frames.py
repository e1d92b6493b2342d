"""Frames come back as they went in, and nothing that is cut or altered is taken for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import LogError, decoding, frames
from district.kernel.sensing.log.tests.samples import Content, assert_frames, batch, contents, same

SALT = 0x5EED


def _written(expected: list[Content], first: int = 0) -> bytes:
    return b"".join(
        frames.encode_frame(content, first + at, at, SALT) for at, content in enumerate(expected)
    )


@settings(max_examples=60)
@given(st.lists(contents, max_size=8), st.integers(0, 2**60))
def test_frames_and_rows_give_back_what_was_written(expected: list[Content], first: int) -> None:
    data = _written(expected, first)
    found = frames.scan(data, first, SALT)
    assert (found.problem, found.end, found.next) == ("", len(data), first + len(expected))
    decoded = list(decoding.frames(data, found))
    assert [frame.position for frame in decoded] == list(range(first, first + len(expected)))
    rows = decoding.rows(data, found)
    for one, other, content in zip(decoded, rows.frames(), expected, strict=True):
        assert same(one.content, content)
        assert one.position == other.position
        assert same(other.content, content)
    again = decoding.Rows.of(decoded)
    assert again.readings.same(rows.readings)
    assert np.array_equal(again.position, rows.position)


def test_a_length_is_told_before_it_is_written() -> None:
    for content in (Tick(5), batch(1), batch(2), batch(101)):
        encoded = frames.encode_frame(content, 0, 0, SALT)
        assert len(encoded) == frames.frame_length(content)
        assert len(encoded) % 8 == 0


def test_batches_are_views_that_nobody_can_write_to() -> None:
    data = _written([batch(100)])
    (frame,) = decoding.frames(data, frames.scan(data, 0, SALT))
    assert isinstance(frame.content, Batch)
    assert np.shares_memory(frame.content.value, np.frombuffer(data, dtype=np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        frame.content.value[0] = 1.0


def test_cut_at_any_byte_the_whole_frames_before_it_remain() -> None:
    expected: list[Content] = [batch(3), Tick(7), batch(1), batch(70)]
    data = _written(expected)
    ends = np.cumsum([frames.frame_length(content) for content in expected]).tolist()
    for cut in range(len(data)):
        found = frames.scan(data[:cut], 0, SALT)
        whole = sum(end <= cut for end in ends)
        assert len(found) == whole
        assert found.end == (ends[whole - 1] if whole else 0)
        assert bool(found.problem) == (cut != found.end)
        if cut >= found.end + frames.FRAME_HEADER:
            assert found.end + found.needs == ends[whole]


def test_any_flipped_bit_ends_the_frames_before_it() -> None:
    expected: list[Content] = [batch(2), Tick(7), batch(1)]
    data = _written(expected)
    ends = np.cumsum([frames.frame_length(content) for content in expected])
    for bit in range(8 * len(data)):
        broken = bytearray(data)
        broken[bit // 8] ^= 1 << bit % 8
        found = frames.scan(bytes(broken), 0, SALT)
        # Padding of a payload is checked too: nothing of a frame is without a checksum.
        assert len(found) == int(np.searchsorted(ends, bit // 8, side="right"))
        assert_frames(decoding.frames(bytes(broken), found), expected[: len(found)])


def test_a_frame_of_another_file_or_place_is_none() -> None:
    data = _written([Tick(1), Tick(2)])
    assert len(frames.scan(data, 0, SALT + 1)) == 0
    assert "belongs" in frames.scan(data, 5, SALT).problem
    length = frames.frame_length(Tick(1))
    assert len(frames.scan(data[:length] + data, 0, SALT)) == 1


def test_a_later_commit_is_told_from_a_later_frame_of_the_same_commit() -> None:
    length = frames.frame_length(Tick(0))
    commit = [frames.encode_frame(Tick(at), 10 + at, at, SALT) for at in range(3)]
    after = frames.encode_frame(Tick(9), 13, 0, SALT)
    torn = bytes(length) + commit[1] + commit[2]
    assert frames.later_commit(torn, 0, 10, SALT) is None
    assert frames.later_commit(torn + after, 0, 10, SALT) == len(torn)


def test_a_frame_of_a_newer_version_is_not_taken_for_damage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frames, "VERSION", 2)
    data = _written([Tick(1)])
    monkeypatch.undo()
    with pytest.raises(LogError, match="newer District"):
        frames.scan(data, 0, SALT)


@pytest.mark.parametrize(
    "content",
    [
        Batch.empty(),
        Batch.of([-1], [1], [1.0]),
        Batch.of([1], [1], [float("nan")]),
        Batch.of([1], [1], [float("inf")]),
        Tick(2**63),
    ],
)
def test_what_the_log_does_not_take(content: Content) -> None:
    with pytest.raises(ValueError, match=r"batch has|negative|finite|64 bits"):
        frames.check_content(content)
