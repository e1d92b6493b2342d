"""A register's rows as a map layer: points of their own, or their areas with a count."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.places.public import Area, AreaLevel, ground, has_approximate
from district.kernel.registers.cells import cell_of, own_code, url_of
from district.kernel.registers.declaration import MapLayer, Register
from district.kernel.registers.selectors import Listing, linked, order_by, rows_of

MAX_POINTS = 5_000


def layer(listing: Listing) -> dict[str, Any]:
    """{"points", "areas", "approximate"}: FeatureCollections in WGS-84.

    Rows with points lie over the streets; rows with an area's code are counted in their areas.
    Points are cut at MAX_POINTS in the list's order; `truncated` then says how many there are.
    """
    where = listing.register.map
    if where is None:
        return {}
    return _areas(listing, where) if where.area else _points(listing, where)


def _points(listing: Listing, where: MapLayer) -> dict[str, Any]:
    register = listing.register
    lon, lat = register.by_key[where.lon], register.by_key[where.lat]
    light = next((f for f in listing.fields if f.kind == "light"), None)
    columns = tuple(
        {f.key: f for f in (register.by_key[register.title], lon, lat, light) if f}.values()
    )
    known = listing.found.filter(**{f"{lon.path}__isnull": False, f"{lat.path}__isnull": False})
    ordered = known.order_by(*order_by(register, listing.asked.sort))
    features = []
    for row in rows_of(register, columns, ordered[:MAX_POINTS], linked(register)):
        properties = {
            "id": row["id"],
            "name": cell_of(register.by_key[register.title], row).text,
            "url": url_of(register, row),
        }
        if light:
            properties["light"] = row.get(light.key) or "none"
        at = [float(row[lon.key]), float(row[lat.key])]
        features.append(_feature(row["id"], properties, {"type": "Point", "coordinates": at}))
    data: dict[str, Any] = {"points": {"type": "FeatureCollection", "features": features}}
    streets = ground(AreaLevel.STREET)  # below the points, so that people see where they are
    if streets["areas"]["features"]:
        data |= streets
    if len(features) == MAX_POINTS:
        data["truncated"] = known.order_by().count()
    return data


def note(listing: Listing) -> str:
    """What stands under the map: that shapes are approximate, that points are missing."""
    words = []
    if has_approximate():
        words.append(_("边界为示意，不作勘界依据。"))
    where = listing.register.map
    if where and not where.area and listing.exceeds(MAX_POINTS):
        words.append(_("条数较多，只画出前 %(count)d 条。") % {"count": MAX_POINTS})
    return "".join(words)


def _areas(listing: Listing, where: MapLayer) -> dict[str, Any]:
    register = listing.register
    one = register.by_key[where.area]
    counts: dict[str, int] = {}
    grouped = listing.found.order_by().values_list(one.path).annotate(Count("pk"))
    for value, count in grouped:
        if value:
            code = own_code(one, str(value))
            counts[code] = counts.get(code, 0) + count
    features = []
    shapes = Area.objects.filter(code__in=list(counts)).order_by("code")
    for area in shapes:
        properties = {
            "id": area.code,
            "name": area.name,
            "note": _("%(count)d 条") % {"count": counts[area.code]},
            "count": counts[area.code],
            "url": _list_url(register, one.key, area.code),
        }
        features.append(_feature(area.code, properties, area.geometry))
    return {
        "areas": {"type": "FeatureCollection", "features": features},
        "approximate": any(area.approximate for area in shapes),
    }


def _feature(key: str, properties: dict[str, Any], geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "id": key, "properties": properties, "geometry": geometry}


def _list_url(register: Register, key: str, code: str) -> str:
    return f"{reverse('register_list', args=[register.key])}?{urlencode({key: code})}"
