"""Many small messages at once: what one costs alone is shared by all that have gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.intake.parse import (
    Malformed,
    Parsed,
    from_compact,
    from_rows,
    load_checked,
    uncollected,
    whole,
)
from district.kernel.sensing.intake.sensorthings import from_entries, from_message

#: Messages with more readings than this are parsed each for itself.
_FEW = 64


@dataclass(frozen=True, slots=True)
class Gathered:
    """The readings of several messages, and for each the message and its item in that.

    Readings of one message keep their order; those of different ones need not. `malformed`
    are (message, what is wrong).
    """

    batch: Batch
    messages: NDArray[np.int64]
    items: NDArray[np.int64]
    malformed: tuple[tuple[int, Malformed], ...]


@dataclass(slots=True)
class _Heap:
    """Items of one form from many messages."""

    streams: list[object] = field(default_factory=list)
    contents: list[object] = field(default_factory=list)
    origins: list[tuple[int, int]] = field(default_factory=list)


def parse_gathered(
    messages: Sequence[bytes], received: int, addressed: Sequence[int | None] | None = None
) -> Gathered:
    """The readings of messages of any form, all received at this time (µs since 1970 UTC).

    The form of each is told by what it holds: `readings` or columns are compact, all else is
    SensorThings. `addressed` is the datastream that the address or topic of each names, or
    None; it stands for one that the message does not name.
    """
    with uncollected():
        return _parse(messages, received, addressed or [None] * len(messages))


def _parse(messages: Sequence[bytes], received: int, addressed: Sequence[int | None]) -> Gathered:
    rows: dict[str | None, _Heap] = {}
    entries = _Heap()
    found: list[tuple[Parsed, list[tuple[int, int]] | int]] = []
    for number, data in enumerate(messages):
        message, fault = load_checked(data)
        if fault:
            found.append((whole(fault, data), number))
        elif not isinstance(message, dict):
            found.append((from_message(message, data, received, addressed[number]), number))
        elif isinstance(few := message.get("readings"), list):
            if "datastream" not in message:
                message["datastream"] = addressed[number]
            unit = message.get("time_unit")
            if len(few) > _FEW or not (unit is None or isinstance(unit, str)):
                found.append((from_compact(message, data, received), number))
                continue
            heap = rows.setdefault(unit, _Heap())
            heap.streams += [message["datastream"]] * len(few)
            heap.contents += few
            heap.origins += [(number, item) for item in range(len(few))]
        elif "stream" in message:
            found.append((from_compact(message, data, received), number))
        elif "dataArray" in message:
            found.append((from_message(message, data, received, addressed[number]), number))
        else:
            entries.streams.append(addressed[number])
            entries.contents.append(message)
            entries.origins.append((number, 0))
    for unit, heap in rows.items():
        found.append((from_rows(heap.streams, heap.contents, unit, received), heap.origins))
    if entries.contents:
        parsed = from_entries(entries.contents, entries.streams, received)  # type: ignore[arg-type]  # put there as such
        found.append((parsed, entries.origins))
    return _joined(found)


def _joined(found: list[tuple[Parsed, list[tuple[int, int]] | int]]) -> Gathered:
    origins = [np.empty((0, 2), dtype=np.int64)]
    malformed: list[tuple[int, Malformed]] = []
    for parsed, origin in found:
        if isinstance(origin, int):
            numbers = np.full(len(parsed.items), origin, dtype=np.int64)
            origins.append(np.column_stack([numbers, parsed.items]))
            malformed += [(origin, bad) for bad in parsed.malformed]
        else:
            origins.append(np.array(origin, dtype=np.int64).reshape(-1, 2)[parsed.items])
            for bad in parsed.malformed:
                number, item = origin[bad.item]
                malformed.append((number, Malformed(item, bad.fault, bad.fragment)))
    together = np.concatenate(origins)
    return Gathered(
        Batch.concat(parsed.batch for parsed, _ in found),
        together[:, 0],
        together[:, 1],
        tuple(malformed),
    )
