"""A document shown as a page."""

from __future__ import annotations

import re

import pytest
from django.template import engines
from django_cotton.compiler_regex import CottonCompiler  # type: ignore[import-untyped]  # has none

from district.kernel.reports.files import Manuscript, Number, Paragraph
from district.kernel.reports.files.tests.samples import FULL


@pytest.fixture(scope="module")
def page() -> str:
    return drawn(FULL)


def drawn(manuscript: Manuscript) -> str:
    tag = '<c-manuscript :of="manuscript" id="m" />'
    template = engines["django"].from_string(CottonCompiler().process(tag))
    return str(template.render({"manuscript": manuscript}))


def test_numbers_open_their_rows_and_stale_ones_say_so_by_shape_and_word(page: str) -> None:
    assert '<a class="figure" href="/rows/">6.5</a>' in page
    stale = page[page.index("0.5") :][:400]
    assert "已变动" in stale
    assert "<svg" in stale[: stale.index("已变动")]


def test_a_figure_of_a_register_carries_its_value_for_the_recount() -> None:
    found = Manuscript("题", "", "", (Paragraph((Number("7", "/registers/x/?figure=1"),)),))
    assert 'data-figure="7" data-value="7"' in drawn(found)


def test_headings_descend_from_the_title(page: str) -> None:
    assert re.findall(r"<h(\d)", page) == ["2", "3", "4", "5", "6", "2", "2", "3"]
    assert 'aria-label="附件1 任务清单"' in page


def test_charts_have_ids_of_their_own_and_tables_a_name(page: str) -> None:
    ids = re.findall(r'<script id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 2
    assert 'aria-label="主要指标"' in page
    assert page.count('<td class="number">') == 80 + len(["今年", "去年"]) * 3 + 2


def test_texts_are_escaped() -> None:
    found = drawn(Manuscript("<b>", "", "", (Paragraph(("<script>", Number("<i>", "/r/"))),)))
    assert "<script>" not in found
    assert "&lt;b&gt;" in found
    assert "&lt;i&gt;" in found
