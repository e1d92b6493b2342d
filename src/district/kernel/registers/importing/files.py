"""CSV and XLSX files as tables of cells."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from district.kernel.registers.importing.problems import Unreadable

#: How large an imported file may be, as the installation sets it.
MAX_BYTES: int = settings.DISTRICT_IMPORT_LARGEST
MAX_ROWS = 50_000
MAX_COLUMNS = 200
# A small file may unfold into memory that a server does not have.
MAX_UNPACKED = 200 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """The head's cells and the rows below, each with its number in the file."""

    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def read_table(name: str, content: bytes) -> Table:
    """The first sheet of an XLSX or XLS file, or a CSV file in UTF-8 or GB 18030.

    Empty rows are left out. Raises Unreadable with what is wrong and what to do.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(
            "file", _("文件超过 %(limit)d MB。") % {"limit": MAX_BYTES >> 20}, _("请拆成几个文件。")
        )
    if not content.strip():
        raise Unreadable("file", _("文件是空的。"), _("请用模板填写后再上传。"))
    lower = name.lower()
    if lower.endswith((".xlsx", ".xls")):
        cells = _sheet(content)
    elif lower.endswith((".csv", ".txt")):
        cells = _csv(content)
    else:
        raise Unreadable("file", _("只能导入 xlsx、xls 或 csv 文件。"), _("请另存为其中一种。"))
    return _table(cells)


def _sheet(content: bytes) -> list[list[Any]]:
    if content[:2] == b"PK":
        try:
            unpacked = sum(
                part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist()
            )
        except zipfile.BadZipFile:
            raise _damaged() from None
        if unpacked > MAX_UNPACKED:
            raise Unreadable("file", _("文件展开后过大。"), _("请拆成几个文件。"))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if not book.sheet_names:
            raise _damaged()
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as error:
        raise _damaged() from error


def _damaged() -> Unreadable:
    return Unreadable(
        "file", _("文件打不开，可能已损坏或加了密码。"), _("请用表格软件另存后再上传。")
    )


def _csv(content: bytes) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable("file", _("认不出文件的文字编码。"), _("请另存为 UTF-8 编码的 csv。"))
    if "\0" in text:
        raise _damaged()
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise _damaged() from error


def _table(cells: list[list[Any]]) -> Table:
    numbered = [
        (number, tuple(row))
        for number, row in enumerate(cells, 1)
        if any(str(cell).strip() for cell in row)
    ]
    if not numbered:
        raise Unreadable("file", _("文件是空的。"), _("请用模板填写后再上传。"))
    head = tuple(str(cell).strip() for cell in numbered[0][1])
    if len(head) > MAX_COLUMNS or len(numbered) - 1 > MAX_ROWS:
        raise Unreadable(
            "file",
            _("一次最多导入 %(rows)d 行、%(columns)d 列。")
            % {"rows": MAX_ROWS, "columns": MAX_COLUMNS},
            _("请拆成几个文件。"),
        )
    return Table(head, tuple(numbered[1:]))
