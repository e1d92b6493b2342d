"""The datastreams that are simulated, as the signals need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.sensing.public import Datastream, State, to_micros
from district.simulation.kinds import BY_PROPERTY, SENDERS
from district.simulation.models import Scenario
from district.simulation.names import SEED
from district.simulation.signals.world import SECOND, Happening, Stream, World

_SENDERS = [sender.code for sender in SENDERS]
#: So close to each other streams may lie that a district still has an extent, in degrees.
_LEAST = 0.01


@dataclass(frozen=True)
class Simulated:
    """A stream with the code of its sender, and how late its readings may come (µs)."""

    stream: Stream
    sender: str
    past: int
    lateness: int


def simulated() -> list[Simulated]:
    """The datastreams in use of the simulation's senders whose property and place are known."""
    rows = (
        Datastream.objects.filter(
            source__code__in=_SENDERS,
            state=State.ACTIVE,
            observed_property__name__in=BY_PROPERTY,
            thing__location__isnull=False,
        )
        .order_by("number")
        .values_list(
            "number",
            "source__code",
            "observed_property__name",
            "lateness",
            "thing__code",
            "thing__location__lon",
            "thing__location__lat",
            "thing__properties",
        )
    )
    return [
        Simulated(
            Stream(
                number,
                BY_PROPERTY[name].kind,
                thing,
                float(lon),
                float(lat),
                BY_PROPERTY[name].period,
                _numbers(properties),
            ),
            sender,
            BY_PROPERTY[name].past,
            lateness * SECOND,
        )
        for number, sender, name, lateness, thing, lon, lat, properties in rows
    ]


def _numbers(properties: object) -> dict[str, float]:
    found = properties if isinstance(properties, dict) else {}
    return {
        str(name): float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def world_of(rows: Sequence[Simulated], scenarios: Iterable[Scenario]) -> World:
    """What these streams live in while these scenarios go on."""
    lons = [row.stream.lon for row in rows] or [0.0]
    lats = [row.stream.lat for row in rows] or [0.0]
    box = (min(lons), min(lats), max(max(lons), min(lons) + _LEAST))
    return World(
        SEED,
        (*box, max(max(lats), min(lats) + _LEAST)),
        _offset(),
        tuple(happening_of(row) for row in scenarios),
    )


def _offset() -> int:
    found = clock.now().astimezone(timezone.get_default_timezone()).utcoffset()
    return int(found.total_seconds()) * SECOND if found is not None else 0


def happening_of(row: Scenario) -> Happening:
    """A scenario as the sensors feel it."""
    return Happening(
        row.kind,
        row.lon,
        row.lat,
        to_micros(row.started_at),
        to_micros(row.ends_at),
        None if row.stopped_at is None else to_micros(row.stopped_at),
        site=row.site,
    )
