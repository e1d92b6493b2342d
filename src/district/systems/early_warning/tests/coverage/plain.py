"""Coverage computed slowly and plainly, one ray and one set of sites at a time: what the fast
computation is held against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from district.systems.early_warning.coverage.covering import Problem
from district.systems.early_warning.coverage.projection import Floats
from district.systems.early_warning.coverage.sight import EARTH_RADIUS, Eye, Surface
from district.systems.early_warning.coverage.woodland import Cells

#: Nearer than this to being blocked, rounding may decide either way.
TOUCHING = 1e-9


def between(values: Floats, row: float, column: float) -> float | None:
    """The value between four nodes; None outside or beside a gap."""
    rows, columns = values.shape
    if not (-1e-9 <= row <= rows - 1 + 1e-9 and -1e-9 <= column <= columns - 1 + 1e-9):
        return None
    r = min(max(math.floor(row), 0), rows - 2)
    c = min(max(math.floor(column), 0), columns - 2)
    down, right = row - r, column - c
    corners = [float(values[r + i, c + j]) for i in (0, 1) for j in (0, 1)]
    if any(math.isnan(one) for one in corners):
        return None
    upper = corners[0] * (1 - right) + corners[1] * right
    lower = corners[2] * (1 - right) + corners[3] * right
    found: float = upper * (1 - down) + lower * down
    return found


def height(surface: Surface, values: Floats, x: float, y: float) -> float | None:
    """A height of the surface at a place."""
    return between(values, (y - surface.south) / surface.step, (x - surface.west) / surface.step)


def fall(distance: float, refraction: float) -> float:
    """By how much the ground falls away."""
    return (1 - refraction) * distance * distance / (2 * EARTH_RADIUS)


def clearance(
    eye: Eye,
    x: float,
    y: float,
    surface: Surface | None,
    *,
    canopy: float,
    target: float,
    refraction: float,
) -> float | None:
    """By how much the steepest thing between lies below the line to the target, as a slope.

    None: out of reach or sector, or nothing is known of the target. Infinite: nothing between.
    """
    dx, dy = x - eye.x, y - eye.y
    distance = math.hypot(dx, dy)
    if distance > eye.reach:
        return None
    if eye.heading is not None and eye.sector is not None and eye.sector < 360 and distance:
        bearing = math.degrees(math.atan2(dx, dy)) % 360
        off = min((bearing - eye.heading) % 360, (eye.heading - bearing) % 360)
        if off > eye.sector / 2 + 1e-9:
            return None
    if surface is None:
        return math.inf
    ground = height(surface, surface.ground, x, y)
    if ground is None:
        return None
    foot = height(surface, surface.ground, eye.x, eye.y)
    if foot is None:
        return math.inf
    level = foot + eye.height
    if distance == 0:
        return math.inf
    aim = (ground + canopy + target - fall(distance, refraction) - level) / distance
    least = math.inf
    number = 1
    while number * surface.step < distance - surface.step / 2:
        s = number * surface.step
        top = height(surface, surface.top, eye.x + dx / distance * s, eye.y + dy / distance * s)
        if top is not None:
            least = min(least, aim - (top - fall(s, refraction) - level) / s)
        number += 1
    return least


def clearances(
    eye: Eye, cells: Cells, surface: Surface | None, **given: float
) -> list[float | None]:
    """`clearance` of every cell."""
    return [
        clearance(eye, float(x), float(y), surface, **given)
        for x, y in zip(cells.x, cells.y, strict=True)
    ]


def value(problem: Problem, chosen: Sequence[int]) -> float:
    """What chosen sites add, cell by cell."""
    total = 0.0
    for cell, weight in enumerate(problem.weight):
        before = int(problem.now[cell])
        after = before + sum(cell in set(problem.reach[site].tolist()) for site in chosen)
        for covers in range(before, after):
            total += float(weight) * (
                1.0 if covers == 0 else problem.second if covers == 1 else 0.0
            )
    return total


def best(problem: Problem) -> float:
    """The greatest value of any choice."""
    number = min(problem.sites, len(problem.reach))
    every = combinations(range(len(problem.reach)), number)
    return max(value(problem, chosen) for chosen in every)
