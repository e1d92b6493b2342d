"""From the bytes of a message to readings; nothing that a sender writes raises here.

The compact form that devices send over HTTP and MQTT is a JSON object, of one datastream

    {"datastream": 12, "readings": [["2026-01-05T08:00:00Z", 21.5], ["...", 21.6, 1007]]}

with [time, value] or [time, value, sequence] each, or of several, column by column:

    {"stream": [12, 13], "time": [...], "value": [21.5, true], "sequence": [1007, 1008]}

`sequence` may be absent, or null for one. Times are texts in ISO 8601 with a zone, or integers
where the object also says `"time_unit": "us"` or `"ms"` (since 1970 UTC). Values are numbers
or truth values. Everything else in the object is passed over.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.batches import NO_SEQUENCE, Batch
from district.kernel.sensing.intake.columns import integers, numbers
from district.kernel.sensing.intake.times import TimeFault, to_microseconds

#: The longest message that is looked into, and the most readings in one.
MOST_BYTES = 8 << 20
MOST_ITEMS = 100_000
#: How much of what was sent is kept of a malformed item, in characters.
FRAGMENT = 200
_NAMES = ("stream", "time", "value", "sequence")
_INT32, _INT64 = np.iinfo(np.int32), np.iinfo(np.int64)


class Fault(IntEnum):
    """What is wrong with a malformed item, or with a whole message."""

    NONE = 0
    #: Not JSON (or not in UTF-8, or nested beyond reason).
    NOT_JSON = 1
    #: The message or the number of its readings is beyond the bounds.
    TOO_LARGE = 2
    #: Not the form of a message, or of a reading in one.
    SHAPE = 3
    #: No number of a datastream.
    DATASTREAM = 4
    NO_TIME = 5
    NO_ZONE = 6
    NO_UNIT = 7
    #: Text, null or an object where a number or a truth value belongs.
    VALUE = 8
    #: A sequence number that is no integer from 0 to 2^63 - 1.
    SEQUENCE = 9

    @property
    def code(self) -> str:
        """How it is written in rows and answers, e.g. `no_zone`."""
        return self.name.lower()


_OF_TIME = np.zeros(4, dtype=np.int8)
_OF_TIME[TimeFault.NO_TIME] = Fault.NO_TIME
_OF_TIME[TimeFault.NO_ZONE] = Fault.NO_ZONE
_OF_TIME[TimeFault.NO_UNIT] = Fault.NO_UNIT


@dataclass(frozen=True, slots=True)
class Malformed:
    """An item that is no reading. `item` counts the message's items from 0, -1 is all of it.

    `fragment` is what was sent, as JSON in ASCII, cut at FRAGMENT characters.
    """

    item: int
    fault: Fault
    fragment: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The readings of a message, in its order, with the item that each was, and the rest."""

    batch: Batch
    items: NDArray[np.int64]
    malformed: tuple[Malformed, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """The lists that a message holds, of one length; `faults` of items known to be wrong."""

    stream: Sequence[object]
    time: Sequence[object]
    value: Sequence[object]
    sequence: Sequence[object] | None
    unit: str | None
    as_sent: Callable[[int], object]


def load(data: bytes) -> object:
    """JSON to objects, ValueError or RecursionError when it is none.

    The one place where a faster library could stand in. NaN and Infinity, which JSON has not
    but devices write, are numbers here, so that one of them spoils its own reading alone.
    """
    return json.loads(data)


def whole(fault: Fault, data: bytes) -> Parsed:
    """The answer when nothing of a message can be used."""
    text = data[:FRAGMENT].decode("ascii", errors="backslashreplace")
    return Parsed(
        Batch.empty(), np.empty(0, dtype=np.int64), (Malformed(-1, fault, text[:FRAGMENT]),)
    )


def load_checked(data: bytes) -> tuple[object, Fault]:
    """What a message says, or why nothing can be read from it."""
    if len(data) > MOST_BYTES:
        return None, Fault.TOO_LARGE
    try:
        return load(data), Fault.NONE
    except (ValueError, RecursionError):
        return None, Fault.NOT_JSON


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: what comes out of JSON has none, and looking through
    its many small lists again and again takes as long as reading them."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def parse_compact(data: bytes, received: int) -> Parsed:
    """The readings of a message in either compact form, received at this time (µs UTC)."""
    with uncollected():
        message, fault = load_checked(data)
        return whole(fault, data) if fault else from_compact(message, data, received)


def from_compact(message: object, data: bytes, received: int) -> Parsed:
    """The readings of a compact message that is loaded already from `data`."""
    if not isinstance(message, dict):
        return whole(Fault.SHAPE, data)
    unit = message.get("time_unit")
    unit = unit if isinstance(unit, str) else None
    rows = message.get("readings")
    if isinstance(rows, list):
        if len(rows) > MOST_ITEMS:
            return whole(Fault.TOO_LARGE, data)
        return from_rows([message.get("datastream")] * len(rows), rows, unit, received)
    return _from_lists(message, unit, received) or whole(_why_no_lists(message), data)


def _lists(message: dict[str, object]) -> list[list[object]] | None:
    """The columns that a message holds, of one length, the sequence last where it is there."""
    names = [*_NAMES[:3], *(_NAMES[3:] if message.get("sequence") is not None else ())]
    lists = [column for name in names if isinstance(column := message.get(name), list)]
    return lists if len(lists) == len(names) and len(set(map(len, lists))) == 1 else None


def _from_lists(message: dict[str, object], unit: str | None, received: int) -> Parsed | None:
    lists = _lists(message)
    if lists is None or len(lists[0]) > MOST_ITEMS:
        return None

    def as_sent(item: int) -> object:
        return {name: column[item] for name, column in zip(_NAMES, lists, strict=False)}

    sequence = lists[3] if len(lists) > 3 else None
    columns = Columns(lists[0], lists[1], lists[2], sequence, unit, as_sent)
    return assemble(columns, received)


def _why_no_lists(message: dict[str, object]) -> Fault:
    return Fault.SHAPE if _lists(message) is None else Fault.TOO_LARGE


def from_rows(
    streams: Sequence[object], rows: Sequence[object], unit: str | None, received: int
) -> Parsed:
    """The readings of rows [time, value] or [time, value, sequence], each of its datastream."""
    named: dict[int, object] = {}

    def as_sent(item: int) -> object:
        stream = streams[item]
        # One object may stand for the datastream of very many rows.
        if id(stream) not in named:
            named[id(stream)] = brief(stream)
        return {"datastream": named[id(stream)], "reading": rows[item]}

    lists = transposed(rows, 2, 3)
    if lists is not None:
        sequence = lists[2] if len(lists) > 2 else None
        return assemble(Columns(streams, lists[0], lists[1], sequence, unit, as_sent), received)
    filled = [
        (*row, None)[:3] if isinstance(row, list) and 2 <= len(row) <= 3 else None for row in rows
    ]
    misshapen = np.array([row is None for row in filled], dtype=np.bool_)
    times, values, sequences = zip(*[row or (None, None, None) for row in filled], strict=True)
    columns = Columns(streams, times, values, sequences, unit, as_sent)
    return assemble(columns, received, misshapen)


def transposed(rows: Sequence[object], least: int, most: int) -> list[tuple[object, ...]] | None:
    """Lists of one length from `least` to `most`, turned into columns; None when they differ."""
    if not rows:
        return [()] * least
    if set(map(type, rows)) != {list}:
        return None
    lengths = set(map(len, rows))  # type: ignore[arg-type]  # all are lists
    if len(lengths) != 1 or not least <= next(iter(lengths)) <= most:
        return None
    return list(zip(*rows, strict=True))


def assemble(columns: Columns, received: int, misshapen: NDArray[np.bool_] | None = None) -> Parsed:
    """Readings from lists, and which items are none. Of several faults the first is said."""
    length = len(columns.time)
    stream, no_stream = integers(columns.stream, 0, int(_INT32.max))
    time, time_fault = to_microseconds(columns.time, columns.unit)
    value, no_value = numbers(columns.value)
    sequence = np.full(length, NO_SEQUENCE, dtype=np.int64)
    faults = np.zeros(length, dtype=np.int8)
    if columns.sequence is not None:
        sequence, no_sequence = integers(columns.sequence, 0, int(_INT64.max), NO_SEQUENCE)
        faults[no_sequence] = Fault.SEQUENCE
    faults[no_value] = Fault.VALUE
    faults = np.where(time_fault > 0, _OF_TIME[time_fault], faults)
    faults[no_stream] = Fault.DATASTREAM
    if misshapen is not None:
        faults[misshapen] = Fault.SHAPE
    batch = Batch(
        stream.astype(np.int32), time, value, np.full(length, received, dtype=np.int64), sequence
    )
    if not faults.any():
        return Parsed(batch, np.arange(length))
    good = faults == Fault.NONE
    return Parsed(
        batch.take(good),
        np.flatnonzero(good).astype(np.int64),
        tuple(
            Malformed(item, Fault(int(faults[item])), fragment(columns.as_sent(item)))
            for item in np.flatnonzero(~good).tolist()
        ),
    )


def fragment(sent: object) -> str:
    """What was sent, as far as it is kept."""
    try:
        return json.dumps(sent)[:FRAGMENT]
    except (ValueError, RecursionError):
        return "(nested beyond reason)"


def brief(sent: object) -> object:
    """What stands beside every item's fragment, so that a long one is not written many times."""
    return sent if sent is None or isinstance(sent, bool | int | float) else fragment(sent)
