"""Grids of numbers as files bring them: ESRI ASCII, .npz and .csv. Pure.

A grid's first row is its northern one. Values are those of the cells' centres; where there is no
value it is NaN.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.systems.early_warning.coverage.projection import (
    WGS84,
    Floats,
    from_degrees,
    projection_of,
    to_degrees,
)

#: So many cells are read at most: a district of 600 km2 at 15 m has 2.7 million.
MOST_CELLS = 6_000_000
#: And so many bytes of a file.
MOST_BYTES = 60_000_000
_HEADER = frozenset(
    [
        "ncols",
        "nrows",
        "xllcorner",
        "yllcorner",
        "xllcenter",
        "yllcenter",
        "cellsize",
        "dx",
        "dy",
        "nodata_value",
    ]
)


@dataclass(frozen=True)
class Grid:
    """Values on a lattice; `west` and `south` are the outer edges, in units of `crs`."""

    values: Floats = field(repr=False)
    west: float
    south: float
    dx: float
    dy: float
    crs: str = WGS84

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the centres of the outermost cells, in degrees."""
        rows, columns = self.values.shape
        x = self.west + self.dx * (np.array([0, columns - 1, 0, columns - 1]) + 0.5)
        y = self.south + self.dy * (np.array([0, 0, rows - 1, rows - 1]) + 0.5)
        lon, lat = to_degrees(self.crs, x, y)
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def _places(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Row and column as fractions; whole numbers are centres of cells."""
        x, y = from_degrees(self.crs, lon, lat)
        column = (x - self.west) / self.dx - 0.5
        row = self.values.shape[0] - 0.5 - (y - self.south) / self.dy
        return row, column

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Values between the centres (bilinear); NaN outside and beside a gap."""
        row, column = self._places(lon, lat)
        return bilinear(self.values, row, column)

    def nearest(self, lon: Floats, lat: Floats) -> Floats:
        """The value of the cell that a point lies in; NaN outside."""
        row, column = self._places(lon, lat)
        r, c = np.rint(row).astype(np.int64), np.rint(column).astype(np.int64)
        rows, columns = self.values.shape
        inside = (r >= 0) & (r < rows) & (c >= 0) & (c < columns)
        found = self.values[np.clip(r, 0, rows - 1), np.clip(c, 0, columns - 1)]
        return np.where(inside, found, np.nan)


def bilinear(values: Floats, row: Floats, column: Floats) -> Floats:
    """Values at fractional rows and columns; NaN outside the centres and beside a gap."""
    rows, columns = values.shape
    r = np.clip(np.floor(row), 0, max(rows - 2, 0)).astype(np.int64)
    c = np.clip(np.floor(column), 0, max(columns - 2, 0)).astype(np.int64)
    down, right = row - r, column - c
    flat, below = values.ravel(), columns if rows > 1 else 0
    start = r * columns + c
    beside = 1 if columns > 1 else 0
    upper = flat[start] * (1 - right) + flat[start + beside] * right
    lower = flat[start + below] * (1 - right) + flat[start + below + beside] * right
    found = upper * (1 - down) + lower * down
    edge = 1e-9  # what conversions of coordinates lose at the outermost centres
    outside = (
        (row < -edge) | (row > rows - 1 + edge) | (column < -edge) | (column > columns - 1 + edge)
    )
    return np.where(outside, np.nan, found)


def read_grid(data: bytes, name: str, crs: str = WGS84) -> Grid:
    """A grid from a file, by the ending of its name; `crs` says what its coordinates are.

    Raises Invalid that names what is wrong: another format, no regular lattice, too large, no
    numbers, degrees out of range.
    """
    projection_of(crs)
    if len(data) > MOST_BYTES:
        raise Invalid("file", _("文件超过60 MB。"), _("请降低分辨率后再导入。"))
    suffix = name.lower().rsplit(".", 1)[-1]
    readers = {"asc": _ascii, "txt": _ascii, "npz": _npz, "csv": _csv}
    if suffix not in readers:
        raise Invalid(
            "file",
            _("不认识这种格式：%(name)s。") % {"name": name},
            _("请上传 ESRI ASCII 栅格（.asc）、.npz 或 .csv。"),
        )
    grid = readers[suffix](data, crs)
    _check(grid)
    return grid


def _check(grid: Grid) -> None:
    if grid.dx <= 0 or grid.dy <= 0:
        raise Invalid("file", _("栅格的间距应大于零。"), _("请检查 cellsize。"))
    if not np.isfinite(grid.values).any():
        raise Invalid("file", _("栅格里没有数值。"), _("请检查文件和无数据值。"))
    rows, columns = grid.values.shape
    east, north = grid.west + columns * grid.dx, grid.south + rows * grid.dy
    if projection_of(grid.crs) is None and not (
        grid.west >= -180 and east <= 180 and grid.south >= -90 and north <= 90
    ):
        raise Invalid(
            "crs",
            _("坐标超出经纬度范围，可能是投影坐标。"),
            _("请写明文件的坐标系，例如 EPSG:4547。"),
        )


def _too_many(rows: int, columns: int) -> None:
    if rows < 2 or columns < 2:
        raise Invalid("file", _("栅格至少要有两行两列。"), _("请检查文件。"))
    if rows * columns > MOST_CELLS:
        raise Invalid(
            "file",
            _("栅格有 %(rows)d 行 %(columns)d 列，太大了。") % {"rows": rows, "columns": columns},
            _("请降低分辨率，最多六百万个格点。"),
        )


def _ascii(data: bytes, crs: str) -> Grid:
    text = data.decode("utf-8-sig", errors="replace")
    header: dict[str, float] = {}
    lines = text.splitlines()
    body = 0
    for body, line in enumerate(lines):
        words = line.split()
        if len(words) != 2 or words[0].lower() not in _HEADER:
            break
        header[words[0].lower()] = _number(words[1], body + 1)
    missing = [key for key in ("ncols", "nrows") if key not in header]
    if missing or ("cellsize" not in header and not {"dx", "dy"} <= header.keys()):
        raise Invalid(
            "file",
            _("文件头不完整，缺少 %(what)s。") % {"what": ", ".join(missing) or "cellsize"},
            _("请上传 ESRI ASCII 栅格。"),
        )
    rows, columns = int(header["nrows"]), int(header["ncols"])
    _too_many(rows, columns)
    try:
        values = np.array(" ".join(lines[body:]).split(), dtype=np.float64)
    except ValueError as error:
        raise Invalid("file", _("栅格里有不是数字的内容。"), _("请检查文件。")) from error
    if values.size != rows * columns:
        raise Invalid(
            "file",
            _("应有 %(wanted)d 个数值，实际有 %(found)d 个。")
            % {"wanted": rows * columns, "found": values.size},
            _("请检查 ncols 和 nrows。"),
        )
    nodata = header.get("nodata_value", -9999.0)
    values[values == nodata] = np.nan
    dx = header.get("dx", header.get("cellsize", 0.0))
    dy = header.get("dy", header.get("cellsize", 0.0))
    west = header["xllcorner"] if "xllcorner" in header else header.get("xllcenter", 0.0) - dx / 2
    south = header["yllcorner"] if "yllcorner" in header else header.get("yllcenter", 0.0) - dy / 2
    return Grid(values.reshape(rows, columns), west, south, dx, dy, crs)


def _number(text: str, line: int) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Invalid(
            "file",
            _("第%(line)d行：“%(text)s”不是数字。") % {"line": line, "text": text[:30]},
            _("请改正后重新导入。"),
        ) from error


def _npz(data: bytes, crs: str) -> Grid:
    remedy = _("文件应含 values（首行为最北一行）、west、south、dx、dy。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > 8 * MOST_CELLS + 100_000:
                raise Invalid("file", _("栅格太大。"), _("请降低分辨率，最多六百万个格点。"))
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            raw = np.asarray(found["values"])
            west, south, dx, dy = (float(found[key]) for key in ("west", "south", "dx", "dy"))
            nodata = float(found["nodata"]) if "nodata" in found else None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise Invalid("file", _("不是可用的 .npz 栅格。"), remedy) from error
    if raw.ndim != 2 or raw.dtype.kind not in "iuf":
        raise Invalid("file", _("values 应是二维数字数组。"), remedy)
    _too_many(*raw.shape)
    values = raw.astype(np.float64)
    if nodata is not None:
        values[values == nodata] = np.nan
    return Grid(values, west, south, dx, dy, crs)


def _csv(data: bytes, crs: str) -> Grid:
    """Points of a regular lattice: columns x (or lon), y (or lat), value."""
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig", errors="replace")))
    names = [name.strip().lower() for name in next(rows, [])]
    try:
        at = [
            next(i for i, name in enumerate(names) if name in wanted)
            for wanted in (("x", "lon"), ("y", "lat"), ("value", "z", "elevation"))
        ]
    except StopIteration:
        raise Invalid(
            "file", _("第一行应是列名 x,y,value（或 lon,lat,value）。"), _("请补上列名。")
        ) from None
    points = []
    for line, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) <= max(at):
            raise Invalid(
                "file", _("第%(line)d行少了列。") % {"line": line}, _("请改正后重新导入。")
            )
        points.append([_number(row[i], line) for i in at])
        if len(points) > MOST_CELLS:
            raise Invalid("file", _("栅格太大。"), _("请降低分辨率，最多六百万个格点。"))
    if not points:
        raise Invalid("file", _("栅格里没有数值。"), _("请检查文件和无数据值。"))
    x, y, value = np.array(points).T
    (west, dx, columns), (south, dy, lines) = _lattice(x), _lattice(y)
    _too_many(lines, columns)
    values = np.full((lines, columns), np.nan)
    values[
        lines - 1 - np.rint((y - south) / dy).astype(int), np.rint((x - west) / dx).astype(int)
    ] = value
    return Grid(values, west - dx / 2, south - dy / 2, dx, dy, crs)


def _lattice(given: Floats) -> tuple[float, float, int]:
    """First value, spacing and number of the values of one axis; Invalid where they are uneven."""
    known = np.unique(np.round(given, 9))
    if known.size < 2:
        raise Invalid("file", _("栅格至少要有两行两列。"), _("请检查文件。"))
    step = float(np.diff(known).min())
    number = round((known[-1] - known[0]) / step) + 1
    if number > MOST_CELLS:
        raise Invalid("file", _("格点的间距不一致。"), _("请按规则格网导出。"))
    exact = known[0] + np.rint((known - known[0]) / step) * step
    if np.abs(exact - known).max() > step * 0.01:
        raise Invalid("file", _("格点的间距不一致。"), _("请按规则格网导出。"))
    return float(known[0]), step, number


def packed(grid: Grid) -> bytes:
    """A grid as the .npz that `read_grid` takes, in as few bytes as its values allow."""
    values = np.where(np.isfinite(grid.values), grid.values, -32768.0)
    whole = bool(np.all(values == np.rint(values)) and np.abs(values).max() <= 32768)
    to = io.BytesIO()
    np.savez_compressed(
        to,
        values=values.astype(np.int16 if whole else np.float32),
        west=grid.west,
        south=grid.south,
        dx=grid.dx,
        dy=grid.dy,
        nodata=-32768.0,
    )
    return to.getvalue()
