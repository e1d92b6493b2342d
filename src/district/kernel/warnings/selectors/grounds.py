"""The ground that somebody chose on a page: streets by code, a polygon or circle as CAP writes it,
and what of it is drawn on a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape

from district.kernel.base.errors import Invalid
from district.kernel.organisation.public import Level, root_code, root_unit, units
from district.kernel.places.public import areas
from district.kernel.warnings.cap import Circle, Point
from district.kernel.warnings.cap.texts import circle_of, polygon_of
from district.kernel.warnings.rules.ground import Ground, rings_of

_MOST_POINTS = 500
_LONGEST_RADIUS = 100
#: Borders are simplified to some ten metres: nobody is warned by the centimetre.
_TOLERANCE = 0.0001


def chosen_ground(codes: Sequence[str], polygon: str, circle: str) -> Ground:
    """The ground of these streets, this polygon and this circle; the whole district where none is
    given. Raises Invalid naming the field. At most four queries."""
    wanted = list(dict.fromkeys(codes))
    streets = list(units(level=Level.STREET).filter(pk__in=wanted))
    if len(streets) < len(wanted):
        raise Invalid("areas", _("有的区域不存在。"), _("请从列表中选择。"))
    drawn = [polygon_drawn(polygon)] if polygon.strip() else []
    circles = (circle_drawn(circle),) if circle.strip() else ()
    named = "、".join(unit.name for unit in streets)
    named_en = "; ".join(unit.name_en or unit.name for unit in streets)
    if drawn or circles:
        named = "、".join(part for part in (named, _("图上划定的区域")) if part)
        named_en = "; ".join(part for part in (named_en, "the area drawn") if part)
    root = root_unit()
    # What was drawn comes first, so that it can be told from the streets' own shapes.
    return Ground(
        named or root.name,
        named_en or root.name_en,
        tuple(drawn),
        circles,
        tuple(unit.pk for unit in streets),
    )


def polygon_drawn(text: str) -> tuple[Point, ...]:
    """A polygon that somebody wrote, closed where it was left open; Invalid where it is none."""
    remedy = _(
        "请按“纬度,经度 纬度,经度 …”填写至少三个点，例如 22.72,114.24 22.73,114.25 22.71,114.26。"
    )
    try:
        points = polygon_of(text)
    except ValueError as error:
        raise Invalid("polygon", _("多边形的写法不对。"), remedy) from error
    if points and points[0] != points[-1]:
        points = (*points, points[0])
    if not 4 <= len(points) <= _MOST_POINTS:
        raise Invalid("polygon", _("多边形的点数不对。"), remedy)
    ring = shapely.Polygon([(float(lon), float(lat)) for lat, lon in points])
    if not ring.is_valid or not ring.area:
        raise Invalid("polygon", _("多边形的边互相交叉，或没有面积。"), remedy)
    return points


def circle_drawn(text: str) -> Circle:
    """A circle that somebody wrote; Invalid where it is none."""
    remedy = _("请按“纬度,经度 半径公里”填写，例如 22.72,114.24 1.5。")
    try:
        found = circle_of(text)
    except ValueError as error:
        raise Invalid("circle", _("圆的写法不对。"), remedy) from error
    if not 0 < found.radius <= _LONGEST_RADIUS:
        raise Invalid(
            "circle", _("半径须大于0，不超过%(n)s公里。") % {"n": _LONGEST_RADIUS}, remedy
        )
    return found


def with_shapes(ground: Ground, root: str = "") -> Ground:
    """The ground with the shapes of its streets, and codes and shape of the whole district where
    it is narrowed down to nothing, for CAP and maps. At most two queries; one where `root`, the
    district's code, is known."""
    return grounds_with_shapes([ground], root)[0]


def grounds_with_shapes(grounds: Sequence[Ground], root: str = "") -> list[Ground]:
    """`with_shapes` of several. At most two queries for all."""
    root = root or root_code()
    codes = {code for ground in grounds for code in _codes(ground, root)}
    shapes = dict(areas().filter(pk__in=codes).values_list("code", "geometry")) if codes else {}
    rings = {code: _simplified(geometry) for code, geometry in shapes.items()}
    return [
        Ground(
            ground.description,
            ground.description_en,
            (*ground.polygons, *(r for c in _codes(ground, root) for r in rings.get(c, ()))),
            ground.circles,
            _codes(ground, root),
        )
        for ground in grounds
    ]


def _codes(ground: Ground, root: str) -> tuple[str, ...]:
    return (root,) if ground.is_everywhere else ground.codes


def _simplified(geometry: dict[str, Any]) -> list[tuple[Point, ...]]:
    return rings_of(mapping(shape(geometry).simplify(_TOLERANCE)))
