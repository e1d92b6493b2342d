"""Full segments become Parquet: written, read back, renamed, and only then the frames go.

A sealed segment keeps the log's order and everything that a frame says: its rows are sorted
by `position` as they stood in their frames, and a tick is a row of stream -1, so that a replay
from sealed segments gives the identical frames. It is named by its first position like the
raw one; its metadata hold the first position, the next one and a checksum of all columns,
which every later reading checks.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from district.kernel.sensing.log import folder as files
from district.kernel.sensing.log.decoding import Rows
from district.kernel.sensing.log.decoding import rows as decode_rows
from district.kernel.sensing.log.errors import Corrupt
from district.kernel.sensing.log.frames import FILE_HEADER, Scan, decode_file_header, scan
from district.kernel.sensing.log.parquet import read_sealed, seal_rows


def sealer_lock(folder: Path) -> files.Lock:
    """The right to seal and to compact; one holder, beside the writer."""
    return files.Lock(folder / "sealing.lock", "sealing this log")


def seal(folder: Path) -> list[int]:
    """Seal every raw segment behind which another one has begun; their first positions.

    Whoever calls holds `sealer_lock`. It may be killed at any moment and run again: a segment
    is raw, or both, or sealed, and readers take it from wherever it is. Raises Corrupt when
    a segment cannot be read whole, OSError when the disk refuses; nothing is lost by either.
    """
    done = []
    for first, following in pairwise(files.raw_segments(folder)):
        _seal_one(folder, first, following)
        done.append(first)
    return done


def _seal_one(folder: Path, first: int, following: int) -> None:
    raw, target = files.raw_path(folder, first), files.sealed_path(folder, first)
    wanted = read_raw(raw, following)
    if not (target.exists() and _holds(target, wanted)):
        seal_rows(wanted, target)
        if not _holds(target, wanted):
            raise Corrupt(target, 0, "what was written is not what is read back")
    else:
        # The run before may have been killed between the rename and this.
        files.sync_folder(target.parent)
    raw.unlink()
    files.sync_folder(raw.parent)


def read_raw(path: Path, until: int) -> Rows:
    """The rows of a raw segment before the position `until`, all of which it must hold.

    Raises FileNotFoundError when it was sealed meanwhile, Corrupt when frames are missing.
    """
    data = path.read_bytes()
    return decode_rows(data, scan_raw(path, data, until))


def scan_raw(path: Path, data: bytes | memoryview, until: int, known: Scan | None = None) -> Scan:
    """The frames before `until` in the bytes of a raw segment; Corrupt when any is missing.

    What is `known` of the same file already is not looked at again.
    """
    header = decode_file_header(data)
    if header is None:
        raise Corrupt(path, 0, "the header of the segment is wrong")
    first, start = (known.next, known.end) if known else (header[0], FILE_HEADER)
    found = scan(data, first, header[1], start=start, until=until)
    if found.next < until:
        what = found.problem or f"frames {found.next} to {until - 1} are missing"
        raise Corrupt(path, found.end, what)
    return known.with_more(found) if known else found


def _holds(path: Path, wanted: Rows) -> bool:
    try:
        found = read_sealed(path)
    except Corrupt:
        return False
    return found.readings.same(wanted.readings) and bool((found.position == wanted.position).all())
