"""A .docx against the measures of GB/T 9704-2012, read back from its XML."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from district.kernel.reports.files import Manuscript, Paragraph, Table, write_docx
from district.kernel.reports.files.tests.samples import FULL, WORDS

MM = 36000


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_docx(FULL)


@pytest.fixture(scope="module")
def document(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name).decode()


def faces(document: Any, text: str) -> set[tuple[str, float, bool]]:
    """Typeface, size and weight of the runs of the paragraph that begins so."""
    found = next(one for one in document.paragraphs if one.text.startswith(text))
    return {
        (run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt, bool(run.font.bold))
        for run in found.runs
    }


def test_paper_and_edges_are_those_of_the_standard(document: Any) -> None:
    section = document.sections[0]
    sides = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(side / MM) for side in sides] == [210, 297, 37, 28]
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert [round(width / MM), round(height / MM)] == [156, 225]


def test_a_page_has_22_lines_of_28_characters(document: Any) -> None:
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    twips = int(grid.get(qn("w:linePitch")))
    assert twips * 22 <= 225 / 25.4 * 1440 < (twips + 1) * 22 + 22
    pitch = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert pitch * 28 == pytest.approx(156 / 25.4 * 72, abs=0.01)
    body = document.styles["Normal"].paragraph_format
    assert 28 <= body.line_spacing.pt <= 29


def test_each_part_has_its_typeface_and_size(document: Any) -> None:
    assert faces(document, "关于计划") == {("方正小标宋简体", 22, False)}
    assert faces(document, "（草案）") == {("楷体_GB2312", 16, False)}
    assert faces(document, "一、主要") == {("黑体", 16, False)}
    assert faces(document, "（一）") == {("楷体_GB2312", 16, False)}
    assert faces(document, "1.龙头") == {("仿宋_GB2312", 16, True)}
    assert faces(document, "（1）") == {("仿宋_GB2312", 16, False)}
    assert faces(document, WORDS[:8]) == {("仿宋_GB2312", 16, False)}
    sizes = re.findall(r'<w:sz w:val="(\d+)"', document.paragraphs[0]._p.xml)
    assert sizes == ["44"]


def test_paragraphs_begin_two_characters_in(document: Any) -> None:
    found = next(one for one in document.paragraphs if one.text.startswith(WORDS))
    assert found._p.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_a_number_whose_rows_changed_carries_an_asterisk(document: Any) -> None:
    text = "\n".join(one.text for one in document.paragraphs)
    assert f"{WORDS}6.5%，高0.5*个百分点。" in text


def test_headings_make_an_outline(document: Any) -> None:
    found = {one.style.name: one.text for one in document.paragraphs if "Heading" in one.style.name}
    assert found["Heading 2"] == "（一）工业"
    assert found["Heading 4"] == "（1）产值"


def test_page_numbers_stand_outside_between_dashes(content: bytes, document: Any) -> None:
    assert "<w:evenAndOddHeaders/>" in part(content, "word/settings.xml")
    assert "<w:mirrorMargins/>" in part(content, "word/settings.xml")
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        xml = footer._element.xml
        assert f'<w:jc w:val="{side}"/>' in xml
        assert "PAGE" in xml
        assert footer.paragraphs[0].text == "—  —"
        assert 'w:eastAsia="宋体"' in xml
        assert set(re.findall(r'<w:sz w:val="(\d+)"', xml)) == {"28"}


def test_the_head_of_a_table_comes_again_and_no_row_is_divided(document: Any) -> None:
    table = document.tables[0]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True] + [False] * 80
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [cell.text for cell in table.rows[2].cells] == ["指标1", "亿元", "1.5*"]
    widths = [int(cell._tc.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for cell in table.rows[0].cells]
    assert sum(widths) == pytest.approx(156 / 25.4 * 1440, abs=3)


def test_charts_are_native_and_hold_their_numbers(content: bytes) -> None:
    xml = part(content, "word/charts/chart1.xml")
    assert "c:lineChart" in xml
    assert "c:barChart" in part(content, "word/charts/chart2.xml")
    assert "<c:v>5.1</c:v>" in xml
    assert "%" in xml[xml.index("c:valAx") :]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        book = openpyxl.load_workbook(io.BytesIO(packed.read("word/embeddings/chart1.xlsx")))
        assert "chart+xml" in packed.read("[Content_Types].xml").decode()
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows == [(None, "今年", "去年"), ("1月", 5.1, 4), ("2月", None, 4.4), ("3月", 6, -1)]
    key = re.search(r'<c:chart r:id="(\w+)"', part(content, "word/document.xml").replace("\n", ""))
    assert key
    assert f'Id="{key[1]}"' in part(content, "word/_rels/document.xml.rels")


def test_annexes_are_named_and_begin_on_pages_of_their_own(document: Any) -> None:
    texts = [one.text for one in document.paragraphs]
    assert "附件：1. 任务清单" in texts
    marks = [one for one in document.paragraphs if re.fullmatch("附件[12]", one.text)]
    assert [one.paragraph_format.page_break_before for one in marks] == [True, True]
    assert texts.index("2026年1月5日") == texts.index("区发展和改革局") + 1
    assert texts.index("区发展和改革局") < texts.index("附件1")


def test_what_xml_cannot_hold_is_left_out_and_lines_stay() -> None:
    odd = Table("", ("说明",), (("甲\x00乙\n丙<&\ud800",),))
    found = Document(
        io.BytesIO(write_docx(Manuscript("题\x01", "", "", (odd, Paragraph(("\x0b",))))))
    )
    assert found.tables[0].rows[1].cells[0].text == "甲乙\n丙<&"
    assert found.paragraphs[0].text == "题"
