"""What a filter means for one object: plain and slow, the meaning that every translation keeps.

Two-valued: an order with null is false, but null equals null; a function of null is
null; null is not true, so `not` of it is true. Numbers are doubles. Times are told in UTC.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from district.kernel.sensing import times
from district.kernel.sensing.filtering.tree import Binary, Call, Literal, Node, Path, Unary


def evaluate(node: Node, value_of: Callable[[Path], Any], now: datetime) -> Any:
    """The value of a checked tree; `value_of` gives the value of a path, None where it is null."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Path):
        return value_of(node)
    if isinstance(node, Unary):
        inner = evaluate(node.operand, value_of, now)
        if node.operator == "not":
            return inner is not True
        return None if inner is None else -inner
    if isinstance(node, Call):
        if node.name in _MOMENTS:
            return now if node.name == "now" else _MOMENTS[node.name]
        arguments = [evaluate(each, value_of, now) for each in node.arguments]
        return None if None in arguments else _FUNCTIONS[node.name](*arguments)
    return _binary(node, value_of, now)


def _binary(node: Binary, value_of: Callable[[Path], Any], now: datetime) -> Any:
    left = evaluate(node.left, value_of, now)
    if node.operator == "and":
        return left is True and evaluate(node.right, value_of, now) is True
    if node.operator == "or":
        return left is True or evaluate(node.right, value_of, now) is True
    right = evaluate(node.right, value_of, now)
    if node.operator == "eq":
        return _equal(left, right)
    if node.operator == "ne":
        return not _equal(left, right)
    if left is None or right is None:
        return False if node.operator in _ORDERS else None
    if node.operator in _ORDERS:
        return _ORDERS[node.operator](left, right)
    return _finite(_ARITHMETIC[node.operator](float(left), float(right)))


def _equal(left: Any, right: Any) -> bool:
    """Values of one kind; in JSON true is not 1."""
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


def _divided(left: float, right: float) -> float | None:
    return left / right if right else None


def _rest(left: float, right: float) -> float | None:
    if not right:
        return None
    ratio = left / right
    return left - right * math.copysign(math.floor(abs(ratio)), ratio)


def _rounded(number: float) -> float:
    return math.copysign(math.floor(abs(number) + 0.5), number)


def _substring(text: str, start: float, length: float | None = None) -> str:
    begin = int(start)
    return text[begin:] if length is None else text[begin : begin + int(length)]


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
}
_ARITHMETIC: dict[str, Callable[[float, float], float | None]] = {
    "add": lambda left, right: left + right,
    "sub": lambda left, right: left - right,
    "mul": lambda left, right: left * right,
    "div": _divided,
    "mod": _rest,
}
_MOMENTS = {"now": None, "mindatetime": times.EARLIEST, "maxdatetime": times.LATEST}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "substringof": lambda part, text: part in text,
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
    "length": lambda text: float(len(text)),
    "indexof": lambda text, part: float(text.find(part)),
    "substring": _substring,
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": lambda text: text.strip(" "),
    "concat": lambda left, right: left + right,
    "year": lambda at: float(at.astimezone(UTC).year),
    "month": lambda at: float(at.astimezone(UTC).month),
    "day": lambda at: float(at.astimezone(UTC).day),
    "hour": lambda at: float(at.astimezone(UTC).hour),
    "minute": lambda at: float(at.astimezone(UTC).minute),
    "second": lambda at: float(at.astimezone(UTC).second),
    "date": lambda at: at.astimezone(UTC).date(),
    "time": lambda at: at.astimezone(UTC).time(),
    "round": _rounded,
    "floor": lambda number: float(math.floor(number)),
    "ceiling": lambda number: float(math.ceil(number)),
    "geo.distance": lambda left, right: float(left.distance(right)),
    "geo.intersects": lambda left, right: bool(left.intersects(right)),
    "st_intersects": lambda left, right: bool(left.intersects(right)),
    "st_disjoint": lambda left, right: not left.intersects(right),
    "st_within": lambda left, right: bool(left.within(right)),
}
