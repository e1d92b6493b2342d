"""Cells as shapes: GeoJSON for the map on the page, SVG for paper. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from shapely.geometry import mapping

from district.systems.early_warning.coverage.sight import Booleans
from district.systems.early_warning.coverage.woodland import Cells

#: By what a cell is covered, in the order in which they are drawn and listed.
COVERS = ("both", "sensor", "nest", "none")
_WIDE = 1000
#: Fill and pattern on paper: dark, two hatchings, white with crosses; readable without colour.
_INK = {"both": "#1b7045", "sensor": "#4b8f6b", "nest": "#5b7fb0", "none": "#b3261e"}


def merged(cells: Cells, which: Booleans) -> dict[str, Any] | None:
    """The chosen cells as one MultiPolygon in WGS-84; None where there are none."""
    rows, columns = cells.row[which], cells.column[which]
    if not rows.size:
        return None
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    begins = np.concatenate([[True], (np.diff(rows) != 0) | (np.diff(columns) != 1)])
    first = np.flatnonzero(begins)
    last = np.concatenate([first[1:], [rows.size]]) - 1
    size = cells.size
    west, south = cells.frame.degrees(columns[first] * size, rows[first] * size)
    east, north = cells.frame.degrees((columns[last] + 1) * size, (rows[first] + 1) * size)
    # Rounded before they are joined, so that neighbours share their corners exactly.
    edges = [np.round(edge, 6).tolist() for edge in (west, south, east, north)]
    boxes = shapely.box(edges[0], edges[1], edges[2], edges[3])
    whole: Any = shapely.simplify(shapely.union_all(boxes), 0)
    parts = whole.geoms if whole.geom_type == "MultiPolygon" else [whole]
    return {
        "type": "MultiPolygon",
        "coordinates": [_plain(mapping(part)["coordinates"]) for part in parts],
    }


def _plain(rings: Any) -> list[Any]:
    return [[[round(x, 6), round(y, 6)] for x, y in ring] for ring in rings]


def svg(
    covers: Mapping[str, Any],
    outlines: Iterable[Any],
    points: Sequence[tuple[str, float, float, str]],
    words: Mapping[str, str],
    title: str,
    *,
    dashed: bool = False,
) -> str:
    """A picture of the map: shapes by cover, outlines of areas, points (kind, lon, lat, name).

    Kinds of points are at_sensor, at_nest and new; `dashed` outlines are approximate. It needs no
    font, style sheet or script from
    elsewhere; fills are patterns, so that it is readable in black and white. `words` names what
    is drawn, by key, for the legend.
    """
    outlines = list(outlines)
    west, south, east, north = _bounds([*covers.values(), *outlines], points)
    stretch = float(np.cos(np.radians((south + north) / 2)))
    scale = _WIDE / max((east - west) * stretch, 1e-9)
    tall = round((north - south) * scale)

    def at(lon: float, lat: float) -> tuple[float, float]:
        return round((lon - west) * stretch * scale, 1), round((north - lat) * scale, 1)

    def path(geometry: Any) -> str:
        rings = (ring for polygon in _polygons(geometry) for ring in polygon)
        steps = (" ".join(f"{x} {y}" for x, y in (at(*p[:2]) for p in ring)) for ring in rings)
        return "".join(f"M{step}z" for step in steps)

    dashes = ' stroke-dasharray="5 3"' if dashed else ""
    legend = 28 * (len(words) // 3 + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {tall + legend}"'
        f' role="img" aria-label={quoteattr(title)}>',
        f"<title>{escape(title)}</title>{_patterns()}",
        f'<rect width="{_WIDE}" height="{tall + legend}" fill="#ffffff"/>',
    ]
    parts += [
        f'<path d="{path(covers[key])}" fill="url(#{key})" fill-rule="evenodd"'
        f' stroke="{_INK[key]}" stroke-width="0.4"/>'
        for key in COVERS
        if key in covers
    ]
    parts += [f'<path d="{path(one)}" fill="none" stroke="#566176"{dashes}/>' for one in outlines]
    parts += [
        f"<g>{_mark(kind, *at(lon, lat))}<title>{escape(name)}</title></g>"
        for kind, lon, lat, name in points
    ]
    for number, (key, word) in enumerate(words.items()):
        x, y = 10 + (number % 3) * 330, tall + 8 + 28 * (number // 3)
        drawn = (
            f'<rect x="{x}" y="{y}" width="24" height="16" fill="url(#{key})" stroke="#1b2433"/>'
            if key in COVERS
            else _mark(key, x + 12, y + 8)
        )
        parts.append(
            f'{drawn}<text x="{x + 32}" y="{y + 13}" font-size="15" font-family="sans-serif"'
            f' fill="#1b2433">{escape(word)}</text>'
        )
    return "".join([*parts, "</svg>"])


def _patterns() -> str:
    lines = {
        "both": "",
        "sensor": '<path d="M0 4H8" stroke="#ffffff" stroke-width="2"/>',
        "nest": '<path d="M4 0V8" stroke="#ffffff" stroke-width="2"/>',
        "none": f'<path d="M0 0L8 8M8 0L0 8" stroke="{_INK["none"]}" stroke-width="1.2"/>',
    }
    found = (
        f'<pattern id="{key}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{"#ffffff" if key == "none" else _INK[key]}"/>'
        f"{line}</pattern>"
        for key, line in lines.items()
    )
    return f"<defs>{''.join(found)}</defs>"


def _mark(kind: str, x: float, y: float) -> str:
    """A sensor is a triangle, a nest a square, a proposed site a star of four points."""
    shapes = {
        "at_sensor": f"M{x} {y - 6}L{x + 6} {y + 5}H{x - 6}z",
        "at_nest": f"M{x - 5} {y - 5}h10v10h-10z",
        "new": f"M{x} {y - 9}l3 6l6 3l-6 3l-3 6l-3 -6l-6 -3l6 -3z",
    }
    fill = "#f2b01e" if kind == "new" else "#1b2433"
    return f'<path d="{shapes[kind]}" fill="{fill}" stroke="#ffffff"/>'


def _polygons(geometry: Any) -> list[Any]:
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"])


def _bounds(
    geometries: Sequence[Any], points: Sequence[tuple[str, float, float, str]]
) -> tuple[float, float, float, float]:
    rings = [
        np.array(ring)[:, :2]
        for geometry in geometries
        for polygon in _polygons(geometry)
        for ring in polygon[:1]
    ]
    rings += [np.array([[lon, lat]]) for _kind, lon, lat, _name in points]
    every = np.concatenate(rings) if rings else np.array([[0.0, 0.0], [1.0, 1.0]])
    west, south = every.min(axis=0)
    east, north = every.max(axis=0)
    edge = max((east - west) * 0.02, 1e-4)
    return float(west - edge), float(south - edge), float(east + edge), float(north + edge)
