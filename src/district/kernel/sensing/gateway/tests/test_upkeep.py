"""Sealing and sorting by a process of their own: what it does, and what it ends with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from district.kernel.sensing.batches import Tick
from district.kernel.sensing.gateway.tests.fakes import HandClock, wait_for
from district.kernel.sensing.gateway.upkeep import Upkeep
from district.kernel.sensing.log import folder, sealer_lock, tidying
from district.kernel.sensing.log.days import read_index
from district.kernel.sensing.log.tests.samples import Content, assert_frames, batch, fill, read

EXPECTED: list[Content] = [batch(300, 1), Tick(5), batch(70, 2), Tick(6), batch(2, 4)]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    fill(tmp_path / "log", EXPECTED, segment_frames=2)
    return tmp_path / "log"


def ended(where: Path) -> subprocess.CompletedProcess[str]:
    """Such a process, run to its end."""
    # The command is ours and is run without a shell.
    return subprocess.run(tidying.command(where), capture_output=True, text=True, check=False)  # noqa: S603  # as said above


def damage(where: Path) -> Path:
    path = folder.raw_path(where, 0)
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    return path


def upkeep(where: Path, period: float = 0.01) -> Upkeep:
    return Upkeep(where, HandClock(), period=period, keep=None, floor=None)


def test_full_segments_are_sealed_and_sorted_and_then_nothing_is_due(filled: Path) -> None:
    assert tidying.is_due(filled)
    assert (ended(filled).returncode, folder.sealed_segments(filled)) == (tidying.DONE, [0, 2])
    assert sum(run.readings for run in read_index(filled).runs) == 370
    assert_frames(read(filled), EXPECTED)
    assert not tidying.is_due(filled)


def test_what_is_sealed_but_not_sorted_is_due(filled: Path) -> None:
    ended(filled)
    (filled / "days" / "index.json").unlink()
    assert tidying.is_due(filled)
    upkeep(filled).once()
    assert sum(run.readings for run in read_index(filled).runs) == 370


def test_a_folder_without_a_full_segment_starts_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("no process is needed")

    monkeypatch.setattr(subprocess, "Popen", started)
    fill(tmp_path / "log", EXPECTED, segment_frames=100)
    upkeep(tmp_path / "log").once()


def test_where_priorities_are_forbidden_it_is_sealed_all_the_same(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_by: int) -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "nice", forbidden)
    assert tidying.main(filled) == tidying.DONE
    assert folder.sealed_segments(filled) == [0, 2]


def test_damage_is_told_by_file_and_nothing_is_removed(filled: Path) -> None:
    path = damage(filled)
    before = path.read_bytes()
    done = ended(filled)
    assert done.returncode == tidying.FAILED
    assert str(path) in done.stdout
    assert done.stderr == ""
    assert path.read_bytes() == before


def test_the_upkeep_tells_the_damage_until_it_is_mended(filled: Path) -> None:
    good = folder.raw_path(filled, 0).read_bytes()
    path = damage(filled)
    running = upkeep(filled)
    running.start()
    try:
        wait_for(lambda: running.error is not None)
        assert str(path) in str(running.error)
        path.write_bytes(good)
        wait_for(lambda: running.error is None and not tidying.is_due(filled))
    finally:
        running.stop()
    assert_frames(read(filled), EXPECTED)


def test_while_somebody_else_seals_it_waits_without_an_error(filled: Path) -> None:
    lock = sealer_lock(filled)
    assert ended(filled).returncode == tidying.ELSEWHERE
    running = upkeep(filled)
    running.start()
    try:
        lock.release()
        wait_for(lambda: not tidying.is_due(filled))
        assert running.error is None
    finally:
        running.stop()


def test_a_stop_does_not_wait_for_sorting(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "command", lambda _folder: ["sleep", "60"])
    running = upkeep(filled)
    children: list[subprocess.Popen[str]] = []
    real = subprocess.Popen

    def noted(*given: object, **more: object) -> object:
        children.append(real(*given, **more))  # type: ignore[call-overload]  # as they came
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    running.start()
    wait_for(lambda: bool(children))
    running.stop()
    assert children[0].returncode == -9
    assert_frames(read(filled), EXPECTED)
