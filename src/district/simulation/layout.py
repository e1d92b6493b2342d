"""Which things a simulated district has: read from a table, or made from its areas. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from district.kernel.base.errors import Invalid
from district.simulation.kinds import BY_KEY, KINDS
from district.simulation.signals.randomness import key_of, one

COLUMNS = ("code", "kind", "name", "unit", "lon", "lat", "details")
MARK = "（演示）"
#: How many of each kind a generated district has, whatever its streets.
WANTED: Mapping[str, int] = {
    "rain_gauge": 15,
    "level_station": 12,
    "road_point": 8,
    "air_station": 11,
    "river_section": 24,
    "building_site": 12,
    "noise_zone": 4,
    "front_end": 34,
    "gas_point": 11,
}
_PREFIX = {
    "rain_gauge": "YL",
    "level_station": "SW",
    "road_point": "JS",
    "air_station": "KQ",
    "river_section": "DM",
    "building_site": "GD",
    "noise_zone": "GN",
    "front_end": "LH",
    "gas_point": "RQ",
}
_MOST_THINGS = 2000


@dataclass(frozen=True)
class Placed:
    """A thing to be: its code, kind, name, the unit that owns it, where it stands (WGS-84), and
    numbers of its own."""

    code: str
    kind: str
    name: str
    unit: str
    lon: float
    lat: float
    details: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """A street as the generator needs it: code, short name and GeoJSON geometry."""

    code: str
    name: str
    geometry: dict[str, Any]


def read_table(text: str) -> list[Placed]:
    """The things of a CSV with the columns of COLUMNS; Invalid names the line and what to do."""
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    if rows.fieldnames is None or set(COLUMNS) - set(rows.fieldnames):
        raise Invalid(
            "columns",
            _("缺少列。"),
            _("表头应有：%(columns)s。") % {"columns": ", ".join(COLUMNS)},
        )
    found = [_read(number, row) for number, row in enumerate(rows, start=1)]
    codes = [row.code for row in found]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Invalid(
            "code", _("编号%(code)s出现两次。") % {"code": twice[0]}, _("每个设备一个编号。")
        )
    if len(found) > _MOST_THINGS:
        raise Invalid(
            "code", _("设备过多。"), _("演示最多 %(most)d 个设备。") % {"most": _MOST_THINGS}
        )
    return found


def _read(number: int, row: dict[str, str]) -> Placed:
    where = _("第 %(number)d 行") % {"number": number}
    code, kind = (row["code"] or "").strip(), (row["kind"] or "").strip()
    if kind not in BY_KEY:
        raise Invalid(
            f"{where} kind",
            _("没有“%(kind)s”这一类设备。") % {"kind": kind[:40]},
            _("可用：%(known)s。") % {"known": ", ".join(BY_KEY)},
        )
    try:
        details = dict(_number(part) for part in (row["details"] or "").split(";") if part.strip())
        lon, lat = float(row["lon"]), float(row["lat"])
    except ValueError as error:
        raise Invalid(
            f"{where} lon, lat, details",
            _("不是数。"),
            _("经纬度写成小数，details 写成 range=3000;height=18。"),
        ) from error
    return Placed(code, kind, (row["name"] or "").strip(), row["unit"].strip(), lon, lat, details)


def _number(part: str) -> tuple[str, float]:
    name, _sign, value = part.partition("=")
    return name.strip(), float(value)


def write_table(things: Iterable[Placed]) -> str:
    """The table of these things, which `read_table` reads again."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in things:
        details = ";".join(f"{name}={value:g}" for name, value in each.details.items())
        place = (f"{each.lon:.5f}", f"{each.lat:.5f}")
        rows.writerow((each.code, each.kind, each.name, each.unit, *place, details))
    return out.getvalue()


def generate(
    grounds: Sequence[Ground], seed: int = 1, wanted: Mapping[str, int] = WANTED
) -> list[Placed]:
    """Things for a district of these streets, each inside its street, which owns it.

    The same streets and seed give the same things. Front ends stand at the district's edge, where
    the woods usually are; the rest goes round the streets.
    """
    if not grounds:
        return []
    shapes = [shape(ground.geometry) for ground in grounds]
    border = unary_union(shapes).boundary
    found = []
    for kind in KINDS:
        for number in range(wanted[kind.key]):
            at = number % len(grounds)
            ground, ground_shape = grounds[at], shapes[at]
            key = key_of("layout", seed, kind.key, ground.code, number)
            edge = border if kind.key == "front_end" else None
            point = _inside(ground_shape, key, edge)
            found.append(
                Placed(
                    code=f"{_PREFIX[kind.key]}-{number + 1:03d}",
                    kind=kind.key,
                    name=f"{ground.name}{kind.label}{number // len(grounds) + 1}号{MARK}",
                    unit=ground.code,
                    lon=round(point.x, 5),
                    lat=round(point.y, 5),
                    details=_details(kind.key, key, number),
                )
            )
    return found


def _inside(ground: BaseGeometry, key: int, edge: BaseGeometry | None) -> Point:
    """A point in the ground, away from its boundary; of several the one nearest to `edge`."""
    west, south, east, north = ground.bounds
    margin = 0.04 * min(east - west, north - south)
    shrunk = ground.buffer(-margin)
    inner = ground if shrunk.is_empty else shrunk
    tried = []
    for attempt in range(200):
        point = Point(
            west + (east - west) * one(key, 2 * attempt),
            south + (north - south) * one(key, 2 * attempt + 1),
        )
        if inner.contains(point):
            tried.append(point)
            if edge is None or len(tried) == 6:
                break
    if not tried:
        return ground.representative_point()
    return tried[0] if edge is None else min(tried, key=edge.distance)


def _details(kind: str, key: int, number: int) -> dict[str, float]:
    if kind == "front_end":
        return {
            "range": 2500.0 + 250.0 * int(8 * one(key, 901)),
            "height": 15.0 + int(25 * one(key, 902)),
        }
    if kind == "building_site":
        # Every fourth site works on some nights.
        return {"nights": 0.3 if number % 4 == 1 else 0.03}
    if kind == "noise_zone":
        return {"day": 50.0 + 5.0 * (number % 4), "night": 41.0 + 3.5 * (number % 4)}
    if kind == "river_section":
        # One of many carries more than it should.
        return {"load": 3.6} if number % 40 == 17 else {}
    return {}
