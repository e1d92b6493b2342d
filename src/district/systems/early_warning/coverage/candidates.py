"""Where a station could stand: high points of the terrain, near roads if roads are known. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from district.systems.early_warning.coverage.projection import Frame
from district.systems.early_warning.coverage.sight import Booleans, Surface
from district.systems.early_warning.coverage.woodland import (
    Cells,
    Integers,
    features_of,
    geometry_of,
)

#: So many sites are compared at most.
MOST = 600
_LINES = ("LineString", "MultiLineString")


@dataclass(frozen=True)
class Site:
    """A place where a station could stand, WGS-84 degrees; `height` above sea level in metres,
    None where no terrain says it."""

    code: str
    name: str
    lon: float
    lat: float
    height: float | None = None


@dataclass(frozen=True)
class Sought:
    """High points to look for: the best of each square of `spacing` metres, no further than
    `road` metres from a road (where roads are known) and `around` metres from woodland."""

    spacing: float = 700.0
    road: float = 300.0
    around: float = 600.0


def read_roads(data: bytes) -> tuple[Any, ...]:
    """The lines of a GeoJSON FeatureCollection; Invalid that names the feature."""
    found = enumerate(features_of(data), start=1)
    return tuple(geometry_of(feature, number, _LINES) for number, feature in found)


def high_points(surface: Surface, cells: Cells, roads: Sequence[Any], sought: Sought) -> list[Site]:
    """The high points that fit, from north-west to south-east, `MOST` of them at most.

    Where there are more, the squares are made larger until there are not.
    """
    fits = np.isfinite(surface.ground) & _near_woods(surface, cells, sought.around)
    if roads:
        fits &= _near_roads(surface, cells.frame, roads, sought.road)
    spacing = sought.spacing
    found = _highest(surface, fits, spacing)
    while found[0].size > MOST:
        spacing *= 1.1
        found = _highest(surface, fits, spacing)
    rows, columns = found
    order = np.lexsort((columns, -rows))
    x = surface.west + surface.step * columns[order]
    y = surface.south + surface.step * rows[order]
    lon, lat = cells.frame.degrees(x, y)
    heights = surface.ground[rows[order], columns[order]]
    return [
        Site(f"G{at:03d}", "", round(float(lo), 6), round(float(la), 6), round(float(height), 1))
        for at, (lo, la, height) in enumerate(zip(lon, lat, heights, strict=True), start=1)
    ]


def _near_woods(surface: Surface, cells: Cells, around: float) -> Booleans:
    """Nodes whose square of `around` metres holds a cell."""
    grain = max(around, surface.step)
    taken = {
        (int(r), int(c))
        for r, c in zip(
            np.floor((cells.y - surface.south) / grain),
            np.floor((cells.x - surface.west) / grain),
            strict=True,
        )
    }
    rows = np.floor(surface.step * np.arange(surface.ground.shape[0]) / grain).astype(int)
    columns = np.floor(surface.step * np.arange(surface.ground.shape[1]) / grain).astype(int)
    coarse = np.zeros((rows.max() + 1, columns.max() + 1), dtype=bool)
    for r, c in taken:
        if 0 <= r < coarse.shape[0] and 0 <= c < coarse.shape[1]:
            coarse[r, c] = True
    return coarse[np.ix_(rows, columns)]


def _near_roads(surface: Surface, frame: Frame, roads: Sequence[Any], metres: float) -> Booleans:
    """Nodes within so many metres of a road."""

    def flat(points: Any) -> Any:
        x, y = frame.metres(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    near: Booleans = np.zeros(surface.ground.shape, dtype=bool)
    rows, columns = surface.ground.shape
    for road in shapely.transform(np.array(roads, dtype=object), flat):
        wide = shapely.buffer(road, metres, quad_segs=4)
        west, south, east, north = wide.bounds
        r0, r1 = _span(south, north, surface.south, surface.step, rows)
        c0, c1 = _span(west, east, surface.west, surface.step, columns)
        if r0 >= r1 or c0 >= c1:
            continue
        x, y = np.meshgrid(
            surface.west + surface.step * np.arange(c0, c1),
            surface.south + surface.step * np.arange(r0, r1),
        )
        shapely.prepare(wide)
        near[r0:r1, c0:c1] |= shapely.contains_xy(wide, x, y)
    return near


def _span(low: float, high: float, start: float, step: float, number: int) -> tuple[int, int]:
    first = max(0, int(np.ceil((low - start) / step)))
    return first, min(number, int(np.floor((high - start) / step)) + 1)


def _highest(surface: Surface, fits: Booleans, spacing: float) -> tuple[Integers, Integers]:
    """The highest fitting node of each square of `spacing` metres that has one."""
    rows, columns = np.nonzero(fits)
    if not rows.size:
        return rows, columns
    grain = spacing / surface.step
    square = np.floor(rows / grain).astype(np.int64) * 1_000_000 + np.floor(columns / grain).astype(
        np.int64
    )
    # Of equally high ones the first: sorted by square, then falling height, then place.
    order = np.lexsort((columns, rows, -surface.ground[rows, columns], square))
    first = np.concatenate([[True], np.diff(square[order]) != 0])
    return rows[order[first]], columns[order[first]]
