"""The text form and the JSON form of a condition, written; the JSON form, read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.utils.translation import gettext as _

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.errors import ConditionError
from district.kernel.conditions.rules.schema import Attribute, Schema
from district.kernel.conditions.rules.tree import (
    OPERATORS,
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    Operator,
    RelativeDate,
    Value,
)


def to_text(condition: Condition) -> str:
    """The canonical text form; `parse` of it gives the same condition."""
    if isinstance(condition, Compare):
        return _comparison(condition)
    if isinstance(condition, Not):
        return f"not {_wrapped(condition.clause)}"
    word, name = ("and", "all") if isinstance(condition, All) else ("or", "any")
    if len(condition.clauses) < 2:
        return f"{name}({''.join(to_text(clause) for clause in condition.clauses)})"
    return f" {word} ".join(_wrapped(clause) for clause in condition.clauses)


def _wrapped(condition: Condition) -> str:
    text = to_text(condition)
    grouped = isinstance(condition, All | AnyOf) and len(condition.clauses) > 1
    return f"({text})" if grouped else text


def _comparison(leaf: Compare) -> str:
    start = f"{leaf.attribute.key} {leaf.operator}"
    values = [value_text(value) for value in leaf.values]
    if leaf.operator == "in":
        return f"{start} ({', '.join(values)})"
    return " ".join([start, *([" and ".join(values)] if values else [])])


def value_text(value: Value) -> str:
    """One value as it stands in the text form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(rules.ZONE).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def to_json(condition: Condition) -> dict[str, Any]:
    """The JSON form: {"all": [...]}, {"any": [...]}, {"not": {...}} or a comparison.

    A comparison is {"attribute", "operator"} with "value", or "values" for `in` and `between`.
    Decimals, dates and times are texts, so that no reader rounds them.
    """
    if isinstance(condition, All):
        return {"all": [to_json(clause) for clause in condition.clauses]}
    if isinstance(condition, AnyOf):
        return {"any": [to_json(clause) for clause in condition.clauses]}
    if isinstance(condition, Not):
        return {"not": to_json(condition.clause)}
    data: dict[str, Any] = {
        "attribute": condition.attribute.key,
        "operator": condition.operator,
    }
    values = [_plain(value) for value in condition.values]
    if condition.operator in ("in", "between"):
        data["values"] = values
    elif values:
        data["value"] = values[0]
    return data


def _plain(value: Value) -> str | int | bool:
    if isinstance(value, str | bool | int):
        return value
    return value_text(value)


def from_json(data: object, schema: Schema) -> Condition:
    """The condition that a JSON form says, checked; raises ConditionError with the place."""
    condition = _read(data, schema, "", 1)
    rules.check_limits(condition)
    return condition


def _read(data: object, schema: Schema, place: str, level: int) -> Condition:
    if level > rules.MAX_DEPTH:
        raise ConditionError(
            _("条件的括号嵌套超过 %(limit)d 层") % {"limit": rules.MAX_DEPTH},
            _("拆成几个较浅的条件"),
            place=place,
        )
    if not isinstance(data, Mapping):
        raise ConditionError(_("不是一个条件"), _('写成 {"all": [...]} 或一个比较'), place=place)
    keys = set(data)
    if keys == {"all"} or keys == {"any"}:
        (name,) = keys
        inner = data[name]
        if not isinstance(inner, list):
            raise ConditionError(_("%(name)s 里应当是列表") % {"name": name}, place=place)
        kind = All if name == "all" else AnyOf
        return kind(
            tuple(
                _read(item, schema, _joined(place, f"{name}[{index}]"), level + 1)
                for index, item in enumerate(inner)
            )
        )
    if keys == {"not"}:
        return Not(_read(data["not"], schema, _joined(place, "not"), level + 1))
    return _read_comparison(data, schema, place)


def _joined(place: str, step: str) -> str:
    return f"{place}.{step}" if place else step


def _read_comparison(data: Mapping[str, Any], schema: Schema, place: str) -> Compare:
    unknown = set(data) - {"attribute", "operator", "value", "values"}
    if unknown or not isinstance(data.get("attribute"), str):
        raise ConditionError(
            _("一个比较只有 attribute、operator、value 或 values"),
            _("检查键名"),
            place=place,
        )
    try:
        attribute = rules.attribute_of(schema, data["attribute"])
        operator = data.get("operator")
        if operator not in OPERATORS:
            raise ConditionError(
                _("没有 %(operator)s 这种比较") % {"operator": rules.shown(operator)},
                _("可用的比较：%(operators)s")
                % {"operators": " ".join(rules.OPERATORS_OF[attribute.type])},
                field=attribute.key,
            )
        values = data.get("values", [data["value"]] if "value" in data else [])
        if not isinstance(values, list) or ("value" in data and "values" in data):
            raise ConditionError(_("values 应当是列表，且不与 value 同时出现"), field=attribute.key)
        return rules.compare(
            attribute, cast(Operator, operator), *(_from_plain(attribute, v) for v in values)
        )
    except ConditionError as error:
        raise error.at(place=place or data["attribute"]) from None


def _from_plain(attribute: Attribute, value: object) -> object:
    """A JSON value as a Python one; what cannot be read goes on as it is and is refused there."""
    if isinstance(value, float):
        return Decimal(str(value))
    if not isinstance(value, str):
        return value
    try:
        if attribute.type == "decimal":
            return Decimal(value)
        if attribute.type in ("date", "datetime"):
            return _moment(value)
    except (ValueError, InvalidOperation):
        return value
    return value


def _moment(text: str) -> date | datetime | RelativeDate:
    if text.startswith("today"):
        return RelativeDate.read(text)
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
