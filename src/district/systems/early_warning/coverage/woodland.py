"""Woodland as cells: from shapes or from a grid of weights, on a lattice of metres. Pure."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry import shape

from district.kernel.base.errors import Invalid
from district.systems.early_warning.coverage.grids import Grid
from district.systems.early_warning.coverage.projection import Floats, Frame

Integers = NDArray[np.int64]

#: So many cells are computed at most.
MOST_CELLS = 60_000
MOST_WEIGHT = 1000.0
_MOST_SHAPES = 20_000
_MOST_BYTES = 30_000_000


@dataclass(frozen=True)
class Woods:
    """Where woodland is: shapes in WGS-84 with a weight each, or a grid of weights.

    In a grid a value above nought is woodland of that weight. Where shapes overlap the greater
    weight counts.
    """

    shapes: tuple[Any, ...] = field(default=(), repr=False)
    weights: tuple[float, ...] = ()
    grid: Grid | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        if self.grid is not None:
            return self.grid.bounds
        west, south, east, north = shapely.total_bounds(list(self.shapes))
        return float(west), float(south), float(east), float(north)

    def weight_at(self, lon: Floats, lat: Floats) -> Floats:
        """The weight of the woodland that a point lies in; 0 where none is."""
        if self.grid is not None:
            found = self.grid.nearest(lon, lat)
            return np.where(np.isfinite(found) & (found > 0), found, 0.0)
        weight = np.zeros(lon.shape)
        for each, value in zip(self.shapes, self.weights, strict=True):
            west, south, east, north = each.bounds
            near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            near &= weight < value
            if near.any():
                shapely.prepare(each)
                at = np.flatnonzero(near)
                inside = shapely.contains_xy(each, lon.ravel()[at], lat.ravel()[at])
                weight.ravel()[at[inside]] = value
        return weight


def woods_of_grid(grid: Grid) -> Woods:
    """Woodland of a grid; Invalid where a weight is too large or none is above nought."""
    values = grid.values[np.isfinite(grid.values)]
    if not (values > 0).any():
        raise Invalid("file", _("栅格里没有林地（大于零的格）。"), _("请检查文件。"))
    if values.max() > MOST_WEIGHT:
        raise Invalid("file", _("权重不能超过1000。"), _("请检查文件，大于零的值就是权重。"))
    return Woods(grid=grid)


def read_woods(data: bytes) -> Woods:
    """Woodland of a GeoJSON FeatureCollection of polygons, weight in the property `weight` (1).

    Raises Invalid that names the feature and what is wrong with it.
    """
    shapes, weights = [], []
    for number, feature in enumerate(features_of(data), start=1):
        polygon = geometry_of(feature, number, ("Polygon", "MultiPolygon"))
        given = (feature.get("properties") or {}).get("weight", 1)
        if isinstance(given, bool) or not isinstance(given, int | float):
            given = math.nan
        if not 0 < given <= MOST_WEIGHT:
            raise Invalid(
                "file",
                _("第%(number)d个要素的权重不对。") % {"number": number},
                _("weight 应大于0，不超过1000。"),
            )
        shapes.append(polygon)
        weights.append(float(given))
    return Woods(tuple(shapes), tuple(weights))


def features_of(data: bytes) -> list[Any]:
    """The features of a GeoJSON FeatureCollection in WGS-84; Invalid where it is none."""
    remedy = _("请上传 GeoJSON 文件（FeatureCollection，WGS-84 经纬度）。")
    if len(data) > _MOST_BYTES:
        raise Invalid("file", _("文件超过30 MB。"), _("请简化图形后再导入。"))
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Invalid("file", _("文件不是 JSON。"), remedy) from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise Invalid("file", _("文件不是 GeoJSON 的 FeatureCollection。"), remedy)
    found = document.get("features")
    if not isinstance(found, list) or not found:
        raise Invalid("file", _("文件里没有要素。"), remedy)
    if len(found) > _MOST_SHAPES:
        raise Invalid("file", _("要素超过两万个。"), _("请合并图形后再导入。"))
    return found


def geometry_of(feature: Any, number: int, wanted: tuple[str, ...]) -> Any:
    """The shape of the `number`th feature; Invalid where it is of no wanted type or is broken."""
    stated = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        if not isinstance(stated, dict) or stated.get("type") not in wanted:
            raise ValueError("type")
        found = shape(stated)
        west, south, east, north = found.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError("range")
    except (TypeError, ValueError, IndexError, AttributeError, ShapelyError) as error:
        raise Invalid(
            "file",
            _("第%(number)d个要素的图形不能用。") % {"number": number},
            _("应为 %(types)s，坐标为 WGS-84 经纬度。") % {"types": " / ".join(wanted)},
        ) from error
    return found if found.is_valid else shapely.make_valid(found)


@dataclass(frozen=True)
class Cells:
    """Square pieces of woodland on a lattice of `size` metres; `row` 0 is the southern one.

    `x` and `y` are the centres in metres of the frame. A cell's weight says how much it counts;
    1 everywhere where nobody weighed.
    """

    frame: Frame
    size: float
    row: Integers = field(repr=False)
    column: Integers = field(repr=False)
    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    weight: Floats = field(repr=False)

    def __len__(self) -> int:
        return int(self.row.size)

    @property
    def hectares(self) -> float:
        """The area of one cell."""
        return self.size**2 / 10_000

    @property
    def degrees(self) -> tuple[Floats, Floats]:
        """The centres as longitude and latitude."""
        return self.frame.degrees(self.x, self.y)


def frame_of(woods: Woods) -> Frame:
    """The frame that touches the ground in the middle of the woodland."""
    west, south, east, north = woods.bounds
    return Frame(round((west + east) / 2, 6), round((south + north) / 2, 6))


def cells_of(woods: Woods, size: float, frame: Frame | None = None) -> Cells:
    """The cells of `size` metres whose centre lies in woodland, from south to north.

    Raises Invalid where there are none, or more than can be computed.
    """
    frame = frame or frame_of(woods)
    west, south, east, north = woods.bounds
    (x0, x1), (y0, y1) = frame.metres(np.array([west, east]), np.array([south, north]))
    columns = np.arange(math.floor(x0 / size), math.ceil(x1 / size) + 1)
    rows = np.arange(math.floor(y0 / size), math.ceil(y1 / size) + 1)
    if columns.size * rows.size > 100 * MOST_CELLS:
        raise _too_many(size)
    y, x = np.meshgrid((rows + 0.5) * size, (columns + 0.5) * size, indexing="ij")
    weight = woods.weight_at(*frame.degrees(x, y))
    row, column = np.nonzero(weight > 0)
    if not row.size:
        raise Invalid(
            "cell_m", _("没有一个格的中心落在林地里。"), _("请减小格的边长，或检查林地文件。")
        )
    if row.size > MOST_CELLS:
        raise _too_many(size)
    at = (row, column)
    return Cells(frame, size, rows[row], columns[column], x[at], y[at], weight[at])


def _too_many(size: float) -> Invalid:
    return Invalid(
        "cell_m",
        _("按%(size)d米划分，林地格太多。") % {"size": size},
        _("请加大格的边长，最多六万格。"),
    )
