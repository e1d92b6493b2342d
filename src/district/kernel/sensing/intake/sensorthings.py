"""Observations as OGC SensorThings 1.1 writes them: one, several, or as data arrays.

    {"phenomenonTime": "2026-01-05T08:00:00Z", "result": 21.5, "Datastream": {"@iot.id": 12}}

    [{"Datastream": {"@iot.id": 12}, "components": ["phenomenonTime", "result"],
      "dataArray": [["2026-01-05T08:00:00Z", 21.5], ...]}, ...]

An observation without `phenomenonTime` is of the time of receipt, as the standard says. An
interval of time is refused: a reading here is of one moment. `parameters.sequence`, which the
standard leaves to us, may carry the source's own number. What the standard allows beside these
(`resultTime`, `FeatureOfInterest`, ...) is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from district.kernel.sensing.batches import Batch
from district.kernel.sensing.intake.parse import (
    MOST_ITEMS,
    Columns,
    Fault,
    Malformed,
    Parsed,
    assemble,
    brief,
    fragment,
    load_checked,
    transposed,
    uncollected,
    whole,
)

#: A data array may name more components than we read, within reason.
_MOST_COMPONENTS = 32


def parse_observations(data: bytes, received: int, stream: int | None = None) -> Parsed:
    """The readings of such a message, received at this time (µs since 1970 UTC).

    `stream` is the datastream of the address (`Datastreams(12)/Observations`), for those that
    name none. Items are numbered through all data arrays, as the answer lists them.
    """
    with uncollected():
        message, fault = load_checked(data)
        return whole(fault, data) if fault else from_message(message, data, received, stream)


def from_message(message: object, data: bytes, received: int, stream: int | None) -> Parsed:
    """The readings of a message that is loaded already from `data`."""
    listed = message if isinstance(message, list) else [message]
    entries: list[dict[str, object]] = [entry for entry in listed if isinstance(entry, dict)]
    if len(entries) != len(listed):
        return whole(Fault.SHAPE, data)
    if not any("dataArray" in entry for entry in entries):
        if len(entries) > MOST_ITEMS:
            return whole(Fault.TOO_LARGE, data)
        return from_entries(entries, [stream] * len(entries), received)
    arrays = [rows for entry in entries if isinstance(rows := entry.get("dataArray"), list)]
    if len(arrays) != len(entries):
        return whole(Fault.SHAPE, data)
    if sum(map(len, arrays)) > MOST_ITEMS:
        return whole(Fault.TOO_LARGE, data)
    return _joined(
        [
            _from_array(entry, rows, received, stream)
            for entry, rows in zip(entries, arrays, strict=True)
        ],
        list(map(len, arrays)),
    )


def from_entries(
    entries: Sequence[dict[str, object]], addressed: Sequence[int | None], received: int
) -> Parsed:
    """The readings of single observations, each with the datastream of its address or None."""
    return assemble(
        Columns(
            [_stream_of(entry, at) for entry, at in zip(entries, addressed, strict=True)],
            _times([entry.get("phenomenonTime") for entry in entries], received),
            [entry.get("result") for entry in entries],
            [_sequence_of(entry.get("parameters")) for entry in entries],
            "us",
            lambda item: entries[item],
        ),
        received,
    )


def _stream_of(entry: dict[str, object], otherwise: int | None) -> object:
    named = entry.get("Datastream")
    if named is None:
        return otherwise
    return named.get("@iot.id") if isinstance(named, dict) else None


def _sequence_of(parameters: object) -> object:
    return parameters.get("sequence") if isinstance(parameters, dict) else None


def _times(times: Sequence[object], received: int) -> Sequence[object]:
    """Times, with that of receipt where none is given; an integer is no time here."""
    if set(map(type, times)) == {str}:
        return times
    return [received if time is None else time if isinstance(time, str) else "" for time in times]


def _from_array(
    entry: dict[str, object], rows: list[object], received: int, stream: int | None
) -> Parsed:
    components = entry.get("components")
    if (
        not isinstance(components, list)
        or len(components) > _MOST_COMPONENTS
        or "result" not in components
    ):
        return _all_wrong(components, rows)
    width = len(components)
    lists = transposed(rows, width, width)
    misshapen = None
    if lists is None:
        fits = [row if isinstance(row, list) and len(row) == width else None for row in rows]
        misshapen = np.array([row is None for row in fits], dtype=np.bool_)
        lists = list(zip(*[row or [None] * width for row in fits], strict=True))
    named: dict[object, Sequence[object]] = {
        name: column
        for name, column in zip(components, lists, strict=False)
        if isinstance(name, str)
    }
    datastream = brief(entry.get("Datastream"))
    columns = Columns(
        [_stream_of(entry, stream)] * len(rows),
        _times(named.get("phenomenonTime") or [None] * len(rows), received),
        named["result"],
        [_sequence_of(value) for value in named["parameters"]] if "parameters" in named else None,
        "us",
        lambda item: {"Datastream": datastream, "observation": rows[item]},
    )
    return assemble(columns, received, misshapen)


def _all_wrong(components: object, rows: list[object]) -> Parsed:
    """A data array that names no result, or too many components."""
    sent = fragment({"components": components})
    return Parsed(
        Batch.empty(),
        np.empty(0, dtype=np.int64),
        tuple(Malformed(item, Fault.SHAPE, sent) for item in range(len(rows))),
    )


def _joined(parsed: list[Parsed], lengths: list[int]) -> Parsed:
    """The answers of several data arrays as one, items numbered through."""
    if len(parsed) == 1:
        return parsed[0]
    starts = np.cumsum([0, *lengths]).tolist()
    return Parsed(
        Batch.concat(part.batch for part in parsed),
        np.concatenate([part.items + start for part, start in zip(parsed, starts, strict=False)]),
        tuple(
            Malformed(bad.item + start, bad.fault, bad.fragment)
            for part, start in zip(parsed, starts, strict=False)
            for bad in part.malformed
        ),
    )
