"""Draws districts/longgang/areas/*.geojson: an approximate partition, since none is published.

`outline.csv` is an outline drawn by hand to about a kilometre, `seats.csv` roughly where the
streets' (街道) offices and larger neighbourhoods lie. Every point of the outline belongs to the
street of the nearest seat (a Voronoi partition). A street's communities (社区) are equal shares of
it, found by Lloyd's method from fixed starting points; they show number and nesting, not place.
Run again after changing either table: `python scripts/make_longgang_areas.py`.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from shapely import make_valid, set_precision
from shapely.geometry import MultiPoint, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union, voronoi_diagram

FOLDER = Path(__file__).resolve().parents[1] / "districts" / "longgang"
SOURCE = "本项目手绘的近似图形"
LICENCE = "Apache-2.0"
NOTES = {
    "district": "近似轮廓,精度约1公里,不作为行政界线依据。",
    "street": "街道界线未公开,按驻地就近划分的近似图形,不作为行政界线依据。",
    "community": "社区界线未公开,在所属街道内均分的示意图形,不代表实际位置。",
}
ROUNDS = 60
GRID = 0.00001


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def outline() -> Polygon:
    """The district's outline, longitude and latitude in degrees (WGS-84)."""
    return Polygon([(float(r["lon"]), float(r["lat"])) for r in _rows("areas/outline.csv")])


def cells(points: list[Point], within: BaseGeometry) -> list[BaseGeometry]:
    """For every point the part of `within` that is nearer to it than to any other."""
    if len(points) == 1:
        return [within]
    diagram = voronoi_diagram(MultiPoint(points), envelope=within.envelope)
    found = []
    for point in points:
        cell = next(c for c in diagram.geoms if c.covers(point))
        found.append(cell.intersection(within))
    return found


def streets() -> dict[str, BaseGeometry]:
    """The street polygons by unit code."""
    seats = _rows("areas/seats.csv")
    points = [Point(float(row["lon"]), float(row["lat"])) for row in seats]
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for row, cell in zip(seats, cells(points, outline()), strict=True):
        parts[row["unit"]].append(cell)
    return {code: unary_union(found) for code, found in parts.items()}


def _halton(index: int, base: int) -> float:
    """The index-th member of the Halton sequence: spreads evenly, the same every time."""
    result, share = 0.0, 1.0
    while index > 0:
        share /= base
        result += share * (index % base)
        index //= base
    return result


def shares(within: BaseGeometry, count: int) -> list[BaseGeometry]:
    """`within` cut into `count` compact parts, from the west to the east."""
    west, south, east, north = within.bounds
    points: list[Point] = []
    index = 1
    while len(points) < count:
        x, y = _halton(index, 2), _halton(index, 3)
        point = Point(west + x * (east - west), south + y * (north - south))
        if within.contains(point):
            points.append(point)
        index += 1
    for _round in range(ROUNDS):
        points = [
            cell.representative_point() if not within.contains(cell.centroid) else cell.centroid
            for cell in cells(points, within)
        ]
    points.sort(key=lambda point: (round(point.x, 6), round(point.y, 6)))
    return cells(points, within)


def _feature(unit: dict[str, str], shape: BaseGeometry) -> dict[str, Any]:
    tidy = make_valid(set_precision(shape, GRID))
    return {
        "type": "Feature",
        "properties": {
            "code": unit["code"],
            "name": unit["name"],
            "level": unit["level"],
            "parent_code": unit["parent_code"],
            "approximate": True,
            "source": SOURCE,
            "licence": LICENCE,
            "note": NOTES[unit["level"]],
        },
        "geometry": json.loads(json.dumps(mapping(tidy), default=float), parse_float=_short),
    }


def _short(text: str) -> float:
    return round(float(text), 5)


def collections() -> dict[str, dict[str, Any]]:
    """The three feature collections by file name."""
    units = _rows("units.csv")
    by_street = streets()
    features: dict[str, list[dict[str, Any]]] = {"district": [], "street": [], "community": []}
    waiting: dict[str, list[dict[str, str]]] = defaultdict(list)
    for unit in units:
        if unit["level"] == "district":
            features["district"].append(_feature(unit, outline()))
        elif unit["level"] == "street":
            features["street"].append(_feature(unit, by_street[unit["code"]]))
        else:
            waiting[unit["parent_code"]].append(unit)
    for street, communities in waiting.items():
        for unit, shape in zip(
            communities, shares(by_street[street], len(communities)), strict=True
        ):
            features["community"].append(_feature(unit, shape))
    names = {"district": "district", "street": "streets", "community": "communities"}
    return {
        f"{names[level]}.geojson": {"type": "FeatureCollection", "features": found}
        for level, found in features.items()
    }


def text_of(collection: dict[str, Any]) -> str:
    """The collection as a file: one feature a line."""
    lines = [json.dumps(f, ensure_ascii=False) for f in collection["features"]]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def main() -> None:
    """Write the files."""
    for name, collection in collections().items():
        path = FOLDER / "areas" / name
        path.write_text(text_of(collection), encoding="utf-8")
        print(f"{path}: {len(collection['features'])} features")


if __name__ == "__main__":
    main()
