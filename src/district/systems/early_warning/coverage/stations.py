"""What watches woodland: cameras, and nests from which a drone flies. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from district.systems.early_warning.coverage.projection import Frame
from district.systems.early_warning.coverage.sight import Eye, within
from district.systems.early_warning.coverage.woodland import Cells, Integers

Kind = Literal["sensor", "nest"]


@dataclass(frozen=True)
class Sensor:
    """A camera on a mast: WGS-84 degrees, `height` above ground and `reach` in metres.

    `heading` (degrees clockwise from north) and `sector` (degrees wide) say where it looks; None
    is all around.
    """

    code: str
    name: str
    lon: float
    lat: float
    height: float
    reach: float
    heading: float | None = None
    sector: float | None = None

    def eye(self, frame: Frame) -> Eye:
        """The camera in metres of a frame."""
        x, y = frame.metres(self.lon, self.lat)
        return Eye(float(x), float(y), self.height, self.reach, self.heading, self.sector)


@dataclass(frozen=True)
class Nest:
    """A nest: WGS-84 degrees, ground speed in metres a second with the allowance for wind taken
    off, seconds until take-off, and how far the drone may fly away, metres."""

    code: str
    name: str
    lon: float
    lat: float
    speed: float
    takeoff: float
    reach: float

    def radius(self, seconds: float) -> float:
        """How far the drone is after so many seconds, at most; 0 before it is in the air."""
        return max(0.0, min(self.reach, (seconds - self.takeoff) * self.speed))


def reached(nest: Nest, cells: Cells, seconds: float) -> Integers:
    """The numbers of the cells that a nest's drone is above within `seconds`, in order.

    It flies straight; neither terrain nor airspace that is closed counts here.
    """
    radius = nest.radius(seconds)
    if radius <= 0:
        return np.zeros(0, dtype=np.int64)
    x, y = cells.frame.metres(nest.lon, nest.lat)
    return within(Eye(float(x), float(y), 0.0, radius), cells)[0]
