"""The bytes of a raw segment: a header of the file, then frames.

    file header, 32 bytes   magic "DISTLOG1", salt u32, reserved u32, first position u64,
                            CRC of these u32, reserved u32
    frame header, 32 bytes  magic "DF", version u8, kind u8, index in its commit u32,
                            position u64, readings u32, length of the payload in bytes u32,
                            CRC of the payload u32, CRC of the header so far u32
    payload of a batch      time, value, received, sequence (8 bytes a reading each), then
                            stream (4 bytes each), zeros up to a multiple of 8
    payload of a tick       time, 8 bytes

All is little-endian. CRC is CRC-32 (zlib's); that of a frame's header begins with the file's
random salt, so that no sender can write numbers which look like a frame of this file. Columns
stand one after another, so that a batch is read without copying it. *Index in its commit*
counts the frames that one fsync made durable: it tells a commit that a crash cut short, which
nobody was promised, from damage to what was acknowledged.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log.errors import LogError

FILE_MAGIC = b"DISTLOG1"
FRAME_MAGIC = b"DF"
VERSION = 1
BATCH, TICK = 1, 2
#: The most readings that one frame holds.
MOST_READINGS = 1 << 20
#: What `counts` of a scan says of a tick.
IS_TICK = -1
#: The stream under which a tick stands among rows.
TICK_STREAM = -1

_FILE = struct.Struct("<8sIIQ")
_FRAME = struct.Struct("<2sBBIQIII")
_CRC = struct.Struct("<I")
_TICK = struct.Struct("<q")
FILE_HEADER = 32
FRAME_HEADER = _FRAME.size + _CRC.size
_EIGHT = ("time", "value", "received", "sequence")
_WIDE = {
    name: np.dtype(kind) for name, kind in zip(_EIGHT, ("<i8", "<f8", "<i8", "<i8"), strict=True)
}
_NARROW = np.dtype("<i4")


def payload_length(readings: int) -> int:
    """How many bytes the payload of a batch of so many readings takes."""
    return readings * 32 + (readings * 4 + 7) // 8 * 8


def frame_length(content: Batch | Tick) -> int:
    """How many bytes a frame of this takes in the file."""
    return FRAME_HEADER + (payload_length(len(content)) if isinstance(content, Batch) else 8)


def check_content(content: Batch | Tick) -> None:
    """ValueError when this is nothing that the log takes, with the reason.

    A batch has at least one reading and at most MOST_READINGS, its streams are not negative
    and its values are finite.
    """
    if isinstance(content, Tick):
        if not -(2**63) <= content.time < 2**63:
            raise ValueError("a tick's time is 64 bits of microseconds")
        return
    if not 0 < len(content) <= MOST_READINGS:
        raise ValueError(f"a batch has 1 to {MOST_READINGS} readings, not {len(content)}")
    if int(content.stream.min()) < 0:
        raise ValueError("a datastream's number is not negative")
    if not np.isfinite(content.value).all():
        raise ValueError("a value is a finite number")


def encode_file_header(first: int, salt: int) -> bytes:
    """The header of a segment whose first frame has the position `first`."""
    head = _FILE.pack(FILE_MAGIC, salt, 0, first)
    return head + _CRC.pack(zlib.crc32(head)) + bytes(FILE_HEADER - len(head) - _CRC.size)


def decode_file_header(data: bytes | memoryview) -> tuple[int, int] | None:
    """(first position, salt), or None when this is no whole and right header."""
    if len(data) < FILE_HEADER:
        return None
    magic, salt, _, first = _FILE.unpack_from(data)
    (crc,) = _CRC.unpack_from(data, _FILE.size)
    if magic != FILE_MAGIC or crc != zlib.crc32(data[: _FILE.size]):
        return None
    return first, salt


def encode_frame(content: Batch | Tick, position: int, index: int, salt: int) -> bytes:
    """The bytes of one frame. The content has passed `check_content`."""
    if isinstance(content, Tick):
        kind, readings, payload = TICK, 0, _TICK.pack(content.time)
    else:
        kind, readings = BATCH, len(content)
        columns = [
            getattr(content, name).astype(kind_, copy=False).tobytes()
            for name, kind_ in _WIDE.items()
        ]
        columns.append(content.stream.astype(_NARROW, copy=False).tobytes())
        columns.append(bytes(-readings * 4 % 8))
        payload = b"".join(columns)
    head = _FRAME.pack(
        FRAME_MAGIC, VERSION, kind, index, position, readings, len(payload), zlib.crc32(payload)
    )
    return head + _CRC.pack(zlib.crc32(head, salt)) + payload


@dataclass(frozen=True, slots=True)
class Scan:
    """The frames that stand in a stretch of bytes, found and checked but not yet decoded.

    `offsets` are those of the payloads, `counts` the readings of each (IS_TICK for a tick);
    positions run on from `first`. `end` is the offset behind the last whole frame, and
    `problem` says why nothing follows there: empty when the bytes end with that frame.
    """

    first: int
    offsets: NDArray[np.int64]
    counts: NDArray[np.int64]
    end: int
    problem: str
    #: How many bytes from `end` on the next frame needs, where it is only cut off; else 0.
    needs: int

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def next(self) -> int:
        """The position behind the last frame."""
        return self.first + len(self.offsets)

    def with_more(self, later: Scan) -> Scan:
        """This and the scan of the same bytes that went on where it ended."""
        return Scan(
            self.first,
            np.concatenate([self.offsets, later.offsets]),
            np.concatenate([self.counts, later.counts]),
            later.end,
            later.problem,
            later.needs,
        )

    def before(self, position: int) -> Scan:
        """The frames before a position."""
        kept = max(0, position - self.first)
        return replace(self, offsets=self.offsets[:kept], counts=self.counts[:kept])


def scan(
    data: bytes | memoryview, first: int, salt: int, *, start: int = 0, until: int | None = None
) -> Scan:
    """Find the frames in `data` from offset `start` on, beginning with position `first`.

    Checks both checksums and that positions are continuous; stops before the first frame that
    is wrong or not whole, or at position `until`.
    """
    view = memoryview(data)
    offsets: list[int] = []
    counts: list[int] = []
    at, position, problem, needs = start, first, "", 0
    while at < len(view) and (until is None or position < until):
        found = _frame_at(view, at, salt)
        if isinstance(found, str):
            problem, needs = found, _needed(view, at, salt)
            break
        kind, _, its_position, readings, length = found
        if its_position != position:
            problem = f"frame {its_position} where {position} belongs"
            break
        offsets.append(at + FRAME_HEADER)
        counts.append(readings if kind == BATCH else IS_TICK)
        at += FRAME_HEADER + length
        position += 1
    return Scan(
        first,
        np.array(offsets, dtype=np.int64),
        np.array(counts, dtype=np.int64),
        at,
        problem,
        needs,
    )


def _frame_at(view: memoryview, at: int, salt: int) -> tuple[int, int, int, int, int] | str:
    """(kind, index, position, readings, payload's length) of a right frame, or what is wrong."""
    body = at + FRAME_HEADER
    if body > len(view):
        return "the header is cut off"
    magic, version, kind, index, position, readings, length, crc = _FRAME.unpack_from(view, at)
    (head_crc,) = _CRC.unpack_from(view, at + _FRAME.size)
    if magic != FRAME_MAGIC or head_crc != zlib.crc32(view[at : at + _FRAME.size], salt):
        return "no header of a frame"
    if version != VERSION or kind not in (BATCH, TICK):
        # The salted checksum is right, so this is a frame: of a program that knows more.
        raise LogError(f"a frame of version {version}, kind {kind}: read it with a newer District")
    if length != (payload_length(readings) if kind == BATCH else 8):
        return "the length does not fit the number of readings"
    if body + length > len(view):
        return "the payload is cut off"
    if crc != zlib.crc32(view[body : body + length]):
        return "the payload's checksum is wrong"
    return kind, index, position, readings, length


def _needed(view: memoryview, at: int, salt: int) -> int:
    """How many bytes the frame at `at` takes, as far as can be told; 0 when it is wrong."""
    if at + FRAME_HEADER > len(view):
        return FRAME_HEADER
    head = view[at : at + _FRAME.size]
    (head_crc,) = _CRC.unpack_from(view, at + _FRAME.size)
    if head_crc != zlib.crc32(head, salt):
        return 0
    needed: int = FRAME_HEADER + _FRAME.unpack_from(head)[6]
    return needed if at + needed > len(view) else 0


def later_commit(data: bytes | memoryview, after: int, position: int, salt: int) -> int | None:
    """The offset behind `after` of a right frame of a commit that began after `position`.

    A commit is written only when the one before it is durable. So where the frame at
    `position` is wrong and such a frame follows, what was acknowledged is damaged; where none
    does, the last commit was cut short.
    """
    raw = bytes(data)
    view = memoryview(raw)
    at = raw.find(FRAME_MAGIC, after)
    while at >= 0:
        found = _frame_at(view, at, salt)
        if not isinstance(found, str) and found[2] - found[1] > position:
            return at
        at = raw.find(FRAME_MAGIC, at + 1)
    return None
