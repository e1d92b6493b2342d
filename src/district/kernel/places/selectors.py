"""Reads of places: areas, which area a point lies in, and their shapes for maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import shapely
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _
from shapely.geometry import Point, shape

from district.kernel.base.errors import Invalid
from district.kernel.base.recent import kept_for
from district.kernel.places.coordinates import FROM_WGS84, convert_geometry
from district.kernel.places.models import Area, AreaLevel

Stamp = tuple[int, int]
#: What two neighbours share when one's border was rounded is less than this part of the smaller.
_SLIVER = 0.001


@dataclass(frozen=True)
class _Index:
    """The shapes of one level, prepared for asking which of them covers a point."""

    codes: tuple[str, ...]
    tree: shapely.STRtree


def areas(level: str = "") -> QuerySet[Area]:
    """Areas by code, of one level or all."""
    rows = Area.objects.order_by("code")
    return rows.filter(level=level) if level else rows


def stamp(level: str) -> Stamp:
    """Changes whenever the areas of a level do; one query. Part of a page's ETag."""
    found = Area.objects.filter(level=level).aggregate(n=Count("pk"), last=Max("revision"))
    return (found["n"], found["last"] or 0)


_recent_stamp = kept_for(5)(stamp)


@kept_for(5)
def has_approximate() -> bool:
    """Whether any area's shape is a sketch, as of a few seconds ago: said below every map."""
    return Area.objects.filter(approximate=True).exists()


@lru_cache(maxsize=8)
def _index(level: str, _stamp: Stamp) -> _Index:
    rows = list(Area.objects.filter(level=level).order_by("code").values_list("code", "geometry"))
    shapes = [shape(geometry) for _code, geometry in rows]
    for each in shapes:
        shapely.prepare(each)
    return _Index(tuple(code for code, _geometry in rows), shapely.STRtree(shapes))


def area_codes_at(
    points: Sequence[tuple[float, float]], level: str, *, recent: bool = False
) -> list[str | None]:
    """For each (longitude, latitude) in WGS-84 the code of the area of `level` that covers it.

    None where none does. On a common border the area with the smaller code is taken, always.
    Two queries however many the points; the shapes are kept until areas are loaded anew. With
    `recent` areas of a few seconds ago will do, and mostly no query is needed.
    """
    if level not in AreaLevel.values:
        raise Invalid(
            "level", _("层级“%(level)s”不存在。") % {"level": level}, _("请从列表中选择。")
        )
    index = _index(level, _recent_stamp(level) if recent else stamp(level))
    found: list[str | None] = [None] * len(points)
    hits = index.tree.query([Point(*point) for point in points], predicate="intersects")
    for point_at, area_at_index in zip(*hits, strict=True):
        code, known = index.codes[area_at_index], found[point_at]
        if known is None or code < known:
            found[point_at] = code
    return found


def area_codes_touching(geometry: dict[str, Any], level: str) -> list[str]:
    """The codes of the areas of `level` that share ground with a GeoJSON shape in WGS-84, in order.

    A common border, or what rounding makes of one, does not count. Two queries at most; Invalid
    for an unknown level.
    """
    if level not in AreaLevel.values:
        raise Invalid(
            "level", _("层级“%(level)s”不存在。") % {"level": level}, _("请从列表中选择。")
        )
    index = _index(level, stamp(level))
    wanted = shapely.make_valid(shape(geometry))
    found = []
    for at in index.tree.query(wanted, predicate="intersects"):
        area = index.tree.geometries[at]
        shared = wanted.intersection(area).area
        if shared > _SLIVER * min(wanted.area, area.area):
            found.append(index.codes[at])
    return sorted(found)


def area_at(lon: float, lat: float, level: str) -> Area | None:
    """The area of `level` that covers a point (WGS-84 degrees), or None; see `area_codes_at`."""
    code = area_codes_at([(lon, lat)], level)[0]
    return Area.objects.get(pk=code) if code else None


def areas_geojson(level: str, crs: str = "wgs84") -> dict[str, Any]:
    """The areas of a level as a GeoJSON FeatureCollection in `crs` (wgs84, gcj02 or bd09).

    Each feature carries code, name, level, parent_code, approximate, source, licence, note and
    its label point. Outside WGS-84 it is GeoJSON in form only; the member `crs_name` says so.
    Raises Invalid for an unknown level or system.
    """
    if level not in AreaLevel.values:
        raise Invalid(
            "level", _("层级“%(level)s”不存在。") % {"level": level}, _("请从列表中选择。")
        )
    if crs not in FROM_WGS84:
        raise Invalid(
            "crs", _("坐标系“%(crs)s”不支持。") % {"crs": crs}, _("请选择 wgs84、gcj02 或 bd09。")
        )
    return _collection(level, crs, stamp(level))


def ground(level: str, *, inside: str = "") -> dict[str, Any]:
    """The areas of a level, or those inside a parent area, as a map's data has them below its
    points: `areas` with their names, and whether any is `approximate`. WGS-84. As of a few
    seconds ago: mostly no query."""
    found = _collection(level, "wgs84", _recent_stamp(level))["features"]
    if inside:
        found = [one for one in found if one["properties"]["parent_code"] == inside]
    shapes = [
        {
            "type": "Feature",
            "id": one["id"],
            "properties": {"id": one["id"], "name": one["properties"]["name"]},
            "geometry": one["geometry"],
        }
        for one in found
    ]
    return {
        "areas": {"type": "FeatureCollection", "features": shapes},
        "approximate": any(one["properties"]["approximate"] for one in found),
    }


def marked(
    key: object, name: str, lon: Decimal | float, lat: Decimal | float, **facts: str
) -> dict[str, Any]:
    """A point of a map's data: what `data-feature` of its row in the list names, and its `facts`
    (light, mark, note, url)."""
    return {
        "type": "Feature",
        "id": str(key),
        "properties": {"id": str(key), "name": name, **facts},
        "geometry": {"type": "Point", "coordinates": [float(lon), float(lat)]},
    }


def points_on_streets(points: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A map's data: points with the streets below them, so that people see where they are."""
    return {
        **ground(AreaLevel.STREET),
        "points": {"type": "FeatureCollection", "features": list(points)},
    }


@lru_cache(maxsize=16)
def _collection(level: str, crs: str, _stamp: Stamp) -> dict[str, Any]:
    convert = FROM_WGS84[crs]
    features = []
    for area in areas(level):
        lon, lat = convert(area.lon, area.lat)
        features.append(
            {
                "type": "Feature",
                "id": area.code,
                "properties": {
                    "code": area.code,
                    "name": area.name,
                    "level": area.level,
                    "parent_code": area.parent_code,
                    "approximate": area.approximate,
                    "source": area.source,
                    "licence": area.licence,
                    "note": area.note,
                    "label": [round(lon, 6), round(lat, 6)],
                },
                "geometry": convert_geometry(area.geometry, convert),
            }
        )
    return {"type": "FeatureCollection", "crs_name": crs, "features": features}
