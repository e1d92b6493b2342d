"""The plan of a floor in metres: as it was drawn, or a grid by area. Pure.

x grows to the right and y upwards, as in drawings; `path` turns them over for a screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

Point = tuple[float, float]
Outline = tuple[Point, ...]
#: A floor that is not drawn is so many times as wide as deep.
_WIDE = 1.6
#: Nothing is larger than this, in metres.
_MOST = 5_000.0


class OutlineError(ValueError):
    """What cannot be an outline."""


def outline_of(given: Any) -> Outline:
    """Corners as [x, y] in metres, at least three, not all on a line; empty for none.

    Raises OutlineError.
    """
    if not given:
        return ()
    try:
        points = tuple((float(x), float(y)) for x, y in given)
    except (TypeError, ValueError) as error:
        raise OutlineError("corners are pairs of numbers") from error
    if any(not isfinite(value) or abs(value) > _MOST for point in points for value in point):
        raise OutlineError("corners are within 5000 metres")
    if not 3 <= len(points) <= 200 or area_of(points) < 0.5:
        raise OutlineError("an outline has 3 to 200 corners and an area")
    return points


def area_of(outline: Outline) -> float:
    """The area within, in m2."""
    pairs = zip(outline, (*outline[1:], outline[0]), strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


@dataclass(frozen=True)
class Placed:
    """A unit on the plan; `middle` is where its name stands."""

    key: str
    outline: Outline
    middle: Point


@dataclass(frozen=True)
class Plan:
    """A floor of `width` x `depth` metres from (left, bottom); `drawn` says that every unit has an
    outline of its own, else all stand in a grid by their areas."""

    left: float
    bottom: float
    width: float
    depth: float
    floor: Outline
    units: tuple[Placed, ...]
    drawn: bool


def plan_of(floor: Outline, units: Sequence[tuple[str, float, Outline]]) -> Plan:
    """The plan of (key, area, outline) units; one without an outline puts all into a grid."""
    drawn = bool(units) and all(outline for _key, _area, outline in units)
    placed = (
        [Placed(key, outline, _middle(outline)) for key, _area, outline in units]
        if drawn
        else _grid(units, _box(floor) if floor else None)
    )
    shown = floor if drawn or not units else ()
    corners = [point for one in placed for point in one.outline] + list(shown or floor)
    if not corners:
        return Plan(0, 0, 1, 1, (), (), drawn=False)
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    return Plan(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys), shown, tuple(placed), drawn)


def _box(outline: Outline) -> tuple[float, float]:
    xs, ys = [x for x, _y in outline], [y for _x, y in outline]
    return max(xs) - min(xs), max(ys) - min(ys)


def _grid(
    units: Sequence[tuple[str, float, Outline]], box: tuple[float, float] | None
) -> list[Placed]:
    """Rows of rectangles whose areas are those of the units, in their order."""
    total = sum(area for _key, area, _outline in units)
    if not units or total <= 0:
        return []
    ratio = box[0] / box[1] if box and box[1] else _WIDE
    width = sqrt(total * ratio)
    rows = max(1, round(sqrt(len(units) / ratio)))
    found: list[Placed] = []
    top, left_over = total / width, list(units)
    for row in range(rows):
        many = -(-len(left_over) // (rows - row))
        taken, left_over = left_over[:many], left_over[many:]
        deep = sum(area for _key, area, _outline in taken) / width
        x = 0.0
        for key, area, _outline in taken:
            wide = area / deep if deep else 0.0
            outline = ((x, top - deep), (x + wide, top - deep), (x + wide, top), (x, top))
            found.append(Placed(key, outline, (x + wide / 2, top - deep / 2)))
            x += wide
        top -= deep
    return found


def _middle(outline: Outline) -> Point:
    xs, ys = [x for x, _y in outline], [y for _x, y in outline]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def path(outline: Outline, plan: Plan) -> str:
    """The corners as the `points` of a polygon on a screen, in metres from the plan's top left."""
    top = plan.bottom + plan.depth
    return " ".join(f"{x - plan.left:.2f},{top - y:.2f}" for x, y in outline)
