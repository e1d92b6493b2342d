"""Where a warning holds: CAP's areas as shapes and administrative codes, and back. Pure.

Shapes are GeoJSON in WGS-84, longitude first; CAP writes latitude first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from district.kernel.warnings.cap import Area, Circle, Info, Pair, Point

_KM_PER_DEGREE = 111.32
_CORNERS = 48
_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Ground:
    """Where a message says that it holds. All empty: nowhere in particular, the whole district."""

    description: str = ""
    description_en: str = ""
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def is_drawn(self) -> bool:
        """Whether there are shapes."""
        return bool(self.polygons or self.circles)

    @property
    def is_everywhere(self) -> bool:
        """Whether neither shapes nor codes narrow it down."""
        return not (self.is_drawn or self.codes)


def ground_of(chinese: Info, english: Info | None, geocodes: Iterable[str]) -> Ground:
    """The ground of a message; `geocodes` are the names under which codes stand."""
    names = {name.lower() for name in geocodes}
    areas = chinese.areas or (english.areas if english else ())
    return Ground(
        "、".join(area.description for area in chinese.areas)[:500],
        "; ".join(area.description for area in english.areas)[:500] if english else "",
        tuple(points for area in areas for points in area.polygons),
        tuple(circle for area in areas for circle in area.circles),
        tuple(
            pair.value.strip()
            for area in areas
            for pair in area.geocodes
            if pair.name.lower() in names
        ),
    )


def to_json(ground: Ground) -> dict[str, Any]:
    """The ground as plain values, for keeping."""
    return {
        "polygons": [[[str(lat), str(lon)] for lat, lon in points] for points in ground.polygons],
        "circles": [[str(each.lat), str(each.lon), str(each.radius)] for each in ground.circles],
        "codes": list(ground.codes),
    }


def from_json(data: Mapping[str, Any], description: str = "", description_en: str = "") -> Ground:
    """The inverse of `to_json`."""
    return Ground(
        description,
        description_en,
        tuple(
            tuple((Decimal(lat), Decimal(lon)) for lat, lon in points)
            for points in data.get("polygons", ())
        ),
        tuple(Circle(*map(Decimal, each)) for each in data.get("circles", ())),
        tuple(data.get("codes", ())),
    )


def shape_of(ground: Ground) -> dict[str, Any] | None:
    """The shapes as one GeoJSON MultiPolygon; None where there are none."""
    rings = [[[float(lon), float(lat)] for lat, lon in points] for points in ground.polygons]
    rings += [_round(each) for each in ground.circles]
    if not rings:
        return None
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def _round(circle: Circle) -> list[list[float]]:
    """A circle as a ring of corners; one without a radius as a circle of ten metres."""
    lat, lon = float(circle.lat), float(circle.lon)
    radius = max(float(circle.radius), 0.01)
    north = radius / _KM_PER_DEGREE
    east = north / max(math.cos(math.radians(lat)), 0.01)
    ring = [
        [
            round(lon + east * math.cos(2 * math.pi * at / _CORNERS), 6),
            round(max(min(lat + north * math.sin(2 * math.pi * at / _CORNERS), 90), -90), 6),
        ]
        for at in range(_CORNERS)
    ]
    return [*ring, ring[0]]


def rings_of(geometry: Mapping[str, Any]) -> list[tuple[Point, ...]]:
    """The outer rings of a GeoJSON Polygon or MultiPolygon as CAP's polygons, to a tenth of a
    metre. CAP knows no holes."""
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    return [
        tuple((_degrees(position[1]), _degrees(position[0])) for position in polygon[0])
        for polygon in polygons
    ]


def _degrees(number: float) -> Decimal:
    return Decimal(str(number)).quantize(_PLACES).normalize() + Decimal(0)


def cap_area(ground: Ground, description: str, geocode: str) -> Area:
    """The ground as CAP's area; codes stand under the name `geocode`."""
    return Area(
        description,
        ground.polygons,
        ground.circles,
        tuple(Pair(geocode, code) for code in ground.codes),
    )


def lies_within(code: str, root: str) -> bool:
    """Whether an administrative code of six digits names the district or what holds it: the city
    440300 and the province 440000 hold 440307."""
    if len(code) != 6 or not code.isdigit():
        return code == root
    prefix = code
    while prefix.endswith("00") and len(prefix) > 2:
        prefix = prefix[:-2]
    return root.startswith(prefix)


@dataclass(frozen=True)
class Concern:
    """Which part of the district a ground means: all of it, or the units of these areas."""

    everywhere: bool
    codes: frozenset[str] = frozenset()

    @property
    def nowhere(self) -> bool:
        """Whether it lies outside of the district."""
        return not self.everywhere and not self.codes


def concern_of(ground: Ground, root: str, known: Iterable[str], touched: Sequence[str]) -> Concern:
    """Whom a ground concerns; `known` are the codes of our areas, `touched` those that its shapes
    touch. Codes of a street that we have not on our map count as well."""
    if ground.is_everywhere or any(lies_within(code, root) for code in ground.codes):
        return Concern(True)
    ours = set(known)
    own = {code for code in ground.codes if code in ours}
    return Concern(False, frozenset(own | set(touched)))
