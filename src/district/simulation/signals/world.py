"""What the simulated sensors live in: the ground, the seed, and what is going on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from district.simulation.signals.randomness import Floats, Ints

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
METRES_PER_DEGREE = 111_195.0
#: After a scenario was stopped by hand its values are put back within about this time.
PUT_BACK = 2 * MINUTE


@dataclass(frozen=True)
class Happening:
    """A scenario as the sensors feel it; times in microseconds since 1970 UTC.

    `kind` is `storm` or `fire`. `end` is when it ends by itself, `cut` when somebody stopped it.
    `radius` is in metres: how far rain reaches to a third of its strength. `site` is the code of
    the gas point where a storm breaks the pipe, "" for none.
    """

    kind: str
    lon: float
    lat: float
    begin: int
    end: int
    cut: int | None = None
    radius: float = 5000.0
    site: str = ""

    def distance(self, lon: float, lat: float) -> float:
        """Metres from its middle."""
        return metres(self.lon, self.lat, lon, lat)

    @property
    def over(self) -> int:
        """When it was over, or will be."""
        return self.end if self.cut is None else min(self.end, self.cut)

    def left(self, times: Ints) -> Floats:
        """How much of its effects is left: all of it, unless it was stopped by hand."""
        if self.cut is None or self.cut >= self.end:
            return np.ones(len(times))
        since = np.clip((times - self.cut) / PUT_BACK, 0.0, 1.0)
        found: Floats = 1.0 - since
        return found


@dataclass(frozen=True)
class World:
    """`box` is west, south, east, north in degrees; `offset` the zone's in microseconds."""

    seed: int = 1
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    offset: int = 8 * HOUR
    happenings: tuple[Happening, ...] = ()

    def of(self, kind: str) -> list[Happening]:
        """What is going on of one kind."""
        return [one for one in self.happenings if one.kind == kind]


@dataclass(frozen=True)
class Stream:
    """A datastream that is simulated: what it measures, where, and how often it says so.

    `key` is the thing's code: streams of one thing feel the same. `period` is in microseconds.
    `details` are the thing's own numbers, such as how far a front end sees.
    """

    number: int
    kind: str
    key: str
    lon: float
    lat: float
    period: int
    details: Mapping[str, float] = field(default_factory=dict)


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The distance of two points that lie in one district."""
    east = (other_lon - lon) * np.cos(np.radians((lat + other_lat) / 2))
    return float(np.hypot(east, other_lat - lat) * METRES_PER_DEGREE)


def bearing(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The direction of the other point, in degrees clockwise from north."""
    east = (other_lon - lon) * np.cos(np.radians((lat + other_lat) / 2))
    return float(np.degrees(np.arctan2(east, other_lat - lat)) % 360.0)


def day_of(world: World, times: Ints) -> Ints:
    """Days since 1970 on the walls of the district."""
    return np.floor_divide(times + world.offset, DAY)


def hour_of(world: World, times: Ints) -> Floats:
    """The hour on the walls of the district, with its fraction."""
    found: Floats = np.mod(times + world.offset, DAY) / HOUR
    return found
