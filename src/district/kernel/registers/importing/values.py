"""Cells of an import file as values of a field's type."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base.errors import Invalid
from district.kernel.registers.cells import unguarded
from district.kernel.registers.declaration import Field

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_PLAIN_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_TRUE = {"是", "true", "yes", "y", "1", "√", "有"}
_FALSE = {"否", "false", "no", "n", "0", "×", "无"}


def value_of(one: Field, cell: Any) -> Any:
    """The value of a cell, None where it is empty; raises Invalid with the remedy."""
    if isinstance(cell, str):
        cell = unguarded(cell.strip())
    if cell is None or cell == "":
        return [] if one.type == "set" else None
    return _READERS[one.type](one, cell)


def _refuse(one: Field, cell: Any, remedy: str) -> Invalid:
    shown = str(cell) if len(str(cell)) <= 40 else str(cell)[:37] + "…"
    return Invalid(one.key, _("不能填“%(value)s”") % {"value": shown}, remedy)


def _as_text(cell: Any) -> str:
    # Sheets keep every number as a double, codes among them.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return str(cell).strip()


def _text(one: Field, cell: Any) -> str:
    text = _as_text(cell)
    if "\0" in text:
        raise _refuse(one, cell, _("请去掉看不见的字符"))
    return text


def _integer(one: Field, cell: Any) -> int:
    number = _decimal(one, cell)
    if number != number.to_integral_value():
        raise _refuse(one, cell, _("请填写整数，例如 12"))
    return int(number)


def _decimal(one: Field, cell: Any) -> Decimal:
    text = _as_text(cell).replace(",", "").replace("\uff0c", "")
    if one.unit and text.endswith(str(one.unit)):
        text = text[: -len(str(one.unit))].strip()
    try:
        if isinstance(cell, bool):
            raise InvalidOperation
        number = Decimal(text)
    except InvalidOperation:
        raise _refuse(one, cell, _("请填写数字，例如 12.5")) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise _refuse(one, cell, _("数字过大，请换用更大的计量单位"))
    if isinstance(cell, float):  # what the sheet shows, not the double's last digits
        return number.quantize(Decimal(1).scaleb(-one.places)) + 0
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > one.places:
        raise _refuse(one, cell, _("小数不超过 %(places)d 位") % {"places": one.places})
    return number


def _boolean(one: Field, cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    text = _as_text(cell).lower()
    if text not in _TRUE | _FALSE:
        raise _refuse(one, cell, _("请填写 是 或 否"))
    return text in _TRUE


def _date(one: Field, cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _as_text(cell)
    match = _DATE.fullmatch(text) or _PLAIN_DATE.fullmatch(text)
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
    except ValueError:
        pass
    raise _refuse(one, cell, _("请写成 2025-09-30 这样的日期"))


def _datetime(one: Field, cell: Any) -> datetime:
    if isinstance(cell, datetime):
        return timezone.make_aware(cell) if cell.tzinfo is None else cell
    if isinstance(cell, date):
        return timezone.make_aware(datetime.combine(cell, time(0)))
    text = _as_text(cell).replace("T", " ")
    day, _space, rest = text.partition(" ")
    match = _TIME.fullmatch(rest.strip()) if rest else None
    if rest and not match:
        raise _refuse(one, cell, _("请写成 2025-09-30 09:00 这样的时间"))
    moment = datetime.combine(_date(one, day), time(0))
    if match:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        if hours > 23 or minutes > 59 or seconds > 59:
            raise _refuse(one, cell, _("请写成 2025-09-30 09:00 这样的时间"))
        moment += timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone.make_aware(moment)


def _choice(one: Field, cell: Any) -> str:
    text = _as_text(cell)
    for value, label in one.choices or ():
        if text in (value, *labels_of(label)):
            return value
    offered = _("、").join(str(label) for _value, label in one.choices or ())
    raise _refuse(one, cell, _("可以填：%(values)s") % {"values": offered})


def labels_of(label: Any) -> tuple[str, ...]:
    """A label in every language of the pages: a template may be filled in in any of them."""
    texts = [str(label)]
    for language in ("zh-hans", "en"):
        with override(language):
            texts.append(str(label))
    return tuple(dict.fromkeys(texts))


def _set(one: Field, cell: Any) -> list[str]:
    parts = (part.strip() for part in re.split(r"[、,\uff0c;\uff1b\n]", _as_text(cell)))
    return list(dict.fromkeys(part for part in parts if part))


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "code": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "set": _set,
}
