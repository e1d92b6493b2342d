"""A PDF against the measures of GB/T 9704-2012; its text, read back, is the manuscript's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from district.kernel.reports.files import (
    Chart,
    Heading,
    Manuscript,
    NoTypeface,
    Paragraph,
    Table,
    printed,
    write_pdf,
)
from district.kernel.reports.files.tests.samples import FULL, TABLE, WORDS
from district.kernel.reports.files.typefaces import typefaces

try:
    typefaces()
except NoTypeface:
    pytest.skip("this machine has no Chinese typeface", allow_module_level=True)

POINTS = 72 / 25.4


@pytest.fixture(scope="module")
def document() -> Iterator[Any]:
    """Everything at once: drawing one takes seconds."""
    found = pypdfium2.PdfDocument(write_pdf(FULL))
    yield found
    found.close()


@pytest.fixture(scope="module")
def pages(document: Any) -> list[Any]:
    return [document[at] for at in range(len(document))]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def text_of(page: Any) -> str:
    return str(page.get_textpage().get_text_range())


def test_the_text_can_be_selected_and_is_the_manuscripts(pages: list[Any]) -> None:
    found = bare("".join(text_of(page) for page in pages))
    found = re.sub(r"—\d+—", "", found)
    for block in (*FULL.blocks, *FULL.annexes[0].blocks):
        match block:
            case Heading():
                assert bare(block.text) in found
            case Paragraph():
                assert bare("".join(printed(run) for run in block.runs)) in found
            case Table():
                for row in block.rows:
                    assert "".join(printed(cell) for cell in row) in found
            case Chart():
                assert block.caption in found
    assert FULL.title in found
    assert f"{FULL.issuer}{FULL.dated}" in found


def test_the_head_of_a_table_comes_again_on_each_page(pages: list[Any]) -> None:
    with_rows = [text_of(page) for page in pages if re.search(r"指标\d+", text_of(page))]
    assert len(with_rows) >= 3
    assert all("".join(TABLE.header) in bare(text) for text in with_rows)


def test_page_numbers_stand_outside_below_the_text(pages: list[Any]) -> None:
    for at, page in enumerate(pages, 1):
        text = page.get_textpage()
        found = text.search(f"— {at} —").get_next()
        assert found is not None
        left, bottom, right, top = text.get_charbox(found[0])
        assert page.get_height() - top > (37 + 225 + 5) * POINTS
        middle = page.get_width() / 2
        assert (left > middle) is (at % 2 == 1)
        assert bottom < top
        assert left < right


def test_headings_and_annexes_are_bookmarks(document: Any) -> None:
    found = [(mark.level, mark.get_title()) for mark in document.get_toc()]
    assert found == [
        (0, "一、主要指标"), (1, "（一）工业"), (2, "1.龙头企业"), (3, "（1）产值"),
        (0, "附件1 任务清单"), (0, "附件2 名词解释"), (0, "一、指标"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def odd() -> Iterator[Any]:
    """A title, 40 full lines, a heading that leaves out levels, a cell longer than a page."""
    long = Table("", ("说明", "数"), ((WORDS * 80, "1"),))
    full = Paragraph(("龙" * (28 * 40 - 2),))
    content = write_pdf(
        Manuscript("题", "", "", (full, Heading(3, "1.深"), long, Paragraph(("完",))))
    )
    found = pypdfium2.PdfDocument(content)
    yield found
    found.close()


def test_a_page_holds_22_lines_of_28_characters(odd: Any) -> None:
    lines = [
        [line.strip() for line in text_of(odd[at]).splitlines() if "龙" in line] for at in (0, 1)
    ]
    assert [len(one) for one in lines] == [22 - 3, 40 - 22 + 3]
    assert [len(line) for line in lines[0] + lines[1]] == [26] + [28] * 39
    left, _bottom, right, _top = odd[0].get_textpage().get_charbox(60)
    assert left >= 28 * POINTS - 1
    assert right <= (28 + 156) * POINTS + 1


def test_a_cell_longer_than_a_page_goes_on_over_the_next(odd: Any) -> None:
    found = bare("".join(text_of(odd[at]) for at in range(len(odd))))
    assert found.count("稳中求进") == 80
    assert "完" in found
