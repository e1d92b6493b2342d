"""A row's values as people read them, as programs read them, and as a sheet holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.history.public import Subject
from district.kernel.registers.declaration import Field, Register
from district.kernel.registers.rules import plain_number

# A cell that begins so is run as a formula by spreadsheet programs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Cell:
    """One value on a page: `draw` says how the template draws it, `text` is it in words."""

    field: Field
    draw: str
    value: Any
    text: str


def cell_of(one: Field, row: Mapping[str, Any]) -> Cell:
    """The cell of one field in a row of `selectors.rows_of`."""
    value = row.get(one.key)
    empty = value is None or value == "" or value == []
    draw = "" if empty else _draw(one)
    return Cell(one, draw, value, text_of(one, row))


def _draw(one: Field) -> str:
    if one.kind:
        return one.kind
    if one.type in ("integer", "decimal"):
        return "number"
    return one.type if one.type in ("date", "datetime", "set") else ""


def text_of(one: Field, row: Mapping[str, Any]) -> str:
    """The value in words; "" where nothing is known."""
    value = row.get(one.key)
    if value is None or value == "":
        return ""
    if one.type == "set":
        named = row.get(f"{one.key}__label")
        label_of = one.label_of or str
        return _("、").join(named or [label_of(str(each)) for each in value])
    if one.display:
        return str(row.get(f"{one.key}__label") or own_code(one, str(value)))
    if one.label_of is not None:
        return one.label_of(str(value))
    if one.choices is not None:
        return str(dict(one.choices).get(str(value), value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | int):
        return plain_number(value)
    return own_code(one, str(value))


def own_code(one: Field, value: str) -> str:
    """The row's own code: the last of its chain where the hierarchy is a path."""
    return value.strip("/").rpartition("/")[2] if one.hierarchy == "path" else value


def plain_of(one: Field, row: Mapping[str, Any]) -> Any:
    """The value for a program: JSON's own types; decimals, dates and times as texts."""
    value = row.get(one.key)
    if value is None or isinstance(value, bool | int | list):
        return value
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, date):
        return value.isoformat()
    return own_code(one, str(value))


def json_row(register: Register, columns: tuple[Field, ...], row: Mapping[str, Any]) -> Any:
    """A row for the API: id, url, values by field key, and labels where people read others."""
    labels = {
        one.key: text_of(one, row)
        for one in columns
        if (one.display or one.label_of or one.choices is not None)
        and row.get(one.key) not in (None, "")
    }
    values = {one.key: plain_of(one, row) for one in columns}
    return {"id": row["id"], "url": url_of(register, row), "values": values, "labels": labels}


def sheet_value(one: Field, row: Mapping[str, Any]) -> Any:
    """The value for a sheet: numbers, dates and times as such, everything else as text."""
    value = row.get(one.key)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, date | Decimal) or (
        isinstance(value, int) and not isinstance(value, bool)
    ):
        return value
    return text_of(one, row)


def csv_text(one: Field, row: Mapping[str, Any]) -> str:
    """The value as a CSV cell that no spreadsheet program runs as a formula."""
    value = row.get(one.key)
    text = text_of(one, row)
    number = isinstance(value, Decimal | int) and not isinstance(value, bool) and not one.display
    return f"'{text}" if not number and text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """A cell as it was before `csv_text` guarded it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def url_of(register: Register, row: Mapping[str, Any]) -> str:
    """The address of the row's own page."""
    return register.url(row) if register.url else detail_url(register, row["id"])


def detail_url(register: Register, row_id: str) -> str:
    """The address of the register's detail page of a row."""
    return reverse("register_detail", args=[register.key, row_id])


def subject_of(register: Register, row: Mapping[str, Any]) -> Subject:
    """What history calls the row."""
    if register.subject:
        return register.subject(row)
    return Subject(f"registers.{register.key}", str(row["id"]))
