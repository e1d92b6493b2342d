"""Which datastreams tell of a place, and what is new in them since its results were computed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.utils import timezone

from district.kernel.sensing.public import Batch, Datastream, from_micros, readings, to_micros
from district.systems.environment.standards import noise_standard

_HOUR = 3_600_000_000
#: A reading may be in the log a little after it was stamped; so much is looked at again.
OVERLAP = timedelta(minutes=10)


@dataclass(frozen=True)
class Stream:
    """A datastream of a place: its number in the log, what it tells (a key of the standard), how
    long a stretch each reading stands for, by how much it may be late."""

    number: int
    key: str
    interval: timedelta
    lateness: timedelta


def streams_of(
    things: Iterable[int], names: Mapping[str, Sequence[str]], default: timedelta
) -> dict[int, list[Stream]]:
    """The datastreams of things whose observed property is called by one of the `names` by key.

    Retired ones too: they have told. One query.
    """
    called = {name.casefold(): key for key, some in names.items() for name in some}
    rows = Datastream.objects.filter(thing__in=list(things)).select_related("observed_property")
    found: dict[int, list[Stream]] = {}
    for row in rows.order_by("pk"):
        key = called.get(row.observed_property.name.strip().casefold())
        if key is not None:
            found.setdefault(row.thing_id, []).append(
                Stream(row.number, key, _interval(row, default), timedelta(seconds=row.lateness))
            )
    return found


def _interval(row: Datastream, default: timedelta) -> timedelta:
    """What `properties` say under "interval", in seconds."""
    given = row.properties.get("interval") if isinstance(row.properties, dict) else None
    usable = isinstance(given, int | float) and not isinstance(given, bool) and 0 < given <= 86400
    return timedelta(seconds=given) if usable and given is not None else default


def binding_of(streams: Sequence[Stream], editions: str, *more: object) -> str:
    """The digest of what results come from: datastreams, editions, the place's own facts."""
    parts = [f"{s.number}:{s.key}:{s.interval.total_seconds()}" for s in streams]
    text = "\n".join([editions, *parts, *map(str, more)])
    return hashlib.sha256(text.encode()).hexdigest()


def local(at: int) -> datetime:
    """The district's wall time of a moment of the log, without a zone."""
    return from_micros(at).astimezone(timezone.get_default_timezone()).replace(tzinfo=None)


def aware(wall: datetime) -> datetime:
    """A wall time of the district as a moment."""
    return wall.replace(tzinfo=timezone.get_default_timezone())


def part_end(day: date, part: str) -> datetime:
    """When a day or night ends, as a moment; the night of a day ends on the next."""
    return aware(noise_standard(day).stretch(day, "day" if part == "day" else "night")[1])


def new_times(streams: Sequence[Stream], until: datetime | None, now: datetime) -> list[int]:
    """The event times of readings that came in after `until` (None: all there are).

    A reading later than its datastream's lateness is in no log, so what came in since can be no
    older than that; the rest is not read at all. Raises NotConfigured without a log.
    """
    numbers = [stream.number for stream in streams]
    if not numbers:
        return []
    since = None
    if until is not None:
        late = max(stream.lateness for stream in streams)
        since = to_micros(until - late - OVERLAP)
    found = readings().query(numbers, since, to_micros(now + timedelta(days=1)))
    if until is not None:
        found = found.take(found.received > to_micros(until - OVERLAP))
    return [int(at) for at in np.unique(found.time)]


def ends_of_hours(times: Sequence[int]) -> list[int]:
    """The first and last of times (ascending) in each hour: enough to tell which days and parts of
    days they touch, for none of these is shorter."""
    at = np.asarray(times, np.int64)
    if not len(at):
        return []
    firsts = np.flatnonzero(np.diff(at // _HOUR, prepend=-1))
    lasts = np.append(firsts[1:], len(at)) - 1
    return [int(one) for one in np.unique(at[np.concatenate([firsts, lasts])])]


def between(numbers: Sequence[int], begin: datetime, end: datetime) -> Batch:
    """The readings in (begin, end] that are numbers."""
    if not numbers:
        return Batch.empty()
    found = readings().query(list(numbers), to_micros(begin) + 1, to_micros(end) + 1)
    return found.take(np.isfinite(found.value))
