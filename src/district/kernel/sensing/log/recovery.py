"""What happens when a log is opened: cut a torn tail, refuse damage, say where to go on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.errors import Corrupt
from district.kernel.sensing.log.frames import FILE_HEADER, decode_file_header, later_commit, scan
from district.kernel.sensing.log.parquet import sealed_end


@dataclass(frozen=True, slots=True)
class Recovered:
    """`next` is the position that the next frame gets; `cut` the bytes that were cut off."""

    next: int
    cut: int


def recover(folder: Path) -> Recovered:
    """Check every raw segment, cut the tail of the last, and make what stays durable.

    Only for whoever holds the writer's lock. Raises Corrupt when frames that were acknowledged
    are damaged or missing: in the middle of a segment, between two, or before the position
    that the mark says was durable. Nothing has been changed then.
    """
    sealed, raw = files.sealed_segments(folder), files.raw_segments(folder)
    expected = sealed_end(files.sealed_path(folder, sealed[-1])) if sealed else 0
    # What is sealed and still lies there raw was killed between the two; sealing clears it up.
    raw = [first for first in raw if first >= expected]
    ends: list[tuple[Path, int, int]] = []
    for first, following in zip_longest(raw, raw[1:]):
        path = files.raw_path(folder, first)
        if first != expected:
            raise Corrupt(path, 0, f"the frames {expected} to {first - 1} before it are missing")
        expected, end = _check(path, first, following)
        ends.append((path, end, path.stat().st_size))
    mark = files.read_mark(folder)
    if mark is not None and mark > expected:
        last = ends[-1] if ends else (folder / "durable", 0, 0)
        raise Corrupt(
            last[0],
            last[1],
            f"the frames {expected} to {mark - 1} were acknowledged and cannot be read; restore "
            "the file from a copy, or remove the file 'durable' to go on without them",
        )
    for path, end, size in ends:
        _settle(path, end, size)
    files.sync_folder(folder / "raw")
    return Recovered(expected, sum(size - end for _, end, size in ends))


def _check(path: Path, first: int, following: int | None) -> tuple[int, int]:
    """(position behind the last good frame, offset behind it) of a raw segment.

    Behind the frames that the following segment says are its own there may be more: a commit
    whose fsync failed, which nobody was promised.
    """
    data = path.read_bytes()
    header = decode_file_header(data)
    if header is None:
        # The header is durable before the first frame is written.
        if following is None and len(data) <= FILE_HEADER:
            return first, 0
        raise Corrupt(path, 0, "the header of the segment is wrong")
    if header[0] != first:
        raise Corrupt(path, 0, f"the segment says that it begins with frame {header[0]}")
    found = scan(data, first, header[1], start=FILE_HEADER, until=following)
    if following is not None:
        if found.next != following:
            missing = f"the frames {found.next} to {following - 1} are missing"
            raise Corrupt(path, found.end, f"{found.problem or 'the segment ends'}; {missing}")
    elif found.problem:
        later = later_commit(data, found.end, found.next, header[1])
        if later is not None:
            raise Corrupt(path, found.end, f"{found.problem}; a right frame follows at {later}")
    return found.next, found.end


def _settle(path: Path, end: int, size: int) -> None:
    """Cut a segment off behind its last good frame and make it durable; drop it when empty."""
    if end <= FILE_HEADER:
        path.unlink()
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        if size > end:
            files.truncate(descriptor, end)
        files.sync(descriptor)
    finally:
        os.close(descriptor)
