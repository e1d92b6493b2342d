"""The groups of a binding as bytes, and what had been seen of their streams. Pure.

Columns rather than rows: a hundred thousand groups of one stream each are a few hundred kilobytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from district.kernel.sensing.public import Group, Groups, Member

Ints = npt.NDArray[np.int64]
#: What is known of a stream of which nothing was seen.
NEVER = -(1 << 62)


def _packed(**columns: object) -> bytes:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(column) for name, column in columns.items()}
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def pack_groups(groups: Groups) -> bytes:
    """Groups in the form (streams or groups) in which they are bound; the same give the same."""
    if groups.single:
        return _packed(stream=groups.streams, lateness=groups.lateness)
    members = [(at, each) for at, group in enumerate(groups) for each in group.members]
    names = json.dumps([[group.id for group in groups], [each.role for _at, each in members]])
    return _packed(
        names=np.frombuffer(names.encode(), np.uint8),
        group=np.array([at for at, _each in members], np.int64),
        stream=np.array([each.stream for _at, each in members], np.int64),
        lateness=np.array([each.lateness for _at, each in members], np.int64),
    )


def unpack_groups(data: bytes) -> Groups:
    """What was packed; ValueError where it is nothing of ours."""
    with np.load(io.BytesIO(data), allow_pickle=False) as columns:
        streams, lateness = columns["stream"], columns["lateness"]
        if "names" not in columns:
            return Groups.of_streams(streams, lateness)
        ids, roles = json.loads(columns["names"].tobytes())
        owner = columns["group"].tolist()
    members: list[list[Member]] = [[] for _id in ids]
    for at, stream, role, late in zip(
        owner, streams.tolist(), roles, lateness.tolist(), strict=True
    ):
        members[at].append(Member(stream, role, late))
    return Groups([Group(key, tuple(found)) for key, found in zip(ids, members, strict=True)])


def streams_of(groups: Groups) -> Ints:
    """The numbers of all streams of the groups, ascending, each once."""
    if groups.single:
        return np.unique(groups.streams)
    return np.unique(
        np.array([each.stream for group in groups for each in group.members], np.int64)
    )


def pack_heard(seen: Ints, tick: int, groups: Groups | None = None) -> bytes:
    """The latest event time seen of each stream, of all or those of groups, and the log's clock."""
    streams = np.arange(len(seen)) if groups is None else streams_of(groups)
    inside = streams[streams < len(seen)]
    known = inside[seen[inside] > NEVER]
    return _packed(stream=known, seen=seen[known], tick=np.int64(tick))


def unpack_heard(parts: Iterable[bytes]) -> tuple[Ints, int]:
    """What several runs had heard, together: by stream's number, and the log's clock."""
    seen, tick = np.full(0, NEVER, np.int64), NEVER
    for part in parts:
        if not part:
            continue
        with np.load(io.BytesIO(part), allow_pickle=False) as columns:
            streams, times = columns["stream"], columns["seen"]
            tick = max(tick, int(columns["tick"]))
        if len(streams) and int(streams.max()) >= len(seen):
            more = np.full(int(streams.max()) + 1 - len(seen), NEVER, np.int64)
            seen = np.concatenate([seen, more])
        np.maximum.at(seen, streams, times)
    return seen, tick


def same_groups(one: bytes, other: bytes) -> bool:
    """Whether two packed bindings have the same groups in the same form."""
    if one == other:
        return True
    # Compression may differ from one version of a library to the next; content does not.
    first, second = unpack_groups(one), unpack_groups(other)
    if first.single != second.single or len(first) != len(second):
        return False
    if first.single:
        return dict(zip(first.streams.tolist(), first.lateness.tolist(), strict=True)) == dict(
            zip(second.streams.tolist(), second.lateness.tolist(), strict=True)
        )
    return {each.id: each for each in first} == {each.id: each for each in second}
