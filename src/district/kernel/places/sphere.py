"""The earth as a sphere: distances wrong by half a percent at most. Pure; degrees are WGS-84."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

#: The mean radius (IUGG) in metres.
EARTH_METRES = 6_371_008.8


def metres_between(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """The shortest way over the ground between two points (haversine), in metres."""
    one, other = radians(lat), radians(to_lat)
    half = sin((other - one) / 2) ** 2
    half += cos(one) * cos(other) * sin(radians(to_lon - lon) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))
