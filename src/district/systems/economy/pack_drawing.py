"""Sections drawn as slides (.pptx, python-pptx) whose charts are native: they hold their numbers
and can be edited."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Inches, Pt

from district.kernel.reports.files import Chart, Run, printed

#: The layout of the default template that has a title and nothing else.
_TITLE_ONLY = 5
#: A slide in inches: its size, where the content begins, and where the source stands.
_WIDTH, _HEIGHT, _TOP, _BOTTOM = 13.333, 7.5, 1.1, 6.95
_NOTE_SIZE = 14
#: From here on characters are as wide as they are high.
_FIRST_WIDE = 0x2E80


@dataclass(frozen=True)
class Section:
    """A part of a pack: title, sentences, a table (its columns and rows), a chart, and the line
    that names source, unit and vintage. The numbers of a chart are its table."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[tuple[Run, ...]]
    source: str
    chart: Chart | None = None

    @property
    def texts(self) -> list[tuple[str, ...]]:
        """The rows as printed."""
        return [tuple(printed(cell) for cell in row) for row in self.rows]


def slides_of(title: str, lead: str, sections: list[Section]) -> bytes:
    """The sections as slides of 16 to 9; a long table goes on over the next ones."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    _text(_slide(deck, title), (lead,), top=1.6, size=20)
    for one in sections:
        _section(deck, one)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _section(deck: Any, one: Section) -> None:
    """The slides of a section: its notes, then its chart, or as much of its table as fits."""
    rows, notes = one.texts, list(one.notes)
    while True:
        slide, top = _slide(deck, one.title), _TOP
        _text(slide, (one.source,), top=_BOTTOM, size=11)
        top += _text(slide, notes, top=top, size=_NOTE_SIZE) if notes else 0
        if one.chart is not None:
            _chart(slide, one.chart, top)
            return
        if not rows:
            return
        fits = _fitting(one.columns, rows, _BOTTOM - top)
        _table(slide, one.columns, rows[:fits], top)
        rows, notes = rows[fits:], []
        if not rows:
            return


def _wide(text: str) -> float:
    """How wide a text is, in characters as wide as they are high."""
    return sum(1.0 if ord(each) >= _FIRST_WIDE else 0.55 for each in text)


def _lines(text: str, room: float, size: int) -> int:
    """How many lines a text takes in a box `room` inches wide, its letters `size` points high."""
    return max(1, math.ceil(_wide(text) * size / 72 * 1.05 / max(room, 0.1)))


def _letters(columns: Sequence[str]) -> int:
    """The size of a table's letters, in points."""
    return 14 if len(columns) <= 6 else 11


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Widths of columns in inches, by their longest text within bounds."""
    needs = [
        min(24.0, max(4.0, *(_wide(line[at]) for line in [columns, *rows]))) + 1.5
        for at in range(len(columns))
    ]
    return [need / sum(needs) * (_WIDTH - 1) for need in needs]


def _height(texts: Sequence[str], widths: Sequence[float], size: int) -> float:
    """How high a row of a table is, in inches."""
    most = max(_lines(text, width - 0.2, size) for text, width in zip(texts, widths, strict=True))
    return most * size * 1.25 / 72 + 0.12


def _fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], room: float) -> int:
    """How many rows fit below their heading; at least one."""
    size, widths = _letters(columns), _widths(columns, rows)
    left = room - _height(columns, widths, size)
    for at, texts in enumerate(rows):
        left -= _height(texts, widths, size)
        if left < 0:
            return max(1, at)
    return len(rows)


def _slide(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    shape = slide.shapes.title
    shape.left, shape.top = Inches(0.5), Inches(0.25)
    shape.width, shape.height = Inches(_WIDTH - 1), Inches(0.8)
    shape.text_frame.text = title
    shape.text_frame.paragraphs[0].font.size = Pt(26)
    return slide


def _text(slide: Any, lines: Sequence[str], *, top: float, size: int) -> float:
    """Paragraphs in a box; returns how high it is, in inches."""
    count = sum(_lines(line, _WIDTH - 1.2, size) for line in lines)
    height = count * size * 1.25 / 72 + 0.15
    box = slide.shapes.add_textbox(Inches(0.5), Inches(top), Inches(_WIDTH - 1), Inches(height))
    frame = box.text_frame
    frame.word_wrap = True
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.font.size = Pt(size)
    return height


def _table(slide: Any, columns: Sequence[str], rows: Sequence[Sequence[str]], top: float) -> None:
    size, widths = _letters(columns), _widths(columns, rows)
    lines = [tuple(columns), *rows]
    heights = [_height(texts, widths, size) for texts in lines]
    shape = slide.shapes.add_table(
        len(lines), len(columns), Inches(0.5), Inches(top), Inches(_WIDTH - 1),
        Inches(sum(heights)),
    )  # fmt: skip
    for at, width in enumerate(widths):
        shape.table.columns[at].width = Inches(width)
    for at, texts in enumerate(lines):
        shape.table.rows[at].height = Inches(heights[at])
        for column, text in enumerate(texts):
            cell = shape.table.cell(at, column)
            cell.text = text
            cell.margin_top = cell.margin_bottom = Inches(0.04)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(size)


def _chart(slide: Any, chart: Chart, top: float) -> None:
    """A native chart with its numbers in the workbook that it carries."""
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # its types are incomplete
    data.categories = list(chart.labels)
    for name, values in chart.series:
        data.add_series(name, [None if value is None else float(value) for value in values])
    kind = XL_CHART_TYPE.LINE_MARKERS if chart.kind == "line" else XL_CHART_TYPE.COLUMN_CLUSTERED
    frame = slide.shapes.add_chart(
        kind, Inches(0.5), Inches(top), Inches(_WIDTH - 1),
        Inches(_BOTTOM - top), data,
    )  # fmt: skip
    drawn = frame.chart
    drawn.has_legend = True
    drawn.legend.position = XL_LEGEND_POSITION.TOP
    drawn.legend.include_in_layout = False
    drawn.font.size = Pt(12)
    drawn.value_axis.has_title = True
    drawn.value_axis.axis_title.text_frame.text = chart.unit
