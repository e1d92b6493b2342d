"""What a rule watches: a condition over datastreams, and its form of plain choices. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.conditions.public import (
    All,
    AnyOf,
    Attribute,
    Compare,
    Condition,
    ConditionError,
    Not,
    Operator,
    Schema,
    Value,
    leaves,
    parse,
    to_text,
)
from district.kernel.places.public import EARTH_METRES
from district.kernel.sensing.public import ObservationType

MOST_METRES = 50_000
_NEAR = re.compile(r"(-?\d{1,3}(?:\.\d{1,10})?)[ ,]+(-?\d{1,2}(?:\.\d{1,10})?)[ ,]+(\d{1,5}) ?m?")
_THING = "thing__"
_PLACE = "thing__location__"

#: What `streams` of a rule may speak about. `near` is compared with "lon lat metres" alone.
WATCHED = Schema(
    "alarms.watched",
    (
        Attribute("property", gettext_lazy("观测属性"), "text", path="observed_property__name"),
        Attribute("code", gettext_lazy("数据流编号"), "text"),
        Attribute("name", gettext_lazy("数据流"), "text"),
        Attribute("thing", gettext_lazy("设备编号"), "text", path=f"{_THING}code"),
        Attribute("thing_name", gettext_lazy("设备名称"), "text", path=f"{_THING}name"),
        Attribute(
            "unit",
            gettext_lazy("归属单位"),
            "code",
            path="lead_unit__path",
            hierarchy="path",
            code_path="lead_unit_id",
        ),
        Attribute("street", gettext_lazy("街道"), "code", path=f"{_PLACE}street"),
        Attribute("community", gettext_lazy("社区"), "code", path=f"{_PLACE}community"),
        Attribute("source", gettext_lazy("数据来源"), "text", path="source__code"),
        Attribute(
            "type",
            gettext_lazy("结果类型"),
            "choice",
            path="observation_type",
            choices=tuple(ObservationType.choices),
        ),
        Attribute("lon", gettext_lazy("经度"), "decimal", path=f"{_PLACE}lon"),
        Attribute("lat", gettext_lazy("纬度"), "decimal", path=f"{_PLACE}lat"),
        Attribute("near", gettext_lazy("附近"), "text", path=f"{_PLACE}name"),
    ),
)
#: What `near` becomes once the places near the point are known.
LOCATION = Attribute("location", gettext_lazy("地点"), "integer", path="thing__location_id")


@dataclass(frozen=True)
class Near:
    """A point in WGS-84 degrees and a distance from it."""

    lon: float
    lat: float
    metres: int

    @property
    def text(self) -> str:
        """As it stands in a condition."""
        return f"{_degrees(self.lon)} {_degrees(self.lat)} {self.metres}"


def _degrees(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def read_near(text: str) -> Near:
    """The point and distance that `near` is compared with; ValueError where it is none."""
    match = _NEAR.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    found = Near(float(match[1]), float(match[2]), int(match[3]))
    if abs(found.lon) > 180 or abs(found.lat) > 90 or not 1 <= found.metres <= MOST_METRES:
        raise ValueError(text)
    return found


def parse_streams(text: str) -> Condition:
    """The condition that `streams` says; ConditionError names what is wrong and where."""
    condition = parse(text, WATCHED)
    for leaf in leaves(condition):
        if leaf.attribute.key == "near":
            _check_near(leaf)
    return condition


def _check_near(leaf: Compare) -> None:
    try:
        if leaf.operator != "=":
            raise ValueError(leaf.operator)
        read_near(str(leaf.value))
    except ValueError as error:
        raise ConditionError(
            _("附近的写法不对。"),
            _('写成 near = "114.25 22.72 500"：经度、纬度、%(least)d至%(most)d米的距离。')
            % {"least": 1, "most": MOST_METRES},
            field="near",
        ) from error


def with_places(condition: Condition, places: Mapping[Near, Iterable[int]]) -> Condition:
    """The condition with every `near` said by the keys of the locations there."""
    if isinstance(condition, Compare):
        if condition.attribute.key != "near":
            return condition
        keys = tuple(sorted(places[read_near(str(condition.value))]))
        return Compare(LOCATION, "in", keys)
    if isinstance(condition, Not):
        return Not(with_places(condition.clause, places))
    parts = tuple(with_places(clause, places) for clause in condition.clauses)
    return All(parts) if isinstance(condition, All) else AnyOf(parts)


def nears_of(condition: Condition) -> list[Near]:
    """The points that the condition speaks of, each once."""
    found = [read_near(str(one.value)) for one in leaves(condition) if one.attribute.key == "near"]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Choices:
    """A condition as a form of plain choices says it: each that is not empty must hold."""

    properties: tuple[str, ...] = ()
    unit: str = ""
    streets: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    source: str = ""
    near: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


_MANY = {
    "property": "properties",
    "street": "streets",
    "community": "communities",
    "thing": "things",
}


def to_condition(choices: Choices) -> Condition:
    """The condition that the choices make; ConditionError where `near` is none."""
    parts = [
        _one_of(key, values) for key, name in _MANY.items() if (values := getattr(choices, name))
    ]
    if choices.unit:
        parts.append(_compare("unit", "under", choices.unit))
    if choices.source:
        parts.append(_compare("source", "=", choices.source))
    if choices.near:
        leaf = _compare("near", "=", choices.near)
        _check_near(leaf)
        parts.append(_compare("near", "=", read_near(choices.near).text))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def to_choices(condition: Condition) -> Choices | None:
    """The choices that make exactly this condition; None where none do."""
    clauses = condition.clauses if isinstance(condition, All) else (condition,)
    found: dict[str, Any] = {}
    for clause in clauses:
        if not isinstance(clause, Compare):
            return None
        key, values = clause.attribute.key, tuple(str(value) for value in clause.values)
        if key in _MANY and clause.operator in ("=", "in"):
            name, said = _MANY[key], values
        elif (key, clause.operator) in (("unit", "under"), ("source", "="), ("near", "=")):
            name, said = key, values[0]  # type: ignore[assignment]  # one text here
        else:
            return None
        if name in found:
            return None
        found[name] = said
    choices = Choices(**found)
    try:
        same = to_text(to_condition(choices)) == to_text(condition)
    except ConditionError:
        return None
    return choices if same else None


def _one_of(key: str, values: tuple[str, ...]) -> Compare:
    return _compare(key, "=" if len(values) == 1 else "in", *values)


def _compare(key: str, operator: Operator, *values: Value) -> Compare:
    return Compare(WATCHED.by_key[key], operator, values)


def decimal_box(near: Near) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """West, south, east, north of a box around everything that near, in degrees."""
    up = math.degrees(near.metres / EARTH_METRES) * 1.001 + 1e-6
    shrink = max(0.01, math.cos(math.radians(min(89.0, abs(near.lat) + up))))
    side = up / shrink
    edges = (near.lon - side, near.lat - up, near.lon + side, near.lat + up)
    west, south, east, north = (Decimal(f"{edge:.6f}") for edge in edges)
    return west, south, east, north
