"""Tables as files: .docx for reading, .xlsx for reckoning. Plain values in, bytes out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from docx import Document

#: A table's heading, its columns, its rows.
Table = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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


def tables_answer(kind: str, title: str, lead: str, tables: Sequence[Table]) -> HttpResponse:
    """The tables as a download of a kind of CONTENT_TYPES, named by its title."""
    content = docx_of(title, lead, tables) if kind == "docx" else xlsx_of(tables)
    return document_answer(content, kind, title)


def document_answer(content: bytes, kind: str, name: str) -> HttpResponse:
    """A finished document as a download; `name` without its ending."""
    answer = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    answer["Content-Disposition"] = str(content_disposition_header(True, f"{name}.{kind}"))
    return answer
