"""Which operators and values an attribute takes; values are brought to one form per type."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from district.kernel.conditions.rules.errors import ConditionError
from district.kernel.conditions.rules.schema import TEXTUAL, Attribute, Schema, Type
from district.kernel.conditions.rules.tree import (
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    Operator,
    RelativeDate,
    Value,
    depth,
    leaves,
)

# Where a date begins and ends; China has one time zone.
ZONE: tzinfo = ZoneInfo("Asia/Shanghai")

MAX_TEXT = 50_000
MAX_DEPTH = 40
MAX_COMPARISONS = 200
MAX_VALUES = 500  # in one comparison
MAX_ALTERNATIVES = 700  # a database takes expressions 1000 deep, and `in` may become so many `or`
MAX_LITERAL = 500  # characters of one text
MAX_DAYS = 36_525
MAX_MONTHS = 1_200
_LARGEST = 2**63 - 1

_EQUAL: tuple[Operator, ...] = ("=", "!=", "in")
_ORDER: tuple[Operator, ...] = ("<", "<=", ">", ">=", "between")
OPERATORS_OF: dict[Type, tuple[Operator, ...]] = {
    "text": (*_EQUAL, "contains", "starts_with", "known"),
    "integer": (*_EQUAL, *_ORDER, "known"),
    "decimal": (*_EQUAL, *_ORDER, "known"),
    "boolean": ("=", "!=", "known"),
    "date": (*_EQUAL, *_ORDER, "known"),
    "datetime": (*_EQUAL, *_ORDER, "known"),
    "choice": (*_EQUAL, "known"),
    "code": (*_EQUAL, "under", "known"),
    "set": ("has", "known"),
}


def compare(attribute: Attribute, operator: Operator, *values: object) -> Compare:
    """A comparison with checked and normalised values; raises ConditionError."""
    return Compare(attribute, operator, checked_values(attribute, operator, values))


def checked_values(
    attribute: Attribute, operator: Operator, values: tuple[object, ...]
) -> tuple[Value, ...]:
    """The values in the form of the attribute's type; raises ConditionError."""
    allowed = OPERATORS_OF[attribute.type]
    if operator not in allowed:
        raise ConditionError(
            _("「%(label)s」不能用 %(operator)s 比较")
            % {"label": attribute.label, "operator": operator},
            _("可用的比较：%(operators)s") % {"operators": " ".join(allowed)},
            field=attribute.key,
        )
    _check_count(attribute, operator, len(values))
    done = tuple(value_of(attribute, value) for value in values)
    if operator == "between" and _crossed(done):
        raise ConditionError(
            _("「%(label)s」的起点大于终点") % {"label": attribute.label},
            _("把较小的值写在前面"),
            field=attribute.key,
        )
    return done


def _check_count(attribute: Attribute, operator: Operator, count: int) -> None:
    wanted = {"known": (0, 0), "between": (2, 2), "in": (1, MAX_VALUES)}.get(operator, (1, 1))
    if wanted[0] <= count <= wanted[1]:
        return
    few, many = wanted
    need = str(few) if few == many else f"{few}–{many}"
    raise ConditionError(
        _("「%(label)s」的 %(operator)s 带了 %(count)d 个值")
        % {"label": attribute.label, "operator": operator, "count": count},
        _("需要 %(need)s 个") % {"need": need},
        field=attribute.key,
    )


def _crossed(values: tuple[Value, ...]) -> bool:
    low, high = values
    if isinstance(low, RelativeDate) and isinstance(high, RelativeDate):
        # Of a month and of days none is always the longer.
        return low.months >= high.months and low.days >= high.days and low != high
    if type(low) is not type(high):
        return False
    return bool(low > high)  # type: ignore[operator]  # both are of one ordered type here


def value_of(attribute: Attribute, value: object) -> Value:
    """One value in the form of the attribute's type; raises ConditionError."""
    return _READERS[attribute.type](attribute, value)


def _wrong(attribute: Attribute, value: object, remedy: str) -> ConditionError:
    return ConditionError(
        _("「%(label)s」不能与 %(value)s 比较") % {"label": attribute.label, "value": shown(value)},
        remedy,
        field=attribute.key,
    )


def shown(value: object) -> str:
    """A value as it stands in an error message."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _text(attribute: Attribute, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(attribute, value, _('写成带引号的文字，例如 "440307"'))
    if not value:
        raise _wrong(
            attribute, value, _("要找没有填写的，写 not %(key)s known") % {"key": attribute.key}
        )
    if len(value) > MAX_LITERAL:
        raise _wrong(attribute, value, _("文字不超过 %(limit)d 个字") % {"limit": MAX_LITERAL})
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise _wrong(attribute, value, _("去掉换行、制表等看不见的字符"))
    return value


def _choice(attribute: Attribute, value: object) -> str:
    text = _text(attribute, value)
    if text not in attribute.choice_values:
        known = "、".join(f'"{stored}"（{label}）' for stored, label in attribute.choices or ())
        raise _wrong(attribute, value, _("可用的值：%(values)s") % {"values": known})
    return text


def _code(attribute: Attribute, value: object) -> str:
    text = _text(attribute, value)
    if attribute.hierarchy == "path" and "/" in text:
        raise _wrong(attribute, value, _("只写编码本身，不写路径"))
    return text


def _integer(attribute: Attribute, value: object) -> int:
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value) if abs(value) <= _LARGEST else value
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(attribute, value, _("写成整数，例如 12"))
    if abs(value) > _LARGEST:
        raise _wrong(attribute, value, _("数字过大"))
    return value


def _decimal(attribute: Attribute, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong(attribute, value, _("写成数字，例如 12.5"))
    number = Decimal(value)
    if not number.is_finite() or abs(number) > Decimal(_LARGEST).scaleb(-attribute.places):
        raise _wrong(attribute, value, _("数字过大"))
    # Not Decimal.normalize(): that rounds to the context's precision and writes 1E+2.
    plain = f"{number:f}"
    number = Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain) + 0
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > attribute.places:
        raise _wrong(attribute, value, _("小数不超过 %(places)d 位") % {"places": attribute.places})
    return number


def _boolean(attribute: Attribute, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(attribute, value, _("写 true 或 false"))
    return value


def _date(attribute: Attribute, value: object) -> date | RelativeDate:
    if isinstance(value, RelativeDate):
        if abs(value.days) > MAX_DAYS:
            raise _wrong(attribute, value, _("天数不超过 %(limit)d") % {"limit": MAX_DAYS})
        if abs(value.months) > MAX_MONTHS:
            raise _wrong(attribute, value, _("年数不超过 %(limit)d") % {"limit": MAX_MONTHS // 12})
        return value
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _wrong(attribute, value, _("写成日期，例如 2025-09-30、today、today-7d"))
    return _in_range(attribute, value)


def _datetime(attribute: Attribute, value: object) -> datetime | date | RelativeDate:
    if not isinstance(value, datetime):
        return _date(attribute, value)
    _in_range(attribute, value)
    aware = value if value.tzinfo is not None else value.replace(tzinfo=ZONE)
    return aware.astimezone(UTC)


def _in_range(attribute: Attribute, value: date) -> date:
    # Far from the ends of the calendar, so that adding a day or an offset never overflows.
    if not 1000 <= value.year <= 9000:
        raise _wrong(attribute, value, _("年份在 1000 至 9000 之间"))
    return value


_READERS: dict[Type, Callable[[Attribute, object], Value]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "code": _code,
    "set": _text,
}


def check(condition: Condition, schema: Schema | None = None) -> Condition:
    """The same condition with normalised values, within the limits and of the schema.

    For trees built in code; `parse` and `from_json` have done it. Raises ConditionError when an
    attribute is not the schema's, a value is of a wrong type, or a limit is passed.
    """
    check_limits(condition)
    return _checked(condition, schema)


def check_limits(condition: Condition) -> None:
    """Raise ConditionError when the condition is nested too deep or says too much."""
    if depth(condition) > MAX_DEPTH:
        raise ConditionError(
            _("条件的括号嵌套超过 %(limit)d 层") % {"limit": MAX_DEPTH}, _("拆成几个较浅的条件")
        )
    if sum(1 for _leaf in leaves(condition)) > MAX_COMPARISONS:
        raise ConditionError(
            _("条件里的比较超过 %(limit)d 个") % {"limit": MAX_COMPARISONS},
            _("用 in 把同一项的多个值写在一起"),
        )
    if sum(_alternatives(leaf) for leaf in leaves(condition)) > MAX_ALTERNATIVES:
        raise ConditionError(
            _("条件里逐个列出的值超过 %(limit)d 个") % {"limit": MAX_ALTERNATIVES},
            _("改用范围，例如 between"),
        )


def _alternatives(leaf: Compare) -> int:
    """How many comparisons the database sees: a moment or a chain is compared one by one."""
    one_by_one = leaf.attribute.type == "datetime" or leaf.attribute.hierarchy == "path"
    return max(1, len(leaf.values)) if one_by_one else 1


def _checked(condition: Condition, schema: Schema | None) -> Condition:
    if isinstance(condition, Compare):
        attribute = condition.attribute
        if schema is not None:
            attribute = attribute_of(schema, attribute.key)
        return compare(attribute, condition.operator, *condition.values)
    if isinstance(condition, Not):
        return Not(_checked(condition.clause, schema))
    kind = All if isinstance(condition, All) else AnyOf
    return kind(tuple(_checked(clause, schema) for clause in condition.clauses))


def attribute_of(schema: Schema, key: str) -> Attribute:
    """The schema's attribute of that key; raises ConditionError that offers near ones."""
    attribute = schema.get(key)
    if attribute is None:
        raise ConditionError(
            _("没有名为 %(key)s 的项目") % {"key": shown(key).strip('"')},
            _("可用的项目：%(known)s") % {"known": _known(schema, key)},
            field=key,
        )
    return attribute


def _known(schema: Schema, key: str) -> str:
    from difflib import get_close_matches

    keys = list(schema.by_key)
    near = get_close_matches(key, keys, n=3, cutoff=0.5) or keys[:12]
    more = " …" if len(keys) > len(near) else ""
    return "、".join(f"{k}（{schema.by_key[k].label}）" for k in near) + more


def is_textual(attribute: Attribute) -> bool:
    """Whether an empty text in this attribute means that nothing is known."""
    return attribute.type in TEXTUAL
