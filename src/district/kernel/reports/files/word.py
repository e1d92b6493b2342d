"""A manuscript as .docx in the layout of GB/T 9704-2012 (python-docx)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, Twips

from district.kernel.reports.files import layout
from district.kernel.reports.files.charts import add_chart
from district.kernel.reports.rules.manuscript import (
    Block,
    Chart,
    Heading,
    Manuscript,
    Paragraph,
    Run,
    Table,
)

#: Typefaces by their names in Word, and what stands in for those that a machine has not got.
TITLE, BODY, BLACK, SCRIPT, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
_ALTERNATIVES = {TITLE: "宋体", BODY: "仿宋", BLACK: "SimHei", SCRIPT: "楷体", SONG: "SimSun"}
#: Headings of level 1 to 4: typeface, bold.
_HEADINGS = ((BLACK, False), (SCRIPT, False), (BODY, True), (BODY, False))
#: A twentieth of a point, in which Word measures.
_TWIPS = 20
#: Characters that no XML document may hold (XML 1.0, 2.2).
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What Word calls the narrowing of characters in a grid: 4096ths of a point.
_NARROWER = round((layout.PITCH - layout.BODY_SIZE) * 4096)


def write_docx(manuscript: Manuscript) -> bytes:
    """The manuscript as a .docx that Word 2010 and later, WPS and LibreOffice open."""
    document = Document()
    _Writer(document).write(manuscript)
    core = document.core_properties
    core.title = _UNFIT.sub("", manuscript.title)
    core.author = _UNFIT.sub("", manuscript.issuer)
    core.comments = ""
    for element in [*core._element]:
        if element.tag in (qn("dcterms:created"), qn("dcterms:modified")):
            core._element.remove(element)  # the template's own
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    """One document under way."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._charts = 0
        _typefaces(document)
        _styles(document)
        _page(document)

    def write(self, manuscript: Manuscript) -> None:
        self._centred(manuscript.title, TITLE, layout.TITLE_SIZE, style="Title")
        if manuscript.subtitle:
            self._centred(manuscript.subtitle, SCRIPT)
        self._empty()
        for block in manuscript.blocks:
            self._block(block)
        if manuscript.annexes:
            self._empty()
            for line in layout.annex_lines([one.title for one in manuscript.annexes]):
                self._indented((line,))
        self._signed(manuscript)
        for at, annex in enumerate(manuscript.annexes, 1):
            mark = self._document.add_paragraph()
            mark.paragraph_format.page_break_before = True
            _write(mark, layout.annex_mark(at, len(manuscript.annexes)), BLACK)
            self._empty()
            self._centred(annex.title, TITLE, layout.TITLE_SIZE)
            self._empty()
            for block in annex.blocks:
                self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._indented(block.runs)
            case Table():
                self._table(block)
            case Chart():
                self._chart(block)

    def _heading(self, block: Heading) -> None:
        paragraph = self._document.add_paragraph(style=f"Heading {block.level}")
        face, bold = _HEADINGS[block.level - 1]
        _write(paragraph, block.text, face, bold=bold)

    def _indented(self, runs: Sequence[Run]) -> None:
        paragraph = self._document.add_paragraph()
        _indent(paragraph)
        for run in runs:
            _write(paragraph, layout.printed(run), BODY)

    def _centred(
        self, text: str, face: str, size: float = layout.BODY_SIZE, style: str = "Normal"
    ) -> None:
        paragraph = self._document.add_paragraph(style=style)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, text, face, size)

    def _empty(self) -> None:
        self._document.add_paragraph()

    def _signed(self, manuscript: Manuscript) -> None:
        """Issuer and date below the text, with one line between."""
        if not manuscript.issuer and not manuscript.dated:
            return
        self._empty()
        rights = layout.signature(manuscript.issuer, manuscript.dated)
        for text, right in zip((manuscript.issuer, manuscript.dated), rights, strict=True):
            if not text:
                continue
            paragraph = self._document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.right_indent = Pt(layout.PITCH * right)
            _write(paragraph, text, BODY)

    def _caption(self, text: str) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        _write(paragraph, text, BLACK, layout.NUMBER_SIZE)

    def _note(self, text: str) -> None:
        if text:
            _write(_tight(self._document.add_paragraph()), text, BODY, 12.0)

    def _table(self, block: Table) -> None:
        """A table over the width of the text; its heading comes again on every page."""
        if block.caption:
            self._caption(block.caption)
        texts = [tuple(layout.printed(cell) for cell in row) for row in block.rows]
        size, numeric = layout.table_size(len(block.header)), layout.numeric_columns(texts)
        table = self._document.add_table(rows=0, cols=len(block.header))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        shares = layout.shares([block.header, *texts])
        widths = [round(layout.points(layout.TEXT_MM[0]) * one * _TWIPS) for one in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Twips(width)
        sides = ["right" if one else "left" for one in numeric]
        head = _row(block.header, widths, BLACK, size, ["center"] * len(widths), head=True)
        rows = [_row(row, widths, BODY, size, sides) for row in texts]
        for row in parse_xml(f"<w:tbl {nsdecls('w')}>{head}{''.join(rows)}</w:tbl>"):
            table._tbl.append(row)
        self._note(block.note)

    def _chart(self, block: Chart) -> None:
        self._charts += 1
        self._caption(block.caption)
        paragraph = _tight(self._document.add_paragraph())
        paragraph.paragraph_format.keep_with_next = bool(block.source)
        add_chart(paragraph.add_run(), block, self._charts)
        self._note(block.source)


def _row(
    texts: Sequence[str], widths: Sequence[int], face: str, size: float, sides: Sequence[str],
    *, head: bool = False,
) -> str:  # fmt: skip
    """A row of a table as XML, which no page break divides: python-docx takes a second for a
    thousand cells."""
    letters = (
        f'<w:rPr><w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}"/>'
        f'<w:sz w:val="{round(size * 2)}"/></w:rPr>'
    )
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr><w:p><w:pPr>'
        f'<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{side}"/></w:pPr>'
        f"{_run_xml(text, letters)}</w:p></w:tc>"
        for text, width, side in zip(texts, widths, sides, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * head}</w:trPr>{cells}</w:tr>"


def _run_xml(text: str, letters: str) -> str:
    """A cell's text; what XML cannot hold is left out, lines stay apart."""
    lines = _UNFIT.sub("", text).split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{letters}{said}</w:r>"


def _tight(paragraph: Any) -> Any:
    """A paragraph as high as what stands in it, off the grid."""
    form = paragraph.paragraph_format
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    grid = OxmlElement("w:snapToGrid")
    grid.set(qn("w:val"), "0")
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        grid, "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:rPr"
    )
    return paragraph


def _indent(paragraph: Any) -> None:
    """Two characters in the first line, by characters and, for who knows none, by length."""
    paragraph.paragraph_format.first_line_indent = Pt(layout.PITCH * 2)
    paragraph._p.pPr.ind.set(qn("w:firstLineChars"), "200")


def _write(
    paragraph: Any, text: str, face: str, size: float = layout.BODY_SIZE, *, bold: bool = False
) -> None:
    run = paragraph.add_run(_UNFIT.sub("", text))
    _face(run.font, face, size, bold=bold)


def _face(font: Any, face: str, size: float, *, bold: bool = False) -> None:
    font.name, font.size, font.bold = face, Pt(size), bold
    font.element.rPr.rFonts.set(qn("w:eastAsia"), face)


def _typefaces(document: Any) -> None:
    """Tell Word what stands in for a typeface that the machine has not got."""
    part = next(
        one for one in document.part.package.parts if str(one.partname) == "/word/fontTable.xml"
    )
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
        for name, other in _ALTERNATIVES.items()
    )
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>"
    ).encode()


def _styles(document: Any) -> None:
    """Body, title and headings; what the template's styles add of their own is dropped."""
    for name in ("Normal", "Title", *(f"Heading {level}" for level in range(1, 5))):
        style = document.styles[name]
        for each in (style.element.rPr, style.element.pPr):
            if each is not None:
                style.element.remove(each)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(layout.LINE)
        face, size, bold = BODY, layout.BODY_SIZE, False
        if name == "Title":
            face, size = TITLE, layout.TITLE_SIZE
            form.line_spacing = Pt(layout.LINE * 1.2)
        elif name.startswith("Heading"):
            level = int(name[-1])
            face, bold = _HEADINGS[level - 1]
            form.keep_with_next = True
            form.first_line_indent = Pt(layout.PITCH * 2)
            style.element.pPr.ind.set(qn("w:firstLineChars"), "200")
            outline = OxmlElement("w:outlineLvl")
            outline.set(qn("w:val"), str(level - 1))
            style.element.pPr.append(outline)
        _face(style.font, face, size, bold=bold)


def _page(document: Any) -> None:
    """Paper, edges, the grid of 22 lines of 28 characters, and page numbers outside."""
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = (Mm(int(side)) for side in layout.PAGE_MM)
    section.top_margin, section.bottom_margin = Mm(int(layout.TOP_MM)), Mm(int(layout.BOTTOM_MM))
    section.left_margin, section.right_margin = Mm(int(layout.BINDING_MM)), Mm(int(layout.OUTER_MM))
    section.gutter = 0
    section.footer_distance = Pt(
        layout.points(layout.BOTTOM_MM - layout.NUMBER_MM) - layout.NUMBER_SIZE
    )
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(int(layout.LINE * _TWIPS)))
    grid.set(qn("w:charSpace"), str(_NARROWER))
    document.settings.odd_and_even_pages_header_footer = True
    zoom = document.settings.element.find(qn("w:zoom"))
    zoom.addnext(OxmlElement("w:mirrorMargins"))
    _numbered(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _numbered(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _numbered(footer: Any, side: Any) -> None:
    """— 1 — outside, one character from the edge of the text."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    form = paragraph.paragraph_format
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        form.right_indent = Pt(layout.NUMBER_SIZE)
    else:
        form.left_indent = Pt(layout.NUMBER_SIZE)
    _write(paragraph, "— ", SONG, layout.NUMBER_SIZE)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        _face(run.font, SONG, layout.NUMBER_SIZE)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
    _write(paragraph, " —", SONG, layout.NUMBER_SIZE)
