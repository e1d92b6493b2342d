"""A workbook's sheet, read by openpyxl, as the plain values that rules check."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from district.kernel.base.attachments import checked_file
from district.kernel.base.errors import Invalid
from district.systems.economy.rules.importing.layouts import Layout
from district.systems.economy.rules.importing.sheets import Sheet

MAX_BYTES = 5 << 20
_MOST_CELLS = 200_000


def read_sheet(name: str, content: bytes, layout: Layout) -> Sheet:
    """The sheet that the layout speaks of. Raises Invalid(file) on anything that is no workbook,
    is too large, or has no such sheet."""
    if not name.lower().endswith(".xlsx"):
        raise _unreadable(_("只能导入 xlsx 文件。"), _("请另存为 xlsx 再上传。"))
    if len(content) > MAX_BYTES:
        raise _unreadable(_("文件超过5MB。"), _("请只留要导入的工作表。"))
    checked_file(name, content)
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _unreadable(_("文件打不开，可能已损坏。"), _("请重新另存后上传。")) from error
    sheets = [one for one in book.worksheets if layout.sheet in one.title]
    if not sheets:
        raise _unreadable(
            _("没有名称含“%(name)s”的工作表。") % {"name": layout.sheet},
            _("请检查表式选得对不对。"),
        )
    sheet = sheets[0]
    if sheet.max_row * sheet.max_column > _MOST_CELLS:
        raise _unreadable(_("工作表过大。"), _("请删去表外的空行空列后再上传。"))
    cells: dict[tuple[int, int], Any] = {
        (cell.row, cell.column): cell.value
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and isinstance(cell.column, int)
    }
    merged = tuple(
        (one.min_row, one.min_col, one.max_row, one.max_col) for one in sheet.merged_cells.ranges
    )
    return Sheet(sheet.title, cells, merged, max((row for row, _column in cells), default=0))


def _unreadable(problem: str, remedy: str) -> Invalid:
    return Invalid("file", problem, remedy)
