"""Sealing changes where frames lie and nothing else, wherever it is killed."""

from __future__ import annotations

import contextlib
from pathlib import Path

import polars as pl
import pytest

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import (
    Corrupt,
    Gone,
    InUse,
    LogReader,
    LogWriter,
    folder,
    parquet,
    seal,
    sealer_lock,
)
from district.kernel.sensing.log.tests.faults import Killed, kill_at_each_step
from district.kernel.sensing.log.tests.samples import (
    Content,
    assert_frames,
    batch,
    copy_of,
    fill,
    read,
)

EXPECTED: list[Content] = [
    batch(300, 1),
    Tick(5),
    Tick(6),
    Batch.of([2**31 - 1], [-(2**63)], [-0.0], sequence=[2**63 - 1]),
    batch(70, 2),
    batch(1, 3),
    Tick(7),
    batch(2, 4),
]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    fill(tmp_path / "log", EXPECTED, segment_frames=3)
    return tmp_path / "log"


def test_sealed_segments_replay_the_identical_frames(filled: Path) -> None:
    assert seal(filled) == [0, 3]
    assert folder.raw_segments(filled) == [6]
    assert folder.sealed_segments(filled) == [0, 3]
    for start in range(len(EXPECTED) + 1):
        assert_frames(read(filled, start), EXPECTED, start)
    assert seal(filled) == []


def test_other_engines_find_plain_columns_and_ticks_as_stream_minus_one(filled: Path) -> None:
    seal(filled)
    table = pl.read_parquet(filled / "sealed" / "*.parquet")
    assert table.columns == ["position", "stream", "time", "value", "received", "sequence"]
    assert table["position"].is_sorted()
    ticks = table.filter(pl.col("stream") == -1)
    assert ticks["position"].to_list() == [1, 2]
    assert ticks["time"].to_list() == [5, 6]


def test_a_copy_of_sealed_segments_alone_can_be_read(filled: Path, tmp_path: Path) -> None:
    seal(filled)
    copy = copy_of(filled, tmp_path / "copy")
    for path in [*(copy / "raw").iterdir(), copy / "durable"]:
        path.unlink()
    assert_frames(read(copy), EXPECTED[:6])


def test_killed_at_any_step_nothing_is_lost_or_doubled_and_it_can_be_run_again(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(where: Path) -> None:
        seal(where)

    steps = 0
    for where in kill_at_each_step(run, filled, tmp_path / "copy", monkeypatch):
        assert_frames(read(where), EXPECTED)
        LogWriter(where).close()
        assert_frames(read(where), EXPECTED)
        seal(where)
        assert_frames(read(where), EXPECTED)
        assert folder.sealed_segments(where) == [0, 3]
        assert not list((where / "sealed").glob("*.part"))
        steps += 1
    # Write, sync, rename, sync, read back, remove, sync: twice, and some more.
    assert steps >= 12


def test_a_half_written_file_of_the_name_is_made_anew(filled: Path) -> None:
    folder.sealed_path(filled, 0).write_bytes(b"PAR1 and no more")
    assert seal(filled) == [0, 3]
    assert_frames(read(filled), EXPECTED)


def test_what_is_not_read_back_as_it_was_keeps_its_frames(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = parquet.to_frame
    monkeypatch.setattr(
        parquet, "to_frame", lambda rows: really(rows).with_columns(value=pl.lit(0.0))
    )
    with pytest.raises(Corrupt, match="not what is read back"):
        seal(filled)
    monkeypatch.undo()
    assert folder.raw_segments(filled) == [0, 3, 6]
    seal(filled)
    assert_frames(read(filled), EXPECTED)


def test_damage_to_a_sealed_segment_is_named_and_never_read(filled: Path) -> None:
    seal(filled)
    path = folder.sealed_path(filled, 0)
    data = path.read_bytes()
    for at in range(0, len(data), 97):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
        # A flipped bit that changes nothing of what is read (in statistics, say) is none.
        with contextlib.suppress(Corrupt):
            assert_frames(read(filled), EXPECTED)
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(Corrupt, match="cannot be read as Parquet"):
        read(filled)


def test_a_damaged_raw_segment_is_not_sealed(filled: Path) -> None:
    path = folder.raw_path(filled, 0)
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    with pytest.raises(Corrupt, match="checksum") as caught:
        seal(filled)
    assert caught.value.path == path
    assert path.exists()


def test_one_seals_at_a_time(filled: Path) -> None:
    lock = sealer_lock(filled)
    with pytest.raises(InUse, match="sealing"):
        sealer_lock(filled)
    lock.release()
    sealer_lock(filled).release()


def test_what_is_kept_no_more_is_said(filled: Path) -> None:
    seal(filled)
    folder.sealed_path(filled, 0).unlink()
    assert LogReader(filled).start() == 3
    with pytest.raises(Gone, match="frame 0 is kept no more; the first is 3"):
        read(filled, 0)
    assert_frames(read(filled, 3), EXPECTED, 3)


def test_killed_is_no_error_that_code_catches() -> None:
    assert not issubclass(Killed, Exception)
