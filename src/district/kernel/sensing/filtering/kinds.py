"""What kind of value every part of a filter has; what cannot be compared is refused here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Literal as Words
from typing import NoReturn

from django.utils.translation import gettext as _

from district.kernel.sensing.filtering.tree import (
    Binary,
    Call,
    FilterError,
    Literal,
    Node,
    Path,
    Unary,
)

Kind = Words["text", "number", "boolean", "moment", "date", "time", "geo", "json", "null"]

#: Functions: kinds of their arguments (those behind None may be left out), kind of the result.
FUNCTIONS: dict[str, tuple[tuple[Kind | None, ...], Kind]] = {
    "substringof": (("text", "text"), "boolean"),
    "contains": (("text", "text"), "boolean"),
    "startswith": (("text", "text"), "boolean"),
    "endswith": (("text", "text"), "boolean"),
    "length": (("text",), "number"),
    "indexof": (("text", "text"), "number"),
    "substring": (("text", "number", None, "number"), "text"),
    "tolower": (("text",), "text"),
    "toupper": (("text",), "text"),
    "trim": (("text",), "text"),
    "concat": (("text", "text"), "text"),
    "year": (("moment",), "number"),
    "month": (("moment",), "number"),
    "day": (("moment",), "number"),
    "hour": (("moment",), "number"),
    "minute": (("moment",), "number"),
    "second": (("moment",), "number"),
    "date": (("moment",), "date"),
    "time": (("moment",), "time"),
    "now": ((), "moment"),
    "mindatetime": ((), "moment"),
    "maxdatetime": ((), "moment"),
    "round": (("number",), "number"),
    "floor": (("number",), "number"),
    "ceiling": (("number",), "number"),
    "geo.distance": (("geo", "geo"), "number"),
    "geo.intersects": (("geo", "geo"), "boolean"),
    "st_within": (("geo", "geo"), "boolean"),
    "st_intersects": (("geo", "geo"), "boolean"),
    "st_disjoint": (("geo", "geo"), "boolean"),
}
#: Functions of the standard that this service leaves out.
LEFT_OUT = frozenset(
    {
        *("fractionalseconds", "totaloffsetminutes", "geo.length"),
        *(f"st_{each}" for each in ("equals", "touches", "overlaps", "crosses")),
        *(f"st_{each}" for each in ("contains", "relate")),
        *("before", "after", "meets", "during", "overlaps", "starts", "finishes"),
    }
)
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")


def check(node: Node, kind_of: Callable[[Path], Kind]) -> Kind:
    """The kind of a tree's value; FilterError where kinds do not fit.

    `kind_of` gives the kind of a path, and raises FilterError for one that is not there.
    """
    if isinstance(node, Literal):
        return _of_value(node.value)
    if isinstance(node, Path):
        return kind_of(node)
    if isinstance(node, Unary):
        wanted: Kind = "boolean" if node.operator == "not" else "number"
        _need(check(node.operand, kind_of), wanted, node.operand)
        return wanted
    if isinstance(node, Call):
        return _call(node, kind_of)
    return _binary(node, kind_of)


def _of_value(value: object) -> Kind:
    if value is None:
        return "null"
    kinds: tuple[tuple[type, Kind], ...] = (
        (bool, "boolean"),
        (float, "number"),
        (str, "text"),
        (datetime, "moment"),
        (date, "date"),
        (time, "time"),
    )
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "geo")


def _need(found: Kind, wanted: Kind, node: Node) -> None:
    if found not in (wanted, "null"):
        _refuse(node, found, wanted)


def _refuse(node: Node, found: Kind, wanted: Kind) -> NoReturn:
    raise FilterError(
        _("这里应为%(wanted)s，却是%(found)s。") % {"wanted": _word(wanted), "found": _word(found)},
        node.at,
        501 if found == "json" else 400,
    )


def _word(kind: Kind) -> str:
    return {
        "text": _("文字"),
        "number": _("数字"),
        "boolean": _("是否"),
        "moment": _("时间"),
        "date": _("日期"),
        "time": _("钟点"),
        "geo": _("图形"),
        "json": _("任意值"),
        "null": "null",
    }[kind]


def _call(node: Call, kind_of: Callable[[Path], Kind]) -> Kind:
    known = FUNCTIONS.get(node.name)
    if known is None:
        left_out = node.name in LEFT_OUT
        message = _("不支持函数 %(name)s。") if left_out else _("没有函数 %(name)s。")
        raise FilterError(message % {"name": node.name[:40]}, node.at, 501 if left_out else 400)
    kinds, result = known
    wanted = [kind for kind in kinds if kind is not None]
    least = kinds.index(None) if None in kinds else len(wanted)
    if not least <= len(node.arguments) <= len(wanted):
        raise FilterError(
            _("函数 %(name)s 应有%(count)s个参数。") % {"name": node.name, "count": least}, node.at
        )
    for argument, kind in zip(node.arguments, wanted, strict=False):
        _need(check(argument, kind_of), kind, argument)
    return result


def _binary(node: Binary, kind_of: Callable[[Path], Kind]) -> Kind:
    left, right = check(node.left, kind_of), check(node.right, kind_of)
    if node.operator not in COMPARISONS:
        wanted: Kind = "boolean" if node.operator in ("or", "and") else "number"
        _need(left, wanted, node.left)
        _need(right, wanted, node.right)
        return wanted
    ordered = node.operator not in ("eq", "ne")
    if "json" in (left, right):
        _check_json(node, left, right, ordered)
    elif "geo" in (left, right) or (ordered and "boolean" in (left, right)):
        raise FilterError(_("这两个值不能这样比较。"), node.at)
    elif "null" not in (left, right) and left != right:
        _refuse(node.right, right, left)
    return "boolean"


def _check_json(node: Binary, left: Kind, right: Kind, ordered: bool) -> None:
    """A member of `properties` may be anything, so it is only asked for equality to a constant."""
    constant = node.right if left == "json" else node.left
    plain = isinstance(constant, Literal) and isinstance(constant.value, str | float | bool)
    if ordered or not plain:
        raise FilterError(_("properties 中的值只能用 eq 或 ne 与常数比较。"), node.at, 501)
