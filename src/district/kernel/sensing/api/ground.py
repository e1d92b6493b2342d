"""Conditions about shapes. The databases know none, so shapely decides over candidates by box."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from district.kernel.sensing.api.entities import EntityType
from district.kernel.sensing.filtering import Binary, Call, FilterError, Literal, Node, Path
from district.kernel.sensing.models import Location
from district.kernel.sensing.rights import Sight

MOST_CANDIDATES = 20_000
_TESTS: dict[str, Callable[[BaseGeometry, BaseGeometry], bool]] = {
    "st_within": lambda own, given: bool(own.within(given)),
    "st_intersects": lambda own, given: bool(own.intersects(given)),
    "geo.intersects": lambda own, given: bool(own.intersects(given)),
    "st_disjoint": lambda own, given: bool(own.intersects(given)),
}
_FURTHER = {"gt": "le", "ge": "lt"}
_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def geo_q(node: Node, entity: EntityType, sight: Sight) -> Q | tuple[Q] | None:
    """The condition of a leaf about shapes; in a tuple where its opposite is meant; None where the
    leaf is about something else. Distances are in degrees, as the coordinates are."""
    if isinstance(node, Call) and node.name in _TESTS:
        given = _given(node)
        if node.name == "st_within" and isinstance(node.arguments[0], Literal):
            raise FilterError(_("st_within 的第一个参数应为属性。"), node.at, 501)
        test = _TESTS[node.name]
        found = _keys(entity, sight, given, 0.0, lambda own: test(own, given), node.at)
        return (found,) if node.name == "st_disjoint" else found
    if isinstance(node, Binary):
        return _distance(node, entity, sight)
    return None


def _distance(node: Binary, entity: EntityType, sight: Sight) -> Q | tuple[Q] | None:
    left, right, operator = node.left, node.right, node.operator
    if isinstance(right, Call) and right.name == "geo.distance":
        left, right, operator = right, left, _TURNED.get(operator, operator)
    if not (isinstance(left, Call) and left.name == "geo.distance"):
        return None
    bound = right.value if isinstance(right, Literal) else None
    if operator not in _TURNED or not isinstance(bound, float):
        raise FilterError(_("geo.distance 只能用 lt、le、gt、ge 与数字比较。"), node.at, 501)
    given = _given(left)
    near = _FURTHER.get(operator, operator)

    def is_near(own: BaseGeometry) -> bool:
        distance = own.distance(given)
        return bool(distance < bound if near == "lt" else distance <= bound)

    # The box is a hair wider, so that rounding leaves nothing out.
    reach = math.nextafter(max(bound, 0.0), math.inf) + 1e-9
    found = _keys(entity, sight, given, reach, is_near, node.at)
    return (found,) if operator in _FURTHER else found


def _given(node: Call) -> BaseGeometry:
    paths = [each for each in node.arguments if isinstance(each, Path)]
    shapes = [each.value for each in node.arguments if isinstance(each, Literal)]
    if len(paths) != 1 or len(shapes) != 1 or shapes[0] is None:
        raise FilterError(_("图形函数应比较一个属性和一个 geography 常数。"), node.at, 501)
    given: BaseGeometry = shapes[0]
    return given


def _keys(
    entity: EntityType, sight: Sight, given: BaseGeometry, reach: float, test: Any, at: int
) -> Q:
    rows = entity.model._default_manager.filter(sight.of(entity.model))
    if entity.model is Location:
        west, south, east, north = given.bounds
        rows = rows.filter(
            west__lte=east + reach,
            east__gte=west - reach,
            south__lte=north + reach,
            north__gte=south - reach,
        )
    found = list(rows.order_by("pk").values_list("pk", "geometry")[: MOST_CANDIDATES + 1])
    if len(found) > MOST_CANDIDATES:
        raise FilterError(_("范围内的图形太多，请缩小范围。"), at)
    return Q(pk__in=[key for key, geometry in found if test(shape(geometry))])
