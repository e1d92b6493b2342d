"""Coordinates: a local frame in metres, and the projected systems that surveys come in.

Everything is computed in a `Frame`, a plane of metres around a point: x to the east along the
parallel, y to the north along the meridian, with the radii of curvature of WGS-84 at that point.
Over a district (30 km either way) a distance is wrong by less than 3 parts in a thousand. CGCS2000
counts as WGS-84. Transverse Mercator follows Kruger's series to the sixth order in the third
flattening (Karney 2011, "Transverse Mercator with an accuracy of a few nanometers"). Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from district.kernel.base.errors import Invalid

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
#: Whatever numpy gives of numbers.
Numbers = NDArray[np.floating[Any]] | float

_A = 6378137.0
_F = 1 / 298.257223563
_E2 = _F * (2 - _F)
_N = _F / (2 - _F)
#: Degrees.
WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Frame:
    """A plane in metres that touches the ellipsoid at (lon, lat), degrees of WGS-84."""

    lon: float
    lat: float

    @property
    def east(self) -> float:
        """Metres of a degree of longitude."""
        phi = np.radians(self.lat)
        radius = _A / np.sqrt(1 - _E2 * np.sin(phi) ** 2)
        return float(np.radians(1.0) * radius * np.cos(phi))

    @property
    def north(self) -> float:
        """Metres of a degree of latitude."""
        phi = np.radians(self.lat)
        return float(np.radians(1.0) * _A * (1 - _E2) / (1 - _E2 * np.sin(phi) ** 2) ** 1.5)

    def metres(self, lon: Numbers, lat: Numbers) -> Pair:
        """Degrees to metres of this frame."""
        return (
            (np.asarray(lon, dtype=np.float64) - self.lon) * self.east,
            (np.asarray(lat, dtype=np.float64) - self.lat) * self.north,
        )

    def degrees(self, x: Numbers, y: Numbers) -> Pair:
        """Metres of this frame to degrees."""
        return (
            self.lon + np.asarray(x, dtype=np.float64) / self.east,
            self.lat + np.asarray(y, dtype=np.float64) / self.north,
        )


@dataclass(frozen=True)
class Projection:
    """Transverse Mercator: central meridian in degrees, scale on it, easting of it in metres."""

    meridian: float
    scale: float = 1.0
    easting: float = 500_000.0

    def forward(self, lon: Numbers, lat: Numbers) -> Pair:
        """Degrees of longitude and latitude to metres of easting and northing."""
        radius, alpha, _beta = _series()
        phi = np.radians(np.asarray(lat, dtype=np.float64))
        lam = np.radians(np.asarray(lon, dtype=np.float64) - self.meridian)
        e = np.sqrt(_E2)
        conformal = np.sinh(np.arctanh(np.sin(phi)) - e * np.arctanh(e * np.sin(phi)))
        xi = np.arctan2(conformal, np.cos(lam))
        eta = np.arcsinh(np.sin(lam) / np.hypot(conformal, np.cos(lam)))
        north, east = xi.copy(), eta.copy()
        for order, factor in enumerate(alpha, start=1):
            north += factor * np.sin(2 * order * xi) * np.cosh(2 * order * eta)
            east += factor * np.cos(2 * order * xi) * np.sinh(2 * order * eta)
        return self.easting + self.scale * radius * east, self.scale * radius * north

    def inverse(self, x: Numbers, y: Numbers) -> Pair:
        """Metres of easting and northing to degrees of longitude and latitude."""
        radius, _alpha, beta = _series()
        north = np.asarray(y, dtype=np.float64) / (self.scale * radius)
        east = (np.asarray(x, dtype=np.float64) - self.easting) / (self.scale * radius)
        xi, eta = north.copy(), east.copy()
        for order, factor in enumerate(beta, start=1):
            xi -= factor * np.sin(2 * order * north) * np.cosh(2 * order * east)
            eta -= factor * np.cos(2 * order * north) * np.sinh(2 * order * east)
        lam = np.arctan2(np.sinh(eta), np.cos(xi))
        conformal = np.sin(xi) / np.hypot(np.sinh(eta), np.cos(xi))
        tangent = _geographic(conformal)
        return self.meridian + np.degrees(lam), np.degrees(np.arctan(tangent))


def _geographic(conformal: Floats) -> Floats:
    """The tangent of the latitude from that of the conformal latitude, by Newton's method."""
    e = np.sqrt(_E2)
    tangent = conformal.copy()
    for _round in range(6):
        root = np.sqrt(1 + tangent**2)
        sigma = np.sinh(e * np.arctanh(e * tangent / root))
        guess = tangent * np.sqrt(1 + sigma**2) - sigma * root
        slope = (1 + (1 - _E2) * tangent**2) / ((1 - _E2) * root * np.sqrt(1 + guess**2))
        tangent = tangent + (conformal - guess) * slope
    return tangent


@lru_cache(maxsize=1)
def _series() -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """The rectifying radius, and the coefficients there and back."""
    n = _N
    radius = _A / (1 + n) * (1 + n**2 / 4 + n**4 / 64 + n**6 / 256)
    alpha = (
        n / 2 - 2 / 3 * n**2 + 5 / 16 * n**3 + 41 / 180 * n**4 - 127 / 288 * n**5
        + 7891 / 37800 * n**6,
        13 / 48 * n**2 - 3 / 5 * n**3 + 557 / 1440 * n**4 + 281 / 630 * n**5
        - 1983433 / 1935360 * n**6,
        61 / 240 * n**3 - 103 / 140 * n**4 + 15061 / 26880 * n**5 + 167603 / 181440 * n**6,
        49561 / 161280 * n**4 - 179 / 168 * n**5 + 6601661 / 7257600 * n**6,
        34729 / 80640 * n**5 - 3418889 / 1995840 * n**6,
        212378941 / 319334400 * n**6,
    )  # fmt: skip
    beta = (
        n / 2 - 2 / 3 * n**2 + 37 / 96 * n**3 - 1 / 360 * n**4 - 81 / 512 * n**5
        + 96199 / 604800 * n**6,
        1 / 48 * n**2 + 1 / 15 * n**3 - 437 / 1440 * n**4 + 46 / 105 * n**5
        - 1118711 / 3870720 * n**6,
        17 / 480 * n**3 - 37 / 840 * n**4 - 209 / 4480 * n**5 + 5569 / 90720 * n**6,
        4397 / 161280 * n**4 - 11 / 504 * n**5 - 830251 / 7257600 * n**6,
        4583 / 161280 * n**5 - 108847 / 3991680 * n**6,
        20648693 / 638668800 * n**6,
    )  # fmt: skip
    return radius, alpha, beta


def projection_of(crs: str) -> Projection | None:
    """The projection that a code names, None for degrees; Invalid for any other system.

    Known are EPSG:4326 and 4490 (degrees), 32601 to 32660 (UTM north), and of CGCS2000 4491 to
    4554 (Gauss-Kruger of six and three degrees, with and without the zone before the easting).
    """
    found = re.fullmatch(r"(?:EPSG::?)?(\d{4,5})", crs.strip().upper())
    code = int(found[1]) if found else 0
    if code in (4326, 4490):
        return None
    if 32601 <= code <= 32660:
        return Projection(6.0 * (code - 32600) - 183, 0.9996)
    if 4491 <= code <= 4501:  # six degrees, zones 13 to 23
        zone = code - 4478
        return Projection(6.0 * zone - 3, easting=zone * 1e6 + 500_000)
    if 4502 <= code <= 4512:
        return Projection(75.0 + 6 * (code - 4502))
    if 4513 <= code <= 4533:  # three degrees, zones 25 to 45
        zone = code - 4488
        return Projection(3.0 * zone, easting=zone * 1e6 + 500_000)
    if 4534 <= code <= 4554:
        return Projection(75.0 + 3 * (code - 4534))
    raise Invalid(
        "crs",
        _("坐标系“%(crs)s”不支持。") % {"crs": crs},
        _("请写 EPSG:4326 或 4490（经纬度）、4491–4554（CGCS2000 高斯投影）、326xx（UTM）。"),
    )


def to_degrees(crs: str, x: Floats, y: Floats) -> Pair:
    """Coordinates of a system that `projection_of` knows, as degrees of WGS-84."""
    projection = projection_of(crs)
    return (x, y) if projection is None else projection.inverse(x, y)


def from_degrees(crs: str, lon: Floats, lat: Floats) -> Pair:
    """Degrees of WGS-84 as coordinates of a system that `projection_of` knows."""
    projection = projection_of(crs)
    return (lon, lat) if projection is None else projection.forward(lon, lat)
