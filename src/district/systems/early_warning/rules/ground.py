"""Distances and directions on the earth, as a sphere. Pure; degrees are WGS-84, north is 0."""

from __future__ import annotations

from math import asin, atan2, cos, degrees, hypot, radians, sin

from district.kernel.places.public import EARTH_METRES


def destination(lon: float, lat: float, bearing: float, metres: float) -> tuple[float, float]:
    """Where one comes to who goes so many metres in a direction: (lon, lat)."""
    way, course, start = metres / EARTH_METRES, radians(bearing), radians(lat)
    end = asin(sin(start) * cos(way) + cos(start) * sin(way) * cos(course))
    across = atan2(sin(course) * sin(way) * cos(start), cos(way) - sin(start) * sin(end))
    return (lon + degrees(across) + 540) % 360 - 180, degrees(end)


def in_sector(bearing: float, begins: float | None, ends: float | None) -> bool:
    """Whether a direction lies in the sector from `begins` clockwise to `ends`; all round where
    none is stated or both are the same."""
    if begins is None or ends is None or begins % 360 == ends % 360:
        return True
    return (bearing - begins) % 360 <= (ends - begins) % 360


def flat_distance(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """As `metres_between` for a few hundred metres, quicker."""
    east = radians(to_lon - lon) * cos(radians((lat + to_lat) / 2))
    return EARTH_METRES * hypot(east, radians(to_lat - lat))
