"""The tables of a manuscript as .xlsx, for reckoning: a sheet a table, numbers as numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from district.kernel.reports.files.layout import printed
from district.kernel.reports.rules.manuscript import Block, Heading, Manuscript, Number, Run, Table

_MARK = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.|（\d+）)\s*")
#: What Excel refuses in a sheet's name, and how long one may be.
_REFUSED = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31
_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")


def write_xlsx(manuscript: Manuscript) -> bytes:
    """A workbook with a sheet a table, named by its caption or the heading above it. Numbers are
    numbers, texts are texts and never formulas."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    blocks = [*manuscript.blocks, *(block for one in manuscript.annexes for block in one.blocks)]
    taken: set[str] = set()
    for name, table in _named(blocks):
        sheet = book.add_worksheet(_free(name or manuscript.title, taken))
        sheet.write_row(0, 0, table.header, bold)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                value = _value(cell)
                if isinstance(value, float):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, value)
    if not taken:
        book.add_worksheet(_free(manuscript.title, taken))
    book.close()
    return out.getvalue()


def _named(blocks: list[Block]) -> Iterator[tuple[str, Table]]:
    heading = ""
    for block in blocks:
        if isinstance(block, Heading):
            heading = _MARK.sub("", block.text)
        elif isinstance(block, Table):
            yield block.caption or heading, block


def _free(name: str, taken: set[str]) -> str:
    """A name that Excel takes and no other sheet has, whatever its case."""
    base = _REFUSED.sub(" ", name).strip()[:_LONGEST] or "Sheet"
    found, at = base, 2
    while found.lower() in taken:
        mark = f" ({at})"
        found, at = base[: _LONGEST - len(mark)] + mark, at + 1
    taken.add(found.lower())
    return found


def _value(cell: Run) -> float | str:
    if isinstance(cell, Number) and _NUMBER.fullmatch(cell.text):
        return float(cell.text.replace(",", "").replace("−", "-"))
    return printed(cell)
