"""The daily five and a month's analysis as files: .docx for reading, .xlsx for reckoning."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types
from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document

from district.systems.appeals.selectors.analysis import Analysis, Line, Pressing

Table = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


def docx_of(title: str, lead: str, tables: Sequence[Table]) -> bytes:
    """A document with a title, a line and tables."""
    document = Document()
    document.add_heading(title, level=0)
    document.add_paragraph(lead)
    for heading, columns, rows in tables:
        document.add_heading(heading, level=1)
        table = document.add_table(rows=1, cols=len(columns))
        table.style = "Table Grid"
        for cell, text in zip(table.rows[0].cells, columns, strict=True):
            cell.text = text
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = "" if value is None else str(value)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx_of(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet a table; numbers stay numbers, and no text is a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    for heading, columns, rows in tables:
        sheet = book.add_worksheet(heading[:31])
        sheet.write_row(0, 0, columns, bold)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int | float) or hasattr(value, "as_tuple"):
                    sheet.write_number(at, column, float(value))
                else:
                    sheet.write_string(at, column, "" if value is None else str(value))
    book.close()
    return out.getvalue()


def tables_of_analysis(found: Analysis) -> list[Table]:
    """The tables of a month."""
    whole = [(label, figure.value) for label, figure in found.figures]
    rate = found.whole.satisfaction.rate
    whole += [(_("按期办结率（%）"), found.whole.in_time_rate), (_("满意率（%）"), rate)]
    columns = [
        _("名称"),
        _("受理"),
        _("办结"),
        _("逾期办结"),
        _("退过单"),
        _("满意率（%）"),
        _("已表态"),
    ]
    return [
        (_("总体"), [_("指标"), _("数值")], whole),
        (_("按事项"), columns, _rows(found.by_matter)),
        (_("按街道"), columns, _rows(found.by_street)),
        (_("按承办单位"), columns, _rows(found.by_unit)),
    ]


def _rows(lines: Sequence[Line]) -> list[Sequence[Any]]:
    return [
        (
            line.label,
            line.reported.value,
            line.finished.value,
            line.late.value,
            line.returned.value,
            line.satisfaction,
            line.said,
        )
        for line in lines
    ]


def tables_of_five(found: Sequence[Pressing]) -> list[Table]:
    """The daily five as a table; no reporter's name stands in it."""
    columns = [_("单号"), _("标题"), _("承办单位"), _("环节"), _("期限"), _("理由"), _("得分")]
    rows = [
        (
            each.case.number,
            each.case.title,
            each.case.lead_unit.display_short,
            each.stage,
            timezone.localtime(each.case.due_at).strftime("%Y-%m-%d %H:%M")
            if each.case.due_at
            else "",
            "；".join(each.because),
            each.score,
        )
        for each in found
    ]
    return [(_("民生诉求每日5条"), columns, rows)]
