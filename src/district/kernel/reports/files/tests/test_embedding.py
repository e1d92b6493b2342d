"""What a document holds of a typeface: its own glyphs alone, drawn as the typeface draws them."""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fpdf import FPDF

from district.kernel.reports.files import (
    Manuscript,
    NoTypeface,
    Paragraph,
    keeping,
    pdf,
    write_pdf,
)
from district.kernel.reports.files.embedding import EmbeddedFont
from district.kernel.reports.files.keeping import keep
from district.kernel.reports.files.typefaces import Typeface, typefaces

ORDER = [".notdef", ".null", "CR", "space", "A", "acute", "B", "Aacute"]
CODES = {0x20: "space", 0x41: "A", 0x42: "B", 0xB4: "acute", 0xC1: "Aacute"}


def fonts_in(content: bytes) -> list[bytes]:
    """The font files inside a PDF."""
    found = []
    for stream in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL):
        try:
            data = zlib.decompress(stream)
        except zlib.error:
            continue
        if data[:4] in (b"\x00\x01\x00\x00", b"OTTO") or data[:3] == b"\x01\x00\x04":
            found.append(data)
    return found


def glyphs_in(font: bytes) -> list[str]:
    if font[:3] == b"\x01\x00\x04":
        cff = CFFFontSet()
        cff.decompile(BytesIO(font), None)
        return list(cff.topDictIndex[0].charset)
    return list(TTFont(BytesIO(font)).getGlyphOrder())


def text_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    found = [str(page.get_textpage().get_text_range()) for page in document]
    document.close()
    return found


def look(content: bytes) -> list[tuple[str, bytes]]:
    """Text and picture of every page."""
    document = pypdfium2.PdfDocument(content)
    found = [
        (page.get_textpage().get_text_range(), page.render(scale=2).to_numpy().tobytes())
        for page in document
    ]
    document.close()
    return found


# -- the typefaces of this machine ----------------------------------------------------------------


@pytest.fixture(scope="module")
def chinese() -> None:
    try:
        typefaces()
    except NoTypeface:
        pytest.skip("this machine has no Chinese typeface")


#: Texts of characters of their own.
TEXTS = ("龙岗区人民政府", "春眠不觉晓处闻啼鸟", "白日依山尽黄河入海流", "𠮷Ωж①—")


def of(text: str) -> Manuscript:
    return Manuscript(text, "", "", (Paragraph((text,)),))


@pytest.mark.usefixtures("chinese")
def test_documents_hold_their_own_glyphs_one_after_another_and_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = [fonts_in(write_pdf(of(text))) for text in TEXTS]
    assert all(alone)
    monkeypatch.setattr(keeping, "_kept", OrderedDict())  # read once more, by threads at once
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda text: write_pdf(of(text)), TEXTS * 2))
    for content, text, fonts in zip(made, TEXTS * 2, alone * 2, strict=True):
        assert fonts_in(content) == fonts
        assert text in "".join(text_of(content)).replace("\r\n", "")
    if all(font[:1] == b"\x01" for fonts in alone for font in fonts):
        # Each font: the two that fpdf2 always takes, and no glyph but of the text or the footer.
        names = [set(glyphs_in(fonts[0])) for fonts in alone]
        always = set.intersection(*names)
        for text, one in zip(TEXTS[:3], names[:3], strict=True):
            assert len(one - always) == len(text)
        assert not (names[0] - always) & (names[1] - always)


@pytest.mark.usefixtures("chinese")
def test_a_page_looks_as_if_the_typeface_had_been_read_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "各街道办事处：2026年GDP增长5.5%，{}（“龙岗区”）。\U0010fffd" + TEXTS[3]
    found = look(write_pdf(of(text)))
    monkeypatch.setattr(pdf, "keep", lambda _face: None)
    assert found == look(write_pdf(of(text)))


# -- typefaces made here --------------------------------------------------------------------------


def square(pen: Any, side: int, up: int = 0) -> Any:
    for at, point in enumerate([(0, up), (0, up + side), (side, up + side), (side, up)]):
        (pen.lineTo if at else pen.moveTo)(point)
    pen.closePath()
    return pen


def build(path: Path, *, side: int = 400, cff: bool = False) -> Typeface:
    """A typeface of eight glyphs; in TrueType one is composed of two others."""
    builder = FontBuilder(1000, isTTF=not cff)
    builder.setupGlyphOrder(ORDER)
    builder.setupCharacterMap(CODES)
    sides = {name: side + 40 * at for at, name in enumerate(ORDER) if name not in ORDER[1:4]}
    if cff:
        strings = {}
        for name in ORDER:
            pen = T2CharStringPen(700, None)
            strings[name] = square(pen, sides.get(name, 1)).getCharString()
        builder.setupCFF("Made", {}, strings, {})
    else:
        glyphs = {name: TTGlyphPen(None).glyph() for name in ORDER}
        for name, one in sides.items():
            glyphs[name] = square(TTGlyphPen(None), one).glyph()
        composed = TTGlyphPen(glyphs)
        composed.addComponent("A", (1, 0, 0, 1, 0, 0))
        composed.addComponent("acute", (0.5, 0, 0, 0.5, 100, 700))
        glyphs["Aacute"] = composed.glyph()
        builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (600 + at, 0) for at, name in enumerate(ORDER)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Made", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return Typeface(str(path), 0, ("Made",), 80)


def written(text: str, face: Typeface, *, kept: bool) -> bytes:
    page = FPDF(unit="pt", format="A4")
    page.add_page()
    if kept:
        found = keep(face)
        assert found is not None
        page.fonts["made"] = EmbeddedFont(page, found, "made")
    else:
        page.add_font("made", "", face.file)
    page.set_font("made", size=60)
    assert page.get_string_width(text) > 0
    page.text(40, 90, text)
    return bytes(page.output())


def test_truetype_outlines_come_with_those_they_are_composed_of(tmp_path: Path) -> None:
    face = build(tmp_path / "made.ttf")
    content = written("Á Á", face, kept=True)
    (font,) = fonts_in(content)
    numbers = [0, 1, 2, 3, ORDER.index("A"), ORDER.index("acute"), ORDER.index("Aacute")]
    assert len(glyphs_in(font)) == len(numbers)
    assert len(glyphs_in(*fonts_in(written("B", face, kept=True)))) == 5
    for text in ("Á Á", "B", "BA´Á", "A龙"):
        assert look(written(text, face, kept=True)) == look(written(text, face, kept=False))


def test_a_typeface_is_read_once_and_anew_when_its_file_changes(tmp_path: Path) -> None:
    face = build(tmp_path / "made.ttf")
    first = keep(face)
    assert keep(face) is first
    before = look(written("A", face, kept=True))
    build(tmp_path / "other.ttf", side=500)
    (tmp_path / "other.ttf").replace(tmp_path / "made.ttf")
    assert keep(face) is not first
    assert look(written("A", face, kept=True)) != before


def test_a_kind_of_typeface_that_is_not_kept_says_so(tmp_path: Path) -> None:
    assert keep(build(tmp_path / "made.otf", cff=True)) is None


@pytest.mark.usefixtures("chinese")
def test_a_document_without_a_block_is_its_title() -> None:
    pages = look(write_pdf(Manuscript("题目", "", "", ())))
    assert len(pages) == 1
    assert "题目" in pages[0][0]
