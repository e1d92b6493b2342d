"""What a camera sees: lines of sight over terrain and canopy, with earth curvature. Pure.

A ray from the eye to the top of a cell's canopy is sampled every `step` metres; it is blocked
where ground and canopy between stand above it. Over s metres the ground falls away by
(1 - k) s^2 / 2R, k being the coefficient of refraction. No sample is taken within one step of the
eye (a mast stands in a clearing) and within half a step of the target (a crown does not hide
itself). Where the terrain has no value nothing blocks; a target without a value is not seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from district.systems.early_warning.coverage.grids import Grid, bilinear
from district.systems.early_warning.coverage.projection import Floats, Frame, Numbers
from district.systems.early_warning.coverage.woodland import Cells, Integers, Woods

Booleans = NDArray[np.bool_]
EARTH_RADIUS = 6_371_000.0
#: So many samples are held at a time; what is computed of them takes some 150 MB.
_SAMPLES = 1_000_000
#: So many nodes has the lattice of the surface at most.
_MOST_NODES = 4_000_000


@dataclass(frozen=True)
class Eye:
    """A camera: metres of the frame, mast height above ground and reach in metres.

    `heading` is the middle of what it looks at, degrees clockwise from north, `sector` how wide
    that is; None sees all around.
    """

    x: float
    y: float
    height: float
    reach: float
    heading: float | None = None
    sector: float | None = None


@dataclass(frozen=True)
class Surface:
    """Ground and what stands on it, on a lattice of `step` metres of the frame.

    `ground` are heights above sea level, `top` those with canopy; row 0 is the southern one, at
    `south` metres, column 0 at `west`.
    """

    ground: Floats = field(repr=False)
    top: Floats = field(repr=False)
    west: float
    south: float
    step: float

    def ground_at(self, x: Numbers, y: Numbers) -> Floats:
        """Heights of the ground between the nodes; NaN where nothing is known."""
        return bilinear(self.ground, *self._places(x, y))

    def top_at(self, x: Numbers, y: Numbers) -> Floats:
        """Heights with canopy; NaN where nothing is known."""
        return bilinear(self.top, *self._places(x, y))

    def _places(self, x: Numbers, y: Numbers) -> tuple[Floats, Floats]:
        return (
            (np.asarray(y, dtype=np.float64) - self.south) / self.step,
            (np.asarray(x, dtype=np.float64) - self.west) / self.step,
        )


def surface_of(
    terrain: Grid, woods: Woods, frame: Frame, *, canopy: float, margin: float
) -> Surface:
    """The surface around the woodland, `margin` metres further, at the terrain's own spacing.

    It is coarser where the terrain would have too many nodes, and never finer than 5 m.
    """
    west, south, east, north = woods.bounds
    (x0, x1), (y0, y1) = frame.metres(np.array([west, east]), np.array([south, north]))
    bounds = terrain.bounds
    (tx0, tx1), (ty0, ty1) = frame.metres(np.array(bounds[::2]), np.array(bounds[1::2]))
    rows, columns = terrain.values.shape
    own = min((tx1 - tx0) / (columns - 1), (ty1 - ty0) / (rows - 1))
    x0, x1 = max(x0 - margin, tx0), min(x1 + margin, tx1)
    y0, y1 = max(y0 - margin, ty0), min(y1 + margin, ty1)
    width, height = max(x1 - x0, 0.0), max(y1 - y0, 0.0)
    step = float(max(own, 5.0, math.sqrt(width * height / _MOST_NODES)))
    x = x0 + step * np.arange(int(width // step) + 2)
    y = y0 + step * np.arange(int(height // step) + 2)
    lons, lats = frame.degrees(*np.meshgrid(x, y))
    ground = terrain.at(lons, lats)
    grown = np.where(woods.weight_at(lons, lats) > 0, canopy, 0.0) if canopy else 0.0
    return Surface(ground, ground + grown, float(x0), float(y0), step)


def drop(distance: Floats, refraction: float) -> Floats:
    """By how much the ground falls below the eye's horizon, metres."""
    return (1 - refraction) * distance**2 / (2 * EARTH_RADIUS)


def within(eye: Eye, cells: Cells) -> tuple[Integers, Floats]:
    """The cells within reach and sector, and how far they are; terrain does not count here."""
    dx, dy = cells.x - eye.x, cells.y - eye.y
    distance = np.hypot(dx, dy)
    near = distance <= eye.reach
    if eye.heading is not None and eye.sector is not None and eye.sector < 360:
        bearing = np.degrees(np.arctan2(dx, dy))
        off = np.abs((bearing - eye.heading + 180) % 360 - 180)
        near &= (off <= eye.sector / 2 + 1e-9) | (distance == 0)
    found = np.flatnonzero(near)
    return found, distance[found]


def seen(
    eye: Eye,
    cells: Cells,
    surface: Surface | None,
    *,
    canopy: float,
    target: float = 0.0,
    refraction: float = 0.13,
) -> Integers:
    """The numbers of the cells that an eye sees, in order.

    A cell is seen when `target` metres above its canopy are. Without a surface reach and sector
    alone count; so they do for an eye at whose place no height is known, among the cells whose
    height is.
    """
    found, distance = within(eye, cells)
    if surface is None or not found.size:
        return found
    goal = surface.ground_at(cells.x[found], cells.y[found]) + canopy + target
    known = np.isfinite(goal)
    found, distance, goal = found[known], distance[known], goal[known]
    foot = float(surface.ground_at(eye.x, eye.y))
    if math.isnan(foot) or not found.size:
        return found
    level = foot + eye.height
    order = np.argsort(distance, kind="stable")
    clear = np.ones(found.size, dtype=bool)
    for part in _parts(distance[order], surface.step):
        at = order[part]
        x, y = cells.x[found[at]], cells.y[found[at]]
        clear[at] = _clear(eye, level, surface, x, y, distance[at], goal[at], refraction)
    return found[clear]


def _parts(distance: Floats, step: float) -> Iterator[slice]:
    """Cuts rays, sorted by length, into parts whose samples fit into the memory allowed."""
    samples, start = distance / step + 1, 0
    while start < distance.size:
        filled = np.arange(1, distance.size - start + 1) * samples[start:]
        stop = start + max(int(np.searchsorted(filled, _SAMPLES, side="right")), 1)
        yield slice(start, stop)
        start = stop


def _clear(
    eye: Eye,
    level: float,
    surface: Surface,
    x: Floats,
    y: Floats,
    distance: Floats,
    goal: Floats,
    refraction: float,
) -> Booleans:
    """Whether nothing stands above each ray."""
    step = surface.step
    along: Floats = step * np.arange(1.0, int(distance.max() / step) + 1)
    if not along.size:
        return np.ones(distance.size, dtype=bool)
    far = np.maximum(distance, 1e-9)[:, None]
    east, north = ((x - eye.x)[:, None] / far), ((y - eye.y)[:, None] / far)
    inside = along[None, :] < distance[:, None] - step / 2
    ray, sample = np.nonzero(inside)
    s: Floats = along[sample]
    top = surface.top_at(eye.x + east[ray, 0] * s, eye.y + north[ray, 0] * s)
    slope = (top - drop(s, refraction) - level) / s
    aim = (goal - drop(distance, refraction) - level) / np.maximum(distance, 1e-9)
    blocked = slope > aim[ray]  # NaN, where nothing is known, blocks nothing
    clear = np.ones(distance.size, dtype=bool)
    clear[ray[blocked]] = False
    return clear
