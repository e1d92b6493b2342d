"""Statements as JSON lines, CSV, XLSX and a readable table."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from district.compiler.model import JSON_FIELDS, Compilation, Statement

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def number(value: Decimal | None) -> int | float | None:
    """A value as a JSON number: whole numbers without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def as_dict(statement: Statement) -> dict[str, Any]:
    """The fields of a JSON line, in their order."""
    row = {name: getattr(statement, name) for name in JSON_FIELDS}
    row["value"] = number(statement.value)
    row["value_from"] = number(statement.value_from)
    row["confidence"] = round(statement.confidence, 2)
    return row


def json_lines(statements: Iterable[Statement]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(as_dict(s), ensure_ascii=False) + "\n" for s in statements)


def guarded(cell: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell


def _cells(statement: Statement) -> list[object]:
    """A spreadsheet row; only the comparator may look like a formula, so it is guarded too."""
    row = as_dict(statement)
    return [guarded("" if row[name] is None else row[name]) for name in JSON_FIELDS]


def csv_text(statements: Iterable[Statement]) -> str:
    """CSV with a header line; a byte order mark lets spreadsheet programs see UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(JSON_FIELDS)
    for statement in statements:
        writer.writerow(_cells(statement))
    return "\ufeff" + out.getvalue()


def write_xlsx(statements: Iterable[Statement], path: Path) -> None:
    """A workbook with one sheet; text is written as text, never as a formula or a link."""
    import xlsxwriter  # type: ignore[import-untyped]

    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    workbook = xlsxwriter.Workbook(str(path), options)
    try:
        sheet = workbook.add_worksheet("statements")
        bold = workbook.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(JSON_FIELDS):
            sheet.write_string(0, column, name, bold)
        for line, statement in enumerate(statements, 1):
            for column, value in enumerate(as_dict(statement).values()):
                if isinstance(value, (int, float)):
                    sheet.write_number(line, column, value)
                elif value is not None:
                    sheet.write_string(line, column, str(value)[:32767])
    finally:
        workbook.close()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _fit(text: str, width: int) -> str:
    while _width(text) > width:
        text = text[:-2] + "…" if len(text) > 1 else ""
    return text + " " * (width - _width(text))


def table(compilation: Compilation) -> str:
    """A table for a terminal."""
    widths = (24, 40, 2, 16, 9, 12, 10)
    head = ("subject", "measure", "", "value", "kind", "year", "basis")
    lines = [" ".join(_fit(cell, width) for cell, width in zip(head, widths, strict=True)).rstrip()]
    for s in compilation.statements:
        value = f"{s.value_from}→{s.value}" if s.value_from is not None else f"{s.value}"
        when = s.deadline or (str(s.year) if s.year else "")
        cells = (
            s.subject,
            s.measure,
            s.comparator,
            f"{value} {s.unit}",
            s.kind,
            when,
            s.basis or "",
        )
        lines.append(
            " ".join(_fit(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        )
    lines.append(
        f"{len(compilation.statements)} statements, {len(compilation.tasks)} tasks, "
        f"{len(compilation.links)} links, {len(compilation.contradictions)} contradictions, "
        f"{len(compilation.glossary)} terms"
    )
    return "\n".join(lines) + "\n"
