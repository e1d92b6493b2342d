"""A condition as people say it, for filter chips and explanations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.schema import Attribute
from district.kernel.conditions.rules.tree import (
    All,
    Compare,
    Condition,
    Not,
    RelativeDate,
    Value,
)
from district.kernel.conditions.rules.writing import value_text

Names = Mapping[tuple[str, str], str]


def describe(condition: Condition, names: Names | None = None) -> str:
    """The condition in the words of the page's language.

    `names` gives, by (attribute key, value), what people call a code ("宝龙街道").
    """
    names = names or {}
    if isinstance(condition, Compare):
        return _comparison(condition, names)
    if isinstance(condition, Not):
        inner = condition.clause
        if isinstance(inner, Compare) and inner.operator == "known":
            return _("%(label)s未填") % {"label": inner.attribute.label}
        return _("不满足（%(inner)s）") % {"inner": describe(inner, names)}
    if not condition.clauses:
        return _("全部") if isinstance(condition, All) else _("无")
    parts = [
        _("（%(inner)s）") % {"inner": describe(part, names)}
        if _grouped(part)
        else describe(part, names)
        for part in condition.clauses
    ]
    return (_(" 且 ") if isinstance(condition, All) else _(" 或 ")).join(parts)


def _grouped(condition: Condition) -> bool:
    return not isinstance(condition, Compare | Not) and len(condition.clauses) > 1


def _comparison(leaf: Compare, names: Names) -> str:
    values = [_value(leaf.attribute, value, names) for value in leaf.values]
    words = {"label": str(leaf.attribute.label), "values": _("、").join(values)}
    if leaf.operator == "between":
        words |= {"low": values[0], "high": values[1]}
    sentences = {
        "=": _("%(label)s：%(values)s"),
        "!=": _("%(label)s不是%(values)s"),
        "<": _("%(label)s小于%(values)s"),
        "<=": _("%(label)s不超过%(values)s"),
        ">": _("%(label)s大于%(values)s"),
        ">=": _("%(label)s不低于%(values)s"),
        "in": _("%(label)s：%(values)s之一"),
        "between": _("%(label)s从%(low)s到%(high)s"),
        "contains": _("%(label)s含“%(values)s”"),
        "starts_with": _("%(label)s以“%(values)s”开头"),
        "under": _("%(label)s：%(values)s（含下级）"),
        "has": _("%(label)s含%(values)s"),
        "known": _("%(label)s已填"),
    }
    if leaf.attribute.type in ("date", "datetime"):
        sentences |= {
            "<": _("%(label)s早于%(values)s"),
            "<=": _("%(label)s不晚于%(values)s"),
            ">": _("%(label)s晚于%(values)s"),
            ">=": _("%(label)s不早于%(values)s"),
        }
    return sentences[leaf.operator] % words


def _value(attribute: Attribute, value: Value, names: Names) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str):
        labels = {stored: str(label) for stored, label in attribute.choices or ()}
        return names.get((attribute.key, value)) or labels.get(value) or value
    if isinstance(value, RelativeDate):
        return _relative(value)
    if isinstance(value, datetime):
        return value.astimezone(rules.ZONE).strftime("%Y-%m-%d %H:%M")
    return value_text(value) + (attribute.unit if attribute.type in ("integer", "decimal") else "")


def _relative(value: RelativeDate) -> str:
    if value.months:
        years, rest = divmod(abs(value.months), 12)
        if rest:
            words = {"months": abs(value.months)}
            return (_("%(months)d 个月前") if value.months < 0 else _("%(months)d 个月后")) % words
        return (_("%(years)d 年前") if value.months < 0 else _("%(years)d 年后")) % {"years": years}
    if value.days == 0:
        return _("今天")
    if value.days < 0:
        return _("%(days)d 天前") % {"days": -value.days}
    return _("%(days)d 天后") % {"days": value.days}
