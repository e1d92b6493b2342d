"""Reads GeoJSON geometries of locations and features. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from shapely import is_valid_reason
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from district.kernel.base.errors import Invalid

KINDS = ("Point", "Polygon", "MultiPolygon")
_MOST_CHARACTERS = 200_000


@dataclass(frozen=True)
class Shape:
    """A checked geometry: its GeoJSON, a point in it, and the box around it, all WGS-84 degrees."""

    geometry: dict[str, Any]
    lon: Decimal
    lat: Decimal
    west: float
    south: float
    east: float
    north: float


def shape_of(given: Any, field: str = "location") -> Shape:
    """The geometry that a caller states; Invalid naming `field` and what to mend."""
    remedy = _("请提供 WGS-84 经纬度的 GeoJSON，类型为 Point、Polygon 或 MultiPolygon。")
    if not isinstance(given, dict) or given.get("type") not in KINDS:
        raise Invalid(field, _("不是可用的 GeoJSON 图形。"), remedy)
    geometry = {"type": given["type"], "coordinates": given.get("coordinates")}
    try:
        if len(json.dumps(geometry)) > _MOST_CHARACTERS:
            raise Invalid(field, _("图形超过20万字符。"), _("请简化图形。"))
        found = _checked(geometry)
    except (TypeError, ValueError, IndexError, AttributeError, RecursionError, ShapelyError):
        raise Invalid(field, _("坐标的写法不对，或超出经纬度范围。"), remedy) from None
    if found.is_empty or not found.is_valid:
        why = is_valid_reason(found)
        raise Invalid(field, _("图形无效（%(why)s）。") % {"why": why}, remedy)
    inside = found.representative_point()
    west, south, east, north = found.bounds
    lon, lat = (Decimal(repr(round(part, 6))) for part in (inside.x, inside.y))
    return Shape(geometry, lon, lat, west, south, east, north)


def point(lon: Decimal | float, lat: Decimal | float) -> dict[str, Any]:
    """A point as GeoJSON."""
    return {"type": "Point", "coordinates": [float(lon), float(lat)]}


def _checked(geometry: dict[str, Any]) -> BaseGeometry:
    _check_range(geometry["coordinates"], 0)
    return shape(geometry)


def _check_range(part: Any, depth: int) -> None:
    if not isinstance(part, list) or not part or depth > 4:
        raise ValueError("not a nested list of positions")
    if isinstance(part[0], list):
        for inner in part:
            _check_range(inner, depth + 1)
        return
    if len(part) not in (2, 3) or any(isinstance(x, bool) for x in part):
        raise ValueError("not a position")
    lon, lat = float(part[0]), float(part[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("out of range")
