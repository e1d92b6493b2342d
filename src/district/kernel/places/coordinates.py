"""Coordinate systems of Chinese maps, converted at the edge; the database holds WGS-84 only.

GCJ-02 is WGS-84 with a shift that Chinese map services must apply; BD-09 is Baidu's further
shift. The formulae are the ones published with the eviltransform and coordtransform projects.
CGCS2000 (EPSG:4490) differs from WGS-84 by centimetres and counts as equal. All functions take
and return longitude and latitude in degrees. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, pi, sin, sqrt
from typing import Any

LonLat = tuple[float, float]
Convert = Callable[[float, float], LonLat]

# The ellipsoid of Krasovsky 1940, on which GCJ-02 is defined.
_SEMI_MAJOR = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU = pi * 3000.0 / 180.0
_ENOUGH = 1e-10
_MOST_ROUNDS = 30


def outside_china(lon: float, lat: float) -> bool:
    """Whether a point lies outside the rectangle in which the shift applies."""
    return not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271)


def _shift(lon: float, lat: float) -> LonLat:
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    radians = lat / 180.0 * pi
    magic = 1 - _ECCENTRICITY_SQUARED * sin(radians) ** 2
    meridian = _SEMI_MAJOR * (1 - _ECCENTRICITY_SQUARED) / (magic * sqrt(magic))
    return (
        east * 180.0 / (_SEMI_MAJOR / sqrt(magic) * cos(radians) * pi),
        north * 180.0 / (meridian * pi),
    )


def wgs84_to_gcj02(lon: float, lat: float) -> LonLat:
    """WGS-84 to GCJ-02; outside China unchanged."""
    if outside_china(lon, lat):
        return lon, lat
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def gcj02_to_wgs84(lon: float, lat: float) -> LonLat:
    """GCJ-02 to WGS-84, by iteration to far below 1e-6 degrees; outside China unchanged.

    Within a kilometre of the rectangle's own edge the answer may be unchanged as well.
    """
    if outside_china(lon, lat):
        return lon, lat
    return _inverse(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: float, lat: float) -> LonLat:
    """GCJ-02 to BD-09; outside China unchanged."""
    if outside_china(lon, lat):
        return lon, lat
    radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * _BAIDU)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def bd09_to_gcj02(lon: float, lat: float) -> LonLat:
    """BD-09 to GCJ-02, by iteration from the published approximation; outside China unchanged."""
    if outside_china(lon, lat):
        return lon, lat
    return _inverse(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: float, lat: float) -> LonLat:
    """WGS-84 to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: float, lat: float) -> LonLat:
    """BD-09 to WGS-84."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _inverse(forward: Convert, lon: float, lat: float) -> LonLat:
    """The point that `forward` takes to (lon, lat): correct a guess by its own error.

    The shift changes by far less than the distance moved, so each round gains digits.
    """
    x, y = lon, lat
    for _round in range(_MOST_ROUNDS):
        reached = forward(x, y)
        error_x, error_y = reached[0] - lon, reached[1] - lat
        x, y = x - error_x, y - error_y
        if abs(error_x) < _ENOUGH and abs(error_y) < _ENOUGH:
            break
    return x, y


def _same(lon: float, lat: float) -> LonLat:
    return lon, lat


FROM_WGS84: dict[str, Convert] = {
    "wgs84": _same,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}
TO_WGS84: dict[str, Convert] = {
    "wgs84": _same,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}


def convert_geometry(geometry: dict[str, Any], convert: Convert, places: int = 6) -> dict[str, Any]:
    """A GeoJSON geometry with every position converted and rounded to `places` decimals."""

    def walk(part: Any) -> Any:
        if part and isinstance(part[0], int | float):
            lon, lat = convert(float(part[0]), float(part[1]))
            return [round(lon, places), round(lat, places)]
        return [walk(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
