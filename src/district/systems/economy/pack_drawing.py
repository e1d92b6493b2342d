"""Sections drawn as a document (.docx, python-docx) and as slides (.pptx, python-pptx) whose
charts are native: they hold their numbers and can be edited."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from docx import Document
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Inches, Pt

#: Rows of a table that fit a slide beside its title and source.
_ROWS_A_SLIDE = 11
_NOTES_A_SLIDE = 4
_TITLE_ONLY = 5
_WIDTH, _HEIGHT = 13.333, 7.5


@dataclass(frozen=True)
class Chart:
    """Lines over categories; None is a gap. `unit` is that of the axis."""

    categories: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Decimal | None, ...]], ...]
    unit: str


@dataclass(frozen=True)
class Section:
    """A part of a pack: title, sentences, a table (its columns and rows of text), a chart, and the
    line that names source, unit and vintage."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    source: str
    chart: Chart | None = None


def document_of(title: str, lead: str, sections: list[Section]) -> bytes:
    """The sections as a document; the numbers of a chart are its table."""
    document = Document()
    document.add_heading(title, level=0)
    document.add_paragraph(lead)
    for one in sections:
        document.add_heading(one.title, level=1)
        for note in one.notes:
            document.add_paragraph(note)
        if one.rows:
            table = document.add_table(rows=1, cols=len(one.columns))
            table.style = "Table Grid"
            _fill(table.rows[0].cells, one.columns)
            for row in one.rows:
                _fill(table.add_row().cells, row)
        document.add_paragraph(one.source)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fill(cells: Any, texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text


def slides_of(title: str, lead: str, sections: list[Section]) -> bytes:
    """The sections as slides of 16 to 9; a long table goes on over the next ones."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    first = _slide(deck, title)
    _text(first, (lead,), top=1.6, size=20)
    for one in sections:
        for slide, rows, notes in _pages(deck, one):
            top = 1.1
            if notes:
                _text(slide, notes, top=top, size=14)
                top += 0.15 + 0.32 * len(notes)
            if one.chart is not None:
                _chart(slide, one.chart, top)
            elif rows:
                _table(slide, one.columns, rows, top)
            _text(slide, (one.source,), top=_HEIGHT - 0.5, size=11)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _pages(
    deck: Any, one: Section
) -> Iterator[tuple[Any, Sequence[tuple[str, ...]], Sequence[str]]]:
    """Slides of a section: its notes first, its rows as many as fit."""
    notes = list(one.notes)
    if one.chart is not None or not one.rows:
        for at in range(0, max(1, len(notes)), _NOTES_A_SLIDE):
            yield _slide(deck, one.title), (), notes[at : at + _NOTES_A_SLIDE]
        return
    while len(notes) > _NOTES_A_SLIDE:
        yield _slide(deck, one.title), (), notes[:_NOTES_A_SLIDE]
        notes = notes[_NOTES_A_SLIDE:]
    room, at = _ROWS_A_SLIDE - len(notes), 0
    while at < len(one.rows):
        yield _slide(deck, one.title), one.rows[at : at + room], notes
        at, room, notes = at + room, _ROWS_A_SLIDE, []


def _slide(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    shape = slide.shapes.title
    shape.left, shape.top = Inches(0.5), Inches(0.25)
    shape.width, shape.height = Inches(_WIDTH - 1), Inches(0.8)
    shape.text_frame.text = title
    shape.text_frame.paragraphs[0].font.size = Pt(26)
    return slide


def _text(slide: Any, lines: Sequence[str], *, top: float, size: int) -> None:
    height = Inches(0.32 * len(lines))
    box = slide.shapes.add_textbox(Inches(0.5), Inches(top), Inches(_WIDTH - 1), height)
    frame = box.text_frame
    frame.word_wrap = True
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.font.size = Pt(size)


def _table(slide: Any, columns: Sequence[str], rows: Sequence[tuple[str, ...]], top: float) -> None:
    shape = slide.shapes.add_table(
        len(rows) + 1, len(columns), Inches(0.5), Inches(top), Inches(_WIDTH - 1),
        Inches(0.42 * (len(rows) + 1)),
    )  # fmt: skip
    size = Pt(14 if len(columns) <= 6 else 11)
    for at, texts in enumerate([tuple(columns), *rows]):
        for column, text in enumerate(texts):
            cell = shape.table.cell(at, column)
            cell.text = text
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = size


def _chart(slide: Any, chart: Chart, top: float) -> None:
    """A line chart with its numbers in the workbook that it carries."""
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # its types are incomplete
    data.categories = list(chart.categories)
    for name, values in chart.lines:
        data.add_series(name, [None if value is None else float(value) for value in values])
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS, Inches(0.5), Inches(top), Inches(_WIDTH - 1),
        Inches(_HEIGHT - top - 0.7), data,
    )  # fmt: skip
    drawn = frame.chart
    drawn.has_legend = True
    drawn.legend.position = XL_LEGEND_POSITION.TOP
    drawn.legend.include_in_layout = False
    drawn.font.size = Pt(12)
    drawn.value_axis.has_title = True
    drawn.value_axis.axis_title.text_frame.text = chart.unit
