"""Where the log's files lie, who may write, and the few calls that make them durable.

    lock, sealing.lock   held by the one writer, and by the one that seals and compacts
    durable              the position up to which everything is on the disk, for readers
                         in other processes; a hint that is never ahead of the truth
    raw/<first>.log      segments of frames, named by the position of their first
    sealed/<first>.parquet   the same frames as rows, in the log's order
    days/                readings by day of their event time, derived from sealed segments

A position in a name has 16 digits, so that names sort as positions do.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from district.kernel.sensing.log.errors import InUse

_MARK = struct.Struct("<QI")
_MARK_LENGTH = 16


def folder_of(environment: Mapping[str, str], var: Path) -> Path:
    """Where a log lies: DISTRICT_READINGS, else `readings` in the installation's folder `var`."""
    return Path(environment.get("DISTRICT_READINGS") or var / "readings")


def raw_path(folder: Path, first: int) -> Path:
    """The raw segment that begins with the position `first`."""
    return folder / "raw" / f"{first:016d}.log"


def sealed_path(folder: Path, first: int) -> Path:
    """The sealed segment that begins with the position `first`."""
    return folder / "sealed" / f"{first:016d}.parquet"


def raw_segments(folder: Path) -> list[int]:
    """First positions of the raw segments, ascending."""
    return _firsts(folder / "raw", ".log")


def sealed_segments(folder: Path) -> list[int]:
    """First positions of the sealed segments, ascending."""
    return _firsts(folder / "sealed", ".parquet")


def _firsts(folder: Path, suffix: str) -> list[int]:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    stems = (name.removesuffix(suffix) for name in names if name.endswith(suffix))
    return sorted(int(stem) for stem in stems if len(stem) == 16 and stem.isdigit())


def make_folders(folder: Path) -> None:
    """Create what is missing, durably."""
    for sub in ("raw", "sealed", "days"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    sync_folder(folder)
    sync_folder(folder.parent)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, also when the system takes it in pieces; OSError as the system says."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync(descriptor: int) -> None:
    """Return when everything written is on the disk; OSError when that cannot be said."""
    os.fsync(descriptor)


def truncate(descriptor: int, length: int) -> None:
    """Cut a file off."""
    os.ftruncate(descriptor, length)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


class Lock:
    """The right to do one thing in a folder, held until `release` or the process's end."""

    def __init__(self, path: Path, what: str) -> None:
        """Take it, or raise InUse at once. `what` names the right for the message."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 20, 0).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise InUse(
                f"{path.parent}: process {holder or 'unknown'} is {what} already; "
                "stop it, or use another folder"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give it back."""
        os.close(self._descriptor)


class Mark:
    """The file that says up to which position everything is durable.

    It is written after the fsync and never fsynced itself: what a reader finds is at most
    what is on the disk, after a crash of the machine perhaps less.
    """

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / "durable", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def set(self, position: int) -> None:
        """Say that everything before `position` is durable."""
        head = struct.pack("<Q", position)
        os.pwrite(self._descriptor, head + struct.pack("<II", zlib.crc32(head), 0), 0)

    def get(self) -> int | None:
        """The position, or None when nothing right stands there."""
        return _mark_of(self._descriptor)

    def close(self) -> None:
        """Let go of the file; what it says stays."""
        os.close(self._descriptor)


def read_mark(folder: Path) -> int | None:
    """What the mark of a folder says, or None without one."""
    try:
        descriptor = os.open(folder / "durable", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return _mark_of(descriptor)
    finally:
        os.close(descriptor)


def _mark_of(descriptor: int) -> int | None:
    # A read beside a write may see half of each: the checksum tells, and then it is read again.
    for _ in range(5):
        data = os.pread(descriptor, _MARK_LENGTH, 0)
        if len(data) == _MARK_LENGTH:
            position, crc = _MARK.unpack_from(data)
            if crc == zlib.crc32(data[:8]):
                return int(position)
    return None
