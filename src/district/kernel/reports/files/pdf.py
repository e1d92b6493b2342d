"""A manuscript as PDF in the layout of GB/T 9704-2012 (fpdf2), with bookmarks; its text can be
selected. Lengths are points from the upper left corner."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from itertools import zip_longest

from fpdf import FPDF
from fpdf.enums import TextMode

from district.kernel.reports.files import layout
from district.kernel.reports.files.breaking import lines_of
from district.kernel.reports.files.embedding import EmbeddedFont
from district.kernel.reports.files.keeping import keep
from district.kernel.reports.files.plotting import HEIGHT, plot
from district.kernel.reports.files.typefaces import Face, Typeface, typefaces
from district.kernel.reports.rules.manuscript import (
    Block,
    Chart,
    Heading,
    Manuscript,
    Paragraph,
    Table,
)

_TOP = layout.points(layout.TOP_MM)
_WIDTH, _HEIGHT = (layout.points(side) for side in layout.TEXT_MM)
_LEFT, _LEFT_EVEN = layout.points(layout.BINDING_MM), layout.points(layout.OUTER_MM)
#: Headings of level 1 to 4: typeface, bold.
_HEADINGS: tuple[tuple[Face, bool], ...] = (
    ("black", False), ("script", False), ("body", True), ("body", False),
)  # fmt: skip
#: From a line's upper edge to its baseline, in parts of its letters' size.
_BASE = 0.36
_PADDING = 3.0
_NOTE_SIZE = 12.0
_BOLD_STROKE = 0.4
#: PDF holds outlines of CFF kind since this version.
_CFF_VERSION = "1.6"

# It tells of every character that a typeface lacks, once a page.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def write_pdf(manuscript: Manuscript) -> bytes:
    """The manuscript as PDF; NoTypeface where the machine has no Chinese typeface."""
    pages = Pages(manuscript)
    pages.draw(manuscript)
    return bytes(pages.output())


class Pages(FPDF):
    """One document under way: `_y` is where the next line begins, below the text's upper edge."""

    def __init__(self, manuscript: Manuscript) -> None:
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self._faces = typefaces()
        self._loaded: set[str] = set()
        self.set_title(manuscript.title)
        if manuscript.issuer:
            self.set_author(manuscript.issuer)
        self.set_lang("zh-CN")
        self._y, self._level = 0.0, -1
        self.add_page()

    # -- pages and lines ---------------------------------------------------------------------

    @property
    def left(self) -> float:
        """Where the text begins: the binding edge is inside on both sides of a sheet."""
        return _LEFT if self.page_no() % 2 else _LEFT_EVEN

    def footer(self) -> None:
        """The page number, outside, one character from the edge of the text."""
        text = f"— {self.page_no()} —"
        width = self._use("song", layout.NUMBER_SIZE)(text)
        odd = self.page_no() % 2 == 1
        x = self.left + (_WIDTH - width - layout.NUMBER_SIZE if odd else layout.NUMBER_SIZE)
        below = layout.points(layout.NUMBER_MM) + layout.NUMBER_SIZE
        self.text(x, _TOP + _HEIGHT + below, text)

    def _use(self, face: Face, size: float, spacing: float = 0.0) -> Callable[[str], float]:
        """Choose a typeface; returns how wide a text is in it."""
        self.set_char_spacing(0)
        found = self._faces[face]
        if found.name not in self._loaded:
            self._loaded.add(found.name)
            self._add(found)
        self.set_font(found.name, size=size)

        def width(text: str) -> float:
            return float(self.get_string_width(text)) + spacing * len(text)

        return width

    def _add(self, face: Typeface) -> None:
        """Make a typeface known to the document; one that is not kept is read for it anew."""
        kept = keep(face)
        if kept is None:
            self.add_font(face.name, "", face.file, collection_font_number=face.index)
            return
        font = EmbeddedFont(self, kept, face.name.lower())
        self.fonts[font.fontkey] = font
        if font.is_cff:
            self.pdf_version = max(self.pdf_version, _CFF_VERSION)

    def _room(self, height: float) -> None:
        """Begin a page where `height` does not fit on this one."""
        if self._y > 0 and self._y + height > _HEIGHT + 0.5:
            self.add_page()
            self._y = 0.0

    def _to_line(self) -> None:
        """Back onto the grid of lines after what is not on it."""
        self._y = math.ceil(self._y / layout.LINE - 0.01) * layout.LINE

    def _put(self, x: float, y: float, text: str, size: float, height: float) -> None:
        """A text in a line `height` high that begins at `x` and `y` of the page's text."""
        self.text(self.left + x, _TOP + y + height / 2 + size * _BASE, text)

    def _lines(
        self, text: str, face: Face, size: float = layout.BODY_SIZE, *,
        first: float = 0.0, centred: bool = False, bold: bool = False,
    ) -> None:  # fmt: skip
        """Lines over the width of the text; all but the last of a paragraph are filled."""
        spacing = layout.PITCH - layout.BODY_SIZE if size == layout.BODY_SIZE else 0.0
        width = self._use(face, size, spacing)
        height = layout.LINE if size <= layout.BODY_SIZE else layout.LINE * 1.2
        lines = lines_of(text, width, _WIDTH, first)
        for at, line in enumerate(lines):
            self._room(height)
            self._use(face, size)
            begins = first if at == 0 else 0.0
            used, extra = width(line), 0.0
            if centred:
                begins = (_WIDTH - used) / 2
            elif at < len(lines) - 1 and len(line) > 1:
                extra = min(size / 4, (_WIDTH - begins - used) / (len(line) - 1))
            self.set_char_spacing(spacing + extra)
            mode = TextMode.FILL_STROKE if bold else TextMode.FILL
            with self.local_context(text_mode=mode, line_width=_BOLD_STROKE):
                self._put(begins, self._y, line, size, height)
            self._y += height

    # -- the parts of a manuscript -----------------------------------------------------------

    def draw(self, manuscript: Manuscript) -> None:
        """The whole of it."""
        self._lines(manuscript.title, "title", layout.TITLE_SIZE, centred=True)
        if manuscript.subtitle:
            self._lines(manuscript.subtitle, "script", centred=True)
        self._to_line()
        self._y += layout.LINE
        self._blocks(manuscript.blocks)
        if manuscript.annexes:
            self._y += layout.LINE
            for line in layout.annex_lines([one.title for one in manuscript.annexes]):
                self._lines(line, "body", first=layout.PITCH * 2)
        self._signed(manuscript)
        for at, annex in enumerate(manuscript.annexes, 1):
            self.add_page()
            self._y = 0.0
            mark = layout.annex_mark(at, len(manuscript.annexes))
            self._bookmark(f"{mark} {annex.title}", 0)
            self._lines(mark, "black")
            self._y += layout.LINE
            self._lines(annex.title, "title", layout.TITLE_SIZE, centred=True)
            self._to_line()
            self._y += layout.LINE
            self._blocks(annex.blocks)

    def _blocks(self, blocks: Sequence[Block]) -> None:
        """Blocks in order; no heading stays behind on a page that its chart or table leaves."""
        for block, after in zip_longest(blocks, blocks[1:]):
            if isinstance(block, Heading):
                needs = HEIGHT if isinstance(after, Chart) else 0.0
                self._room(needs + (2 if isinstance(after, Paragraph) else 4) * layout.LINE)
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                face, bold = _HEADINGS[block.level - 1]
                self._bookmark(block.text, block.level - 1)
                self._lines(block.text, face, first=layout.PITCH * 2, bold=bold)
            case Paragraph():
                text = "".join(layout.printed(run) for run in block.runs)
                self._lines(text, "body", first=layout.PITCH * 2)
            case Table():
                self._table(block)
            case Chart():
                self._chart(block)

    def _bookmark(self, text: str, level: int) -> None:
        """A bookmark; one that leaves out a level stands a level below the one before."""
        self._level = min(level, self._level + 1)
        self.set_y(_TOP + self._y)
        self.start_section(text, self._level)

    def _signed(self, manuscript: Manuscript) -> None:
        if not manuscript.issuer and not manuscript.dated:
            return
        self._room(3 * layout.LINE)
        self._y += layout.LINE if self._y else 0.0
        rights = layout.signature(manuscript.issuer, manuscript.dated)
        for text, right in zip((manuscript.issuer, manuscript.dated), rights, strict=True):
            if text:
                width = self._use("body", layout.BODY_SIZE)(text)
                x = max(0.0, _WIDTH - width - right * layout.PITCH)
                self._put(x, self._y, text, layout.BODY_SIZE, layout.LINE)
                self._y += layout.LINE

    def _small(self, text: str, face: Face, size: float, *, centred: bool = False) -> None:
        """Captions and notes, in lines as high as they need."""
        width = self._use(face, size)
        for line in lines_of(text, width, _WIDTH):
            self._room(size * 1.4)
            x = (_WIDTH - width(line)) / 2 if centred else 0.0
            self._put(x, self._y, line, size, size * 1.4)
            self._y += size * 1.4

    def _chart(self, block: Chart) -> None:
        self._room(HEIGHT + 2 * layout.LINE)
        self._small(block.caption, "black", layout.NUMBER_SIZE, centred=True)
        self._use("body", 10.5)
        plot(self, block, self.left, _TOP + self._y, _WIDTH)
        self._y += HEIGHT
        if block.source:
            self._small(block.source, "body", _NOTE_SIZE)
        self._to_line()

    # -- tables ------------------------------------------------------------------------------

    def _table(self, block: Table) -> None:
        """A table over the width of the text; its heading comes again on every page."""
        texts = [tuple(layout.printed(cell) for cell in row) for row in block.rows]
        size = layout.table_size(len(block.header))
        widths = [share * _WIDTH for share in layout.shares([block.header, *texts])]
        head = self._cells(block.header, widths, "black", size)
        self._room(layout.LINE + _row_height(head, size) * 2)
        if block.caption:
            self._small(block.caption, "black", layout.NUMBER_SIZE, centred=True)
        centred = ["C"] * len(widths)
        sides = ["R" if one else "L" for one in layout.numeric_columns(texts)]
        self._row(head, widths, "black", size, centred)
        for row in texts:
            left: list[list[str]] | None = self._cells(row, widths, "body", size)
            while left is not None:
                left = self._row_over_pages(left, head, widths, size, sides, centred)
        if block.note:
            self._small(block.note, "body", _NOTE_SIZE)
        self._to_line()

    def _row_over_pages(
        self, cells: list[list[str]], head: list[list[str]], widths: list[float], size: float,
        sides: list[str], centred: list[str],
    ) -> list[list[str]] | None:  # fmt: skip
        """A row, on the next page below the heading where it does not fit; of one that fits no
        page as much as does. Returns what is left of it."""
        if self._y + _row_height(cells, size) > _HEIGHT + 0.5:
            self.add_page()
            self._y = 0.0
            self._row(head, widths, "black", size, centred)
        fits = max(1, int((_HEIGHT - self._y - 2 * _PADDING) / (size * 1.3) + 0.01))
        self._row([lines[:fits] for lines in cells], widths, "body", size, sides)
        left = [lines[fits:] for lines in cells]
        return left if any(left) else None

    def _cells(
        self, row: Sequence[str], widths: Sequence[float], face: Face, size: float
    ) -> list[list[str]]:
        width = self._use(face, size)
        return [
            lines_of(text, width, room - 2 * _PADDING)
            for text, room in zip(row, widths, strict=True)
        ]

    def _row(
        self, cells: Sequence[Sequence[str]], widths: Sequence[float], face: Face, size: float,
        sides: Sequence[str],
    ) -> None:  # fmt: skip
        width, height = self._use(face, size), _row_height(cells, size)
        self.set_line_width(0.5)
        x = 0.0
        for lines, room, side in zip(cells, widths, sides, strict=True):
            self.rect(self.left + x, _TOP + self._y, room, height)
            y = self._y + (height - len(lines) * size * 1.3) / 2
            for line in lines:
                free = room - 2 * _PADDING - width(line)
                begins = _PADDING + {"L": 0.0, "C": free / 2, "R": free}[side]
                self._put(x + begins, y, line, size, size * 1.3)
                y += size * 1.3
            x += room
        self._y += height


def _row_height(cells: Sequence[Sequence[str]], size: float) -> float:
    return max(1, *(len(lines) for lines in cells)) * size * 1.3 + 2 * _PADDING
