"""What had been seen of streams, as bytes: what a run that begins must know. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np

from district.kernel.alarms.rules.packing import Ints, streams_of
from district.kernel.sensing.public import Groups

#: What is known of a stream of which nothing was seen.
NEVER = -(1 << 62)


def _packed(**columns: object) -> bytes:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(column) for name, column in columns.items()}
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


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
