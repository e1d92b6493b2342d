"""Which readings fall due, and which wrong ones come with them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from district.simulation.signals.randomness import Ints, key_of, uniform
from district.simulation.signals.sensors import values
from district.simulation.signals.world import HOUR, MINUTE, Stream, World

#: One of so many readings is sent twice, or comes with one that is late, ahead or no reading.
WRONG = {"duplicate": 400, "late": 400, "future": 800, "malformed": 800}
#: By so much the wrong ones are beyond what is allowed, and ahead.
BEYOND, AHEAD = 10 * MINUTE, 2 * HOUR
Value = float | str


@dataclass(frozen=True)
class Reading:
    """A reading as it is sent: the datastream, its time (µs since 1970 UTC), the value (text for
    one that nobody can read), and the sender's own number."""

    stream: int
    time: int
    value: Value
    sequence: int


@dataclass
class Due:
    """What a sender sends: readings that are right, then the wrong ones that come with them."""

    right: list[Reading] = field(default_factory=list)
    wrong: list[Reading] = field(default_factory=list)

    @property
    def readings(self) -> list[Reading]:
        """All of them, in the order in which they are sent."""
        return self.right + self.wrong


def slots(period: int, since: int, until: int) -> Ints:
    """The times at which a stream speaks, behind `since` and up to `until`."""
    first, last = since // period + 1, until // period
    return np.arange(first, last + 1, dtype=np.int64) * period


def due(rows: Iterable[tuple[Stream, int]], world: World, since: int, until: int) -> Due:
    """The readings of these streams, each with its lateness (µs), behind `since` up to `until`."""
    found = Due()
    for stream, lateness in rows:
        times = slots(stream.period, since, until)
        if not len(times):
            continue
        said = values(stream, times, world)
        for at, value in zip(times.tolist(), said.tolist(), strict=True):
            if value == value:  # NaN says nothing
                found.right.append(Reading(stream.number, at, value, at // stream.period))
        found.wrong += _wrong(stream, times, said.tolist(), lateness, world.seed)
    found.right.sort(key=lambda each: (each.time, each.stream))
    return found


def _wrong(
    stream: Stream, times: Ints, said: Sequence[float], lateness: int, seed: int
) -> list[Reading]:
    found = []
    for reason, one_of in WRONG.items():
        chance = uniform(key_of(seed, "wrong", reason, stream.number), times // stream.period)
        for at in np.flatnonzero(chance < 1.0 / one_of).tolist():
            time, value = int(times[at]), said[at]
            if value == value:
                found.append(_made_wrong(reason, stream, time, value, lateness))
    return found


def _made_wrong(reason: str, stream: Stream, time: int, value: float, lateness: int) -> Reading:
    sequence, said = time // stream.period, value
    if reason == "late":
        return Reading(stream.number, time - lateness - BEYOND, said, sequence)
    if reason == "future":
        return Reading(stream.number, time + AHEAD, said, sequence)
    text: Value = "ERR" if reason == "malformed" else said
    return Reading(stream.number, time, text, sequence)


def columns(readings: Sequence[Reading]) -> bytes:
    """The readings as one message over HTTP."""
    return json.dumps(
        {
            "time_unit": "us",
            "stream": [each.stream for each in readings],
            "time": [each.time for each in readings],
            "value": [each.value for each in readings],
            "sequence": [each.sequence for each in readings],
        }
    ).encode()


def messages(sender: str, readings: Sequence[Reading]) -> list[tuple[str, bytes]]:
    """The readings as messages over MQTT, each datastream's own under its topic."""
    by_stream: dict[int, list[list[object]]] = {}
    for each in readings:
        by_stream.setdefault(each.stream, []).append([each.time, each.value, each.sequence])
    return [
        (
            f"district/readings/{sender}/{stream}",
            json.dumps({"time_unit": "us", "readings": rows}).encode(),
        )
        for stream, rows in by_stream.items()
    ]
