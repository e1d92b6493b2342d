"""A list as a file: CSV a row at a time, XLSX built on disk."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]  # it has no stubs
from django.conf import settings
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.registers.cells import csv_text, sheet_value
from district.kernel.registers.declaration import Field, Register

Row = Mapping[str, Any]
_WIDE, _NARROW = 40, 14
# Doubles hold 15 digits; a longer number goes into a sheet as text, whole.
_EXACT_DIGITS = 15


def file_name(register: Register, suffix: str) -> str:
    """What the downloaded file is called: the register's name and the day."""
    return f"{register.label}-{clock.today():%Y%m%d}.{suffix}"


def heading(one: Field) -> str:
    """A column's head: label, with the unit of a number."""
    return f"{one.label}（{one.unit}）" if one.unit else str(one.label)


def csv_lines(columns: Sequence[Field], rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 CSV in pieces, with the mark by which Excel knows the encoding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([heading(one) for one in columns])
    yield b"\xef\xbb\xbf" + _taken(buffer)
    for number, row in enumerate(rows, 1):
        writer.writerow([csv_text(one, row) for one in columns])
        if number % 200 == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def xlsx_file(register: Register, columns: Sequence[Field], rows: Iterable[Row]) -> IO[bytes]:
    """A workbook with one sheet, on disk (gone when closed), read from its beginning."""
    file: IO[bytes] = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  # the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(sheet_name(str(register.label)))
    _write_head(book, sheet, columns)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, row in enumerate(rows, 1):
        for column, one in enumerate(columns):
            _write(sheet, number, column, sheet_value(one, row), day, moment)
    book.close()
    file.seek(0)
    return file


def sheet_name(text: str) -> str:
    """A name that Excel takes: 31 characters, none of its forbidden ones."""
    return "".join(" " if char in "[]:*?/\\'" else char for char in text)[:31].strip() or "Sheet1"


def _write_head(book: Any, sheet: Any, columns: Sequence[Field]) -> None:
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "text_wrap": True})
    sheet.freeze_panes(1, 0)
    for column, one in enumerate(columns):
        wide = one.kind == "long_text" or one.type == "set"
        sheet.set_column(column, column, _WIDE if wide else _NARROW)
        sheet.write_string(0, column, heading(one), head)


def _write(sheet: Any, row: int, column: int, value: Any, day: Any, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001  # sheets have no zones
    elif isinstance(value, Decimal | int) and len(str(value).strip("-")) <= _EXACT_DIGITS:
        sheet.write_number(row, column, float(value))
    elif value not in (None, ""):
        # As a string: never read as a formula or a link, whatever it begins with.
        sheet.write_string(row, column, str(value))


def most_rows(register: Register) -> int:
    """How many rows one file of the register may hold: what it declares, or what the installation
    allows where that is less."""
    return min(register.export_limit, int(settings.DISTRICT_EXPORT_ROWS))


def too_many(most: int, count: int) -> str:
    """What to say when a list is too long to export."""
    return _("共 %(count)d 条，超过一次导出的上限 %(limit)d 条。请先筛选，再分次导出。") % {
        "count": count,
        "limit": most,
    }


def template_file(register: Register, fields: Sequence[tuple[Field, bool, str]]) -> IO[bytes]:
    """An empty workbook to fill in: the head, drop-down choices, and a second sheet of hints."""
    file: IO[bytes] = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  # the response closes it
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet(sheet_name(str(register.label)))
    hints = book.add_worksheet(sheet_name(_("填写说明")))
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1})
    for column, title in enumerate((_("列"), _("是否必填"), _("填写要求"))):
        hints.write_string(0, column, title, head)
        hints.set_column(column, column, (20, 10, 60)[column])
    sheet.freeze_panes(1, 0)
    for column, (one, required, words) in enumerate(fields):
        sheet.set_column(column, column, _NARROW + 4)
        sheet.write_string(0, column, heading(one) + ("*" if required else ""), head)
        hints.write_string(column + 1, 0, heading(one))
        hints.write_string(column + 1, 1, _("必填") if required else _("选填"))
        hints.write_string(column + 1, 2, words)
        if one.choices:
            _offer(sheet, column, [str(label) for _value, label in one.choices])
    book.close()
    file.seek(0)
    return file


def _offer(sheet: Any, column: int, labels: list[str]) -> None:
    # Excel takes 255 characters of choices; longer lists stand on the sheet of hints alone.
    if len(",".join(labels)) <= 255 and not any("," in label for label in labels):
        sheet.data_validation(1, column, 50_000, column, {"validate": "list", "source": labels})


def hint(one: Field) -> str:
    """What a column of an import file may hold."""
    if one.choices is not None:
        labels = _("、").join(str(label) for _value, label in one.choices)
        known = _("可以填：%(values)s") % {"values": labels}
    else:
        known = {
            "integer": _("整数，例如 12"),
            "decimal": _("数字，例如 12.5"),
            "boolean": _("是 或 否"),
            "date": _("日期，例如 2025-09-30"),
            "datetime": _("时间，例如 2025-09-30 09:00"),
            "code": _("编码"),
            "set": _("多个用顿号分开"),
        }.get(one.type, _("文字"))
    return _("；").join([str(one.help), known]) if one.help else known
