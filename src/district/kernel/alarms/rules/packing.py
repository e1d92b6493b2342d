"""A binding's groups as bytes: compressed columns, the same groups again when unpacked. Pure.

A kind, then zlib over arrays that each say their type and length: streams as differences,
lateness, and for groups of several members how many each has, their roles and ids.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from district.kernel.sensing.public import Group, Groups, Member

_SINGLE, _SEVERAL = b"S1", b"G1"
_HEADER = struct.Struct("<cxxxI")
_TYPES = ("i1", "i2", "i4", "i8")
_LEVEL = 1
Ints = npt.NDArray[np.int64]


def pack(groups: Groups) -> bytes:
    """The groups as bytes; a hundred thousand of one stream each take milliseconds."""
    if groups.single:
        return _SINGLE + _squeezed(_column(groups.streams), _column(groups.lateness))
    members = [member for group in groups for member in group.members]
    roles = sorted({member.role for member in members})
    place = {role: at for at, role in enumerate(roles)}
    words = json.dumps({"ids": [group.id for group in groups], "roles": roles}).encode()
    return _SEVERAL + _squeezed(
        struct.pack("<I", len(words)) + words,
        _column(_ints(len(group.members) for group in groups)),
        _column(_ints(member.stream for member in members)),
        _column(_ints(member.lateness for member in members)),
        _column(_ints(place[member.role] for member in members)),
    )


def unpack(data: bytes | memoryview) -> Groups:
    """The groups that `pack` made these bytes of; ValueError where they are none."""
    kind, rest = bytes(data[:2]), bytes(data[2:])
    try:
        body = zlib.decompress(rest)
        if kind == _SINGLE:
            (streams, lateness), _end = _columns(body, 0, 2)
            return Groups.of_streams(streams, lateness)
        if kind == _SEVERAL:
            return _several(body)
    except (zlib.error, struct.error, KeyError, IndexError) as error:
        raise ValueError("these bytes are no groups") from error
    raise ValueError("these bytes are no groups of a kind that is known")


def _several(body: bytes) -> Groups:
    (length,) = struct.unpack_from("<I", body)
    words = json.loads(body[4 : 4 + length])
    (counts, streams, lateness, roles), _end = _columns(body, 4 + length, 4)
    names: list[str] = words["roles"]
    members = [
        Member(stream, names[role], late)
        for stream, role, late in zip(
            streams.tolist(), roles.tolist(), lateness.tolist(), strict=True
        )
    ]
    ends = np.cumsum(counts).tolist()
    begins = [0, *ends][: len(ends)]
    return Groups(
        [
            Group(key, tuple(members[begin:end]))
            for key, begin, end in zip(words["ids"], begins, ends, strict=True)
        ]
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _squeezed(*parts: bytes) -> bytes:
    return zlib.compress(b"".join(parts), _LEVEL)


def _column(values: Ints) -> bytes:
    """Differences in the narrowest type that holds them; they wrap, and wrap back when added."""
    steps = np.diff(values.astype(np.int64), prepend=np.int64(0))
    least, most = (int(steps.min()), int(steps.max())) if len(steps) else (0, 0)
    kind = next(
        at
        for at, name in enumerate(_TYPES)
        if np.iinfo(name).min <= least and most <= np.iinfo(name).max
    )
    header = _HEADER.pack(bytes([kind]), len(steps))
    return header + steps.astype(f"<{_TYPES[kind]}").tobytes()


def _columns(body: bytes, at: int, count: int) -> tuple[Sequence[Ints], int]:
    found = []
    for _number in range(count):
        kind, length = _HEADER.unpack_from(body, at)
        dtype = np.dtype(f"<{_TYPES[kind[0]]}")
        at += _HEADER.size
        steps = np.frombuffer(body, dtype, length, at) if length else np.empty(0, dtype)
        found.append(np.cumsum(steps, dtype=np.int64))
        at += length * dtype.itemsize
    return found, at


def streams_of(groups: Groups) -> Ints:
    """The numbers of all streams of the groups, ascending, each once."""
    if groups.single:
        return np.unique(groups.streams)
    return np.unique(
        np.array([each.stream for group in groups for each in group.members], np.int64)
    )


def same_groups(one: bytes, other: bytes) -> bool:
    """Whether two packed bindings have the same groups in the same form."""
    if one == other:
        return True
    # Compression may differ from one version of a library to the next; content does not.
    first, second = unpack(one), unpack(other)
    if first.single != second.single or len(first) != len(second):
        return False
    if first.single:
        return dict(zip(first.streams.tolist(), first.lateness.tolist(), strict=True)) == dict(
            zip(second.streams.tolist(), second.lateness.tolist(), strict=True)
        )
    return {each.id: each for each in first} == {each.id: each for each in second}
