"""A filter as a condition for the database; it means what `filtering.evaluate` says.

What lies behind a way to other entities is asked of those that the reader sees, and no others, so
that no filter tells of hidden rows. Of several related entities one that fits suffices.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    F,
    FloatField,
    Func,
    JSONField,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import (
    Collate,
    NullIf,
    Substr,
)
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    LessThan,
    LessThanOrEqual,
)
from django.utils.translation import gettext as _

from district.kernel.sensing.api.entities import TYPES, UNIT_PATHS, EntityType
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.expressions import (
    FUNCTIONS,
    MOMENTS,
    TESTS,
    arithmetic,
    constant,
    number,
)
from district.kernel.sensing.api.ground import geo_q
from district.kernel.sensing.filtering import (
    Binary,
    Call,
    FilterError,
    Kind,
    Literal,
    Node,
    Path,
    Unary,
    check,
    paths_of,
)
from district.kernel.sensing.filtering.kinds import COMPARISONS
from district.kernel.sensing.rights import Sight

_ORDERS: dict[str, Any] = {
    "lt": LessThan,
    "le": LessThanOrEqual,
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
}
_IDS = ("id", "@iot.id")
_KEYS: tuple[tuple[str, ...], ...] = (("id",), ("@iot.id",))
_INT64 = 2**63
NONE = Q(pk__in=())
#: An empty condition would vanish from an `or`, and cannot stand in a CASE.
EVERY = ~NONE


def filter_q(node: Node, entity: EntityType, sight: Sight, now: datetime) -> Q:
    """The rows of a set that a filter selects. Problem where it asks for what is not there."""
    try:
        kind = check(node, partial(kind_of, entity))
        if kind != "boolean":
            raise FilterError(_("整个条件应为是否。"), 1)
        return _Translator(entity, sight, now).condition(node)
    except FilterError as error:
        raise Problem(error.status, f"$filter：{error}") from None


def kind_of(entity: EntityType, path: Path) -> Kind:
    """The kind of what a path leads to; FilterError where it leads nowhere."""
    here = entity
    for place, name in enumerate(path.names):
        nav = here.nav_of(name)
        if nav is None:
            return _own_kind(here, path, path.names[place:])
        if nav.target not in TYPES:
            raise FilterError(_("不支持按观测值筛选别的对象。"), path.at, 501)
        here = TYPES[nav.target]
    raise FilterError(_("“%(path)s”不是属性。") % {"path": str(path)[:80]}, path.at)


def _own_kind(entity: EntityType, path: Path, names: tuple[str, ...]) -> Kind:
    if names in _KEYS:
        return "number"
    if len(names) == 2 and names[0] == "unitOfMeasurement" and entity.name == "Datastream":
        if names[1] in UNIT_PATHS:
            return "text"
    elif len(names) == 2 and names[0] == "properties" and entity.property_of("properties"):
        reserved = entity.reserved.get(names[1])
        if reserved is None:
            return "json"
        return "number" if reserved[0] in ("lateness", "skew") else "text"
    elif len(names) == 1:
        found = entity.property_of(names[0])
        if found is not None:
            if found.kind is None or found.kind == "json":
                raise FilterError(_("不能按 %(name)s 筛选。") % {"name": names[0]}, path.at, 501)
            return found.kind
    raise FilterError(
        _("%(entity)s 没有属性“%(path)s”。") % {"entity": entity.name, "path": str(path)[:80]},
        path.at,
    )


def not_q(inner: Q) -> Q:
    """True exactly where `inner` is not, null included, as SQL's NOT would not have it."""
    return Q(
        Case(
            When(inner, then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        )
    )


def member_q(name: str, value: str | float | int | bool) -> Q:
    """`properties` have a member of that name with that value; true is not 1, nor is "1"."""
    if connection.vendor == "postgresql":
        return Q(Exact(KeyTransform(name, F("properties")), Value(value, JSONField())))
    # The filter's words have no quotation mark, so the path needs no care.
    where = F("properties"), Value(f'$."{name}"')
    kind = Func(*where, function="JSON_TYPE", output_field=TextField())
    if isinstance(value, bool):
        return Q(Exact(kind, Value("true" if value else "false")))
    is_text = isinstance(value, str)
    field = TextField() if is_text else FloatField()
    found = Func(*where, function="JSON_EXTRACT", output_field=field)
    return Q(In(kind, ["text"] if is_text else ["integer", "real"])) & Q(
        Exact(found, Value(value, field))
    )


class _Translator:
    """One entity's conditions."""

    def __init__(self, entity: EntityType, sight: Sight, now: datetime) -> None:
        self.entity, self.sight, self.now = entity, sight, now

    def condition(self, node: Node) -> Q:
        """A boolean tree as a condition."""
        if isinstance(node, Binary) and node.operator in ("and", "or"):
            left, right = self.condition(node.left), self.condition(node.right)
            return left & right if node.operator == "and" else left | right
        if isinstance(node, Unary) and node.operator == "not":
            return not_q(self.condition(node.operand))
        if isinstance(node, Literal):
            return EVERY if node.value is True else NONE
        return self.leaf(node)

    def leaf(self, node: Node) -> Q:
        """A comparison or a function: of this entity, or of those that a way leads to."""
        ways = {
            path.names[0] if self.entity.nav_of(path.names[0]) else "" for path in paths_of(node)
        }
        if len(ways) > 1:
            raise FilterError(_("一个比较中只能用同一个对象的属性。"), node.at, 501)
        way = next(iter(ways), "")
        if way:
            return self.behind(way, node)
        geo = geo_q(node, self.entity, self.sight)
        if geo is not None:
            return geo if isinstance(geo, Q) else not_q(geo[0])
        if isinstance(node, Binary):
            return self.comparison(node)
        if isinstance(node, Call):
            return Q(self.test(node))
        raise FilterError(_("这里应为条件。"), node.at)

    def behind(self, way: str, node: Node) -> Q:
        """A leaf about related entities."""
        nav = self.entity.nav_of(way)
        assert nav is not None  # noqa: S101  # leaf() has looked
        target = TYPES[nav.target]
        inner = _Translator(target, self.sight, self.now).leaf(stripped(node))
        rows = target.model._default_manager.filter(self.sight.of(target.model)).filter(inner)
        if nav.own:
            return Q(**{f"{nav.own}__in": rows.values("pk")})
        known = rows.filter(**{f"{nav.back}__isnull": False})
        return Q(pk__in=known.values(nav.back))

    def comparison(self, node: Binary) -> Q:
        """`eq` to `ge` of two values of one kind."""
        if isinstance(node.left, Literal) and not isinstance(node.right, Literal):
            node = Binary(_TURNED[node.operator], node.right, node.left, node.at)
        if node.operator == "ne":
            return not_q(self.comparison(Binary("eq", node.left, node.right, node.at)))
        kind = check(node.left, partial(kind_of, self.entity))
        if kind == "json":
            return self.member(node)
        if isinstance(node.right, Literal) and node.right.value is None:
            return self.is_null(node)
        quick = self.by_key(node)
        if quick is not None:
            return quick
        left, right = self.value(node.left), self.value(node.right)
        if kind == "boolean":
            return Q(Exact(left, right))
        if node.operator == "eq":
            return Q(Exact(left, right)) | self.both_null(node)
        if kind == "text":
            binary = "C" if connection.vendor == "postgresql" else "BINARY"
            left, right = Collate(left, binary), Collate(right, binary)
        return Q(_ORDERS[node.operator](left, right))

    def both_null(self, node: Binary) -> Q:
        """Null equals null, also where it comes from two fields."""
        if isinstance(node.left, Literal) or isinstance(node.right, Literal):
            return NONE
        null = Literal(None, node.at)
        sides = [
            self.is_null(Binary("eq", side, null, node.at)) for side in (node.left, node.right)
        ]
        return sides[0] & sides[1]

    def is_null(self, node: Binary) -> Q:
        """`eq null`; every order with null is false."""
        if node.operator != "eq":
            return NONE
        if isinstance(node.left, Literal):
            return EVERY if node.left.value is None else NONE
        if check(node.left, partial(kind_of, self.entity)) == "boolean":
            return NONE
        return Q(
            Func(
                self.value(node.left),
                template="%(expressions)s IS NULL",
                output_field=BooleanField(),
            )
        )

    def by_key(self, node: Binary) -> Q | None:
        """`id eq 7`, by the index."""
        left, right = node.left, node.right
        is_key = isinstance(left, Path) and left.names in _KEYS
        if not (is_key and node.operator == "eq" and isinstance(right, Literal)):
            return None
        key = right.value
        whole = key.is_integer() and abs(key) < _INT64
        return Q(pk=int(key)) if whole else NONE

    def member(self, node: Binary) -> Q:
        """`properties/name eq constant`."""
        assert isinstance(node.left, Path)  # noqa: S101  # nothing else is of that kind
        assert isinstance(node.right, Literal)  # noqa: S101  # check() has looked
        value = node.right.value
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            value = int(value)
        return member_q(node.left.names[1], value)

    def value(self, node: Node) -> Any:
        """A value as an expression."""
        if isinstance(node, Literal):
            return constant(node.value)
        if isinstance(node, Path):
            return self.column(node)
        if isinstance(node, Unary):
            if node.operator == "not":
                return Case(When(self.condition(node), then=Value(True)), default=Value(False))
            return Value(-1.0, FloatField()) * self.value(node.operand)
        if isinstance(node, Binary):
            if node.operator in COMPARISONS or node.operator in ("and", "or"):
                return Case(When(self.condition(node), then=Value(True)), default=Value(False))
            return arithmetic(node.operator, self.value(node.left), self.value(node.right))
        return self.call(node)

    def column(self, path: Path) -> Any:
        """A property of this entity as an expression."""
        names = path.names
        if names[0] in _IDS:
            return number(F("pk"))
        if names[0] == "unitOfMeasurement":
            return NullIf(F(UNIT_PATHS[names[1]]), Value(""))
        if names[0] == "properties":
            place = self.entity.reserved[names[1]][0]
            if place in ("lateness", "skew"):
                return number(F(place))
            # Empty codes are shown as if there were none.
            return NullIf(F(place), Value("")) if place in ("street", "community") else F(place)
        found = self.entity.property_of(names[0])
        assert found is not None  # noqa: S101  # kind_of() has looked
        if found.expression is None:
            raise FilterError(_("不能这样使用 %(name)s。") % {"name": names[0]}, path.at, 501)
        return found.expression()

    def call(self, node: Call) -> Any:
        """A function's value."""
        if node.name in MOMENTS:
            at = self.now if node.name == "now" else MOMENTS[node.name]
            return Value(at, DateTimeField())
        if node.name in TESTS:
            return Case(When(Q(self.test(node)), then=Value(True)), default=Value(False))
        if node.name == "substring":
            return self.part_of_text(node)
        if node.name not in FUNCTIONS:
            raise FilterError(_("不能这样使用 %(name)s。") % {"name": node.name}, node.at, 501)
        return FUNCTIONS[node.name](*(self.value(each) for each in node.arguments))

    def part_of_text(self, node: Call) -> Any:
        """`substring`: places are constants, for databases count differently before the first."""
        places = [each.value if isinstance(each, Literal) else None for each in node.arguments[1:]]
        whole = [isinstance(p, float) and p.is_integer() and 0 <= p < 10_000 for p in places]
        if not all(whole):
            raise FilterError(_("substring 的位置应为不小于0的整数。"), node.at, 501)
        start, *length = (int(place) for place in places if place is not None)
        return Substr(self.value(node.arguments[0]), start + 1, *length)

    def test(self, node: Call) -> Any:
        """A function of texts that holds or not. LIKE would not tell small from capital letters."""
        if node.name not in TESTS:
            raise FilterError(_("不能这样使用 %(name)s。") % {"name": node.name}, node.at, 501)
        values = [self.value(each) for each in node.arguments]
        text, part = reversed(values) if node.name == "substringof" else values
        return TESTS[node.name](text, part)


_TURNED = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def stripped(node: Node) -> Node:
    """The same tree as the entities behind the way see it."""
    if isinstance(node, Path):
        return Path(node.names[1:], node.at)
    if isinstance(node, Call):
        return Call(node.name, tuple(stripped(each) for each in node.arguments), node.at)
    if isinstance(node, Unary):
        return Unary(node.operator, stripped(node.operand), node.at)
    if isinstance(node, Binary):
        return Binary(node.operator, stripped(node.left), stripped(node.right), node.at)
    return node
