"""Which drone nest is there first: flight times, and why a nest is not asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from district.kernel.places.public import metres_between
from district.systems.early_warning.terms import MissionTerms

WhyNot = Literal["", "busy", "not_ready", "too_far"]


@dataclass(frozen=True)
class NestFacts:
    """A nest as it stands: degrees, metres a second, metres (its radius of action), seconds from
    the order until the drone flies; `ready` and `busy` (on a mission)."""

    key: str
    name: str
    lon: float
    lat: float
    speed: float
    range: float
    launch_seconds: float
    ready: bool
    busy: bool


@dataclass(frozen=True)
class Option:
    """A nest for a target: metres, seconds until its drone is there, and why it is not asked."""

    key: str
    name: str
    metres: float
    seconds: float
    why_not: WhyNot

    def as_data(self) -> dict[str, Any]:
        """What a mission keeps of it."""
        return {
            "key": self.key,
            "name": self.name,
            "metres": round(self.metres),
            "seconds": round(self.seconds),
            "why_not": self.why_not,
        }


def speed_over_ground(speed: float, terms: MissionTerms) -> float:
    """Metres a second that are left of a drone's speed after the allowance for wind."""
    return max(speed - terms.wind_allowance, speed * terms.least_speed_share)


def seconds_to(nest: NestFacts, metres: float, terms: MissionTerms) -> float:
    """Seconds from the order until the drone is there: launch, then the straight way."""
    return nest.launch_seconds + metres / speed_over_ground(nest.speed, terms)


def options(
    lon: float, lat: float, nests: Iterable[NestFacts], terms: MissionTerms
) -> list[Option]:
    """All nests for a target: those that may be asked first, the quickest before the slower."""
    found = [_option(lon, lat, nest, terms) for nest in nests]
    return sorted(found, key=lambda one: (bool(one.why_not), one.seconds, one.key))


def _option(lon: float, lat: float, nest: NestFacts, terms: MissionTerms) -> Option:
    metres = metres_between(nest.lon, nest.lat, lon, lat)
    why_not: WhyNot = ""
    if metres > nest.range:
        why_not = "too_far"
    elif not nest.ready:
        why_not = "not_ready"
    elif nest.busy:
        why_not = "busy"
    return Option(nest.key, nest.name, metres, seconds_to(nest, metres, terms), why_not)
