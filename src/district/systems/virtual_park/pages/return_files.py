"""A table as a file: what the page shows and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter  # type: ignore[import-untyped]  # it has no stubs
from django.utils.translation import gettext as _

from district.systems.virtual_park.rules.return_tables import Shown

Lines = Sequence[tuple[str, Sequence[Shown]]]
# A text that begins like this would be run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def said(cell: Shown) -> str:
    """A cell in words and digits."""
    if cell.kind == "hidden":
        return _("保密")
    return "–" if cell.value is None else f"{cell.value:f}"


def note() -> str:
    """What stands below every table."""
    return _(
        "“保密”：报送企业少于规定家数、一两家占比过大，或公布后可由合计推算；“–”：没有企业报送。"
    )


def csv_of(head: str, columns: Sequence[str], lines: Lines) -> io.BytesIO:
    """UTF-8 CSV with the mark by which Excel knows the encoding."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([head])
    writer.writerow(["", *map(_plain, columns)])
    for label, cells in lines:
        writer.writerow([_plain(label), *map(said, cells)])
    writer.writerow([note()])
    return io.BytesIO(b"\xef\xbb\xbf" + text.getvalue().encode())


def xlsx_of(head: str, columns: Sequence[str], lines: Lines) -> io.BytesIO:
    """A workbook with one sheet; numbers as numbers."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, head)
    sheet.write_row(1, 1, [_plain(label) for label in columns])
    for at, (label, cells) in enumerate(lines, start=2):
        sheet.write_string(at, 0, _plain(label))
        for column, cell in enumerate(cells, start=1):
            if cell.value is not None and len(cell.value.as_tuple().digits) <= 15:
                sheet.write_number(at, column, float(cell.value))
            else:
                sheet.write_string(at, column, said(cell))
    sheet.write_string(len(lines) + 2, 0, note())
    book.close()
    file.seek(0)
    return file


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
