"""What a planner types into a statement becomes values, or an error that names the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.plan.models import Statement
from district.kernel.plan.models.reports import StatementKind
from district.kernel.plan.models.statements import CORRECTABLE, Basis, Comparator

_DEADLINE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?")
_CHOICES: dict[str, tuple[str, ...]] = {
    "comparator": tuple(Comparator.values),
    "kind": tuple(StatementKind.values),
    "basis": ("", *Basis.values),
}
LARGEST = Decimal(9_000_000_000_000)


def cleaned(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes as column values; Invalid(field) for what is no such field or no such value."""
    values: dict[str, Any] = {}
    for field, given in changes.items():
        if field not in CORRECTABLE:
            raise Invalid(field, _("这一项不能更正。"))
        text = "" if given is None else str(given).strip()
        if field in ("value", "value_from"):
            values[field] = _number(field, text)
        elif field in _CHOICES:
            if text not in _CHOICES[field]:
                raise Invalid(field, _("选项不对。"), _("请从列表中选择。"))
            values[field] = text
        elif field == "year":
            values[field] = _year(text)
        elif field == "deadline":
            values[field] = _deadline(text)
        else:
            values[field] = text
    return values


def number(field: str, text: str) -> Decimal:
    """A decimal that the database holds; Invalid(field) otherwise."""
    try:
        value = Decimal(text.replace(",", "").replace(",", ""))
    except InvalidOperation as error:
        raise Invalid(field, _("这不是数字。"), _("请填写数字，例如 12.5。")) from error
    if not value.is_finite() or abs(value) >= LARGEST:
        raise Invalid(field, _("数字过大。"), _("请换用更大的计量单位。"))
    return value


def _number(field: str, text: str) -> Decimal | None:
    if not text:
        if field == "value":
            raise Invalid(field, _("还没有填写数值。"), _("请填写数字，例如 12.5。"))
        return None
    return number(field, text)


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{4}", text) or not 1949 <= int(text) <= 2199:
        raise Invalid("year", _("年度不对。"), _("请填写四位数的年份，例如 2025。"))
    return int(text)


def _deadline(text: str) -> str:
    if text and not _DEADLINE.fullmatch(text):
        raise Invalid("deadline", _("时限不对。"), _("请填写日期或月份，例如 2025-05。"))
    return text


def check(row: Statement) -> None:
    """Raise Invalid where the fields do not stand together."""
    if not row.measure:
        raise Invalid("measure", _("还没有填写指标名称。"), _("请填写所统计的内容。"))
    if len(row.unit) > 40:
        raise Invalid("unit", _("单位过长。"), _("请缩短到40字以内。"))


def restore(row: Statement) -> None:
    """Put the compiler's reading back in force."""
    for field in CORRECTABLE:
        text = row.compiled.get(field)
        value: Any = text or ""
        if field in ("value", "value_from"):
            value = Decimal(text) if text else None
        elif field == "year":
            value = int(text) if text else None
        setattr(row, field, value)
