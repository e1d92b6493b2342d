"""Invents the terrain, woodland and roads of the demo: districts/longgang/demo/coverage/.

Nothing in it is a survey. Heights are hills at roughly the places of the district's hill country
with noise from a fixed seed, flattened where people live (`areas/seats.csv`); woodland is the high
ground inside the outline (`areas/outline.csv`), of weight 2 where it borders on built-up ground;
roads join the seats. Run again after changing it: `python scripts/make_longgang_woodland.py`.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon, mapping

ROOT = Path(__file__).resolve().parent.parent
DISTRICT = ROOT / "districts" / "longgang"
TARGET = DISTRICT / "demo" / "coverage"
SEED = 30
#: Degrees of the terrain's lattice, about 100 m.
STEP = 0.001
WEST, SOUTH, EAST, NORTH = 114.03, 22.57, 114.38, 22.83
#: Longitude, latitude, height in metres, width in degrees of the hills.
HILLS = (
    (114.215, 22.787, 290, 0.020),
    (114.252, 22.783, 240, 0.016),
    (114.285, 22.795, 200, 0.015),
    (114.325, 22.795, 190, 0.014),
    (114.330, 22.735, 260, 0.018),
    (114.318, 22.760, 150, 0.010),
    (114.300, 22.690, 230, 0.016),
    (114.262, 22.660, 330, 0.018),
    (114.230, 22.612, 380, 0.016),
    (114.200, 22.612, 330, 0.014),
    (114.172, 22.665, 210, 0.014),
    (114.190, 22.690, 170, 0.010),
    (114.150, 22.692, 160, 0.010),
    (114.108, 22.705, 150, 0.010),
    (114.085, 22.640, 200, 0.010),
    (114.055, 22.615, 180, 0.010),
    (114.150, 22.600, 260, 0.012),
    (114.118, 22.632, 150, 0.007),
)


def outline() -> Polygon:
    """The district's approximate outline."""
    with (DISTRICT / "areas" / "outline.csv").open(encoding="utf-8") as file:
        return Polygon([(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)])


def seats() -> list[tuple[str, float, float, str]]:
    """Where people live: street, longitude, latitude, name."""
    with (DISTRICT / "areas" / "seats.csv").open(encoding="utf-8") as file:
        return [
            (row["unit"], float(row["lon"]), float(row["lat"]), row["note"])
            for row in csv.DictReader(file)
        ]


def noise(rng: np.random.Generator, shape: tuple[int, int], grain: int) -> np.ndarray[Any, Any]:
    """Smooth noise between -1 and 1 whose features are `grain` nodes wide."""
    coarse = rng.uniform(-1, 1, (shape[0] // grain + 3, shape[1] // grain + 3))
    r, c = np.arange(shape[0]) / grain, np.arange(shape[1]) / grain
    r0, c0 = r.astype(int), c.astype(int)
    wave = lambda t: t * t * (3 - 2 * t)  # noqa: E731  # the usual smooth step
    down, right = wave(r - r0)[:, None], wave(c - c0)[None, :]
    at = lambda a, b: coarse[np.ix_(r0 + a, c0 + b)]  # noqa: E731  # four corners of one lattice
    upper = at(0, 0) * (1 - right) + at(0, 1) * right
    return upper * (1 - down) + (at(1, 0) * (1 - right) + at(1, 1) * right) * down


def heights() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Heights in whole metres with the longitudes and latitudes of the nodes; row 0 is north."""
    lon = np.arange(WEST + STEP / 2, EAST, STEP)
    lat = np.arange(NORTH - STEP / 2, SOUTH, -STEP)
    lons, lats = np.meshgrid(lon, lat)
    rng = np.random.default_rng(SEED)
    hills = np.zeros(lons.shape)
    for x, y, tall, wide in HILLS:
        away = ((lons - x) * np.cos(np.radians(22.7))) ** 2 + (lats - y) ** 2
        hills = np.maximum(hills, tall * np.exp(-away / (2 * (0.75 * wide) ** 2)))
    rough = 0.5 * noise(rng, lons.shape, 24) + 0.3 * noise(rng, lons.shape, 10)
    rough += 0.2 * noise(rng, lons.shape, 5)
    ground = 35 + 20 * noise(rng, lons.shape, 60) + hills * (1 + 0.75 * rough) + 25 * rough
    for _unit, x, y, _name in seats():
        away = ((lons - x) * np.cos(np.radians(22.7))) ** 2 + (lats - y) ** 2
        ground = ground + (40 - ground) * 0.9 * np.exp(-away / (2 * 0.008**2))
    return np.maximum(np.rint(ground), 5).astype(np.int16), lons, lats


def forest(ground: Any, lons: Any, lats: Any) -> tuple[Any, Any]:
    """The woodland as shapes, and the part of it that borders on built-up ground."""
    inside = shapely.contains_xy(outline().buffer(-0.001), lons, lats)
    nodes = inside & (ground > 85)
    half = STEP / 2
    squares = shapely.box(
        lons[nodes] - half, lats[nodes] - half, lons[nodes] + half, lats[nodes] + half
    )
    whole = shapely.union_all(shapely.set_precision(squares, 1e-6))
    # Round off the steps, leave out what is too small to be called woodland.
    smooth = whole.buffer(0.0012).buffer(-0.0022).buffer(0.001).simplify(0.0003)
    parts = [part for part in getattr(smooth, "geoms", [smooth]) if part.area > 2e-5]
    woods = shapely.union_all([Polygon(part.exterior) for part in parts])
    woods = woods.intersection(outline())
    edge = woods.difference(woods.buffer(-0.003)).simplify(0.0003)
    return woods, edge


def roads() -> list[LineString]:
    """Lines that join each seat with its three nearest ones, a little bent."""
    rng = np.random.default_rng(SEED + 1)
    places = [(x, y) for _unit, x, y, _name in seats()]
    lines = {}
    for at, here in enumerate(places):
        order = np.argsort([np.hypot(here[0] - x, here[1] - y) for x, y in places])
        for other in order[1:4]:
            first, last = sorted((at, int(other)))
            (x0, y0), (x1, y1) = places[first], places[last]
            bend = rng.uniform(-0.12, 0.12)
            middle = ((x0 + x1) / 2 - (y1 - y0) * bend, (y0 + y1) / 2 + (x1 - x0) * bend)
            lines.setdefault((first, last), LineString([(x0, y0), middle, (x1, y1)]))
    return list(lines.values())


def collection(rows: list[tuple[Any, dict[str, Any]]]) -> str:
    """A GeoJSON FeatureCollection, a feature a line."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": facts,
                "geometry": mapping(shapely.set_precision(shape, 1e-5)),
            },
            ensure_ascii=False,
        )
        for shape, facts in rows
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def pieces(shape: Any) -> list[Any]:
    """The polygons of a shape."""
    return [one for one in getattr(shape, "geoms", [shape]) if one.geom_type == "Polygon"]


def main() -> None:
    """Write all files and say how large they are."""
    TARGET.mkdir(parents=True, exist_ok=True)
    ground, lons, lats = heights()
    np.savez_compressed(
        TARGET / "terrain.npz", values=ground, west=WEST, south=SOUTH, dx=STEP, dy=STEP
    )
    woods, edge = forest(ground, lons, lats)
    rows = [(one, {"weight": 1}) for one in pieces(woods)]
    rows += [(one, {"weight": 2}) for one in pieces(edge)]
    (TARGET / "woodland.geojson").write_text(collection(rows), encoding="utf-8")
    lines = [(line, {}) for line in roads()]
    (TARGET / "roads.geojson").write_text(collection(lines), encoding="utf-8")
    for path in sorted(TARGET.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
