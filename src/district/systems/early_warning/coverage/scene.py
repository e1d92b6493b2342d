"""What coverage is computed on: woodland as cells, terrain as a surface, roads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from district.systems.early_warning.coverage.candidates import read_roads
from district.systems.early_warning.coverage.figures import Assumptions
from district.systems.early_warning.coverage.grids import Grid, packed, read_grid
from district.systems.early_warning.coverage.sight import Surface, surface_of
from district.systems.early_warning.coverage.woodland import (
    Cells,
    Woods,
    cells_of,
    frame_of,
    read_woods,
    woods_of_grid,
)

#: Endings of files that hold a grid; others hold shapes.
GRIDS = ("asc", "txt", "npz", "csv")
#: Beyond what sensors reach nothing blocks a sight; further terrain is not looked at, metres.
_LEAST_MARGIN = 1000.0


@dataclass(frozen=True)
class Scene:
    """Cells, surface (None without terrain) and roads (empty where none are known)."""

    cells: Cells
    surface: Surface | None
    roads: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def unknown(self) -> int:
        """How many cells have no height in the terrain; 0 without terrain."""
        if self.surface is None:
            return 0
        return int(np.isnan(self.surface.ground_at(self.cells.x, self.cells.y)).sum())

    def blind(self, places: Sequence[tuple[float, float]]) -> int:
        """How many of these places (degrees) have no height in the terrain; 0 without terrain."""
        if self.surface is None or not places:
            return 0
        lon, lat = np.array(places).T
        return int(np.isnan(self.surface.ground_at(*self.cells.frame.metres(lon, lat))).sum())


@dataclass(frozen=True)
class Stored:
    """A data set as it is kept: `grid` or shapes, its content, the system of its coordinates."""

    grid: bool
    content: bytes = field(repr=False)
    crs: str


def is_grid(name: str) -> bool:
    """Whether a file of that name holds a grid."""
    return name.lower().rsplit(".", 1)[-1] in GRIDS


def normal(kind: str, content: bytes, name: str, crs: str) -> tuple[Stored, str]:
    """A file as it is kept, checked, with its extent in words; Invalid that says what is wrong.

    `kind` is terrain, woodland or roads. Grids become .npz; shapes stay as they were sent.
    """
    if kind != "roads" and is_grid(name):
        grid = read_grid(content, name, crs)
        if kind == "woodland":
            woods_of_grid(grid)
        rows, columns = grid.values.shape
        size = f"{rows}×{columns}"
        return Stored(True, packed(grid), crs), f"{size}；{_around(grid.bounds)}"
    if kind == "terrain":
        read_grid(content, name, crs)  # which says that shapes are no terrain
    if kind == "roads":
        lines = read_roads(content)
        bounds = (
            min(line.bounds[0] for line in lines),
            min(line.bounds[1] for line in lines),
            max(line.bounds[2] for line in lines),
            max(line.bounds[3] for line in lines),
        )
        return Stored(False, content, crs), f"{len(lines)}；{_around(bounds)}"
    woods = read_woods(content)
    return Stored(False, content, crs), f"{len(woods.shapes)}；{_around(woods.bounds)}"


def _around(bounds: tuple[float, float, float, float]) -> str:
    west, south, east, north = bounds
    return f"{west:.4f}–{east:.4f}, {south:.4f}–{north:.4f}"


def woods_of(stored: Stored) -> Woods:
    """Woodland as it is kept."""
    return woods_of_grid(grid_of(stored)) if stored.grid else read_woods(stored.content)


def grid_of(stored: Stored) -> Grid:
    """A grid as it is kept."""
    return read_grid(stored.content, "kept.npz", stored.crs)


def scene_of(
    woodland: Stored,
    terrain: Stored | None,
    roads: Stored | None,
    given: Assumptions,
    reaches: Sequence[float],
) -> Scene:
    """The scene; `reaches` are how far the sensors see that are to be placed in it, metres.

    Raises Invalid where the woodland has no cell or too many.
    """
    woods = woods_of(woodland)
    frame = frame_of(woods)
    cells = cells_of(woods, given.cell_m, frame)
    surface = None
    if terrain is not None:
        margin = max([*reaches, _LEAST_MARGIN])
        surface = surface_of(grid_of(terrain), woods, frame, canopy=given.canopy_m, margin=margin)
    return Scene(cells, surface, read_roads(roads.content) if roads else ())
