"""Rows of lists are drawn without templates; what people wrote is escaped in them all the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import lxml.html  # type: ignore[import-untyped]  # it ships no types
import pytest

from district.kernel.conditions.public import Type
from district.kernel.registers.cells import Cell
from district.kernel.registers.declaration import Field
from district.kernel.registers.presenting import Line
from district.ui.templatetags.cells import drawn, phone_row, table_row

EVIL = '<img src=x onerror="alert(1)">&"'


def cell(value: Any, text: str = "", kind: str = "", field_type: Type = "text") -> Cell:
    return Cell(Field("a", "<b>列</b>", field_type, unit="<u>"), kind, value, text)


def line(*cells: Cell) -> Line:
    return Line(id=EVIL, url=f"/x/?a={EVIL}", title=cells[0], light="red", cells=cells, brief=cells)


@pytest.mark.parametrize("kind", ["", "long_text", "reference", "number", "percent", "light"])
def test_no_text_of_a_row_becomes_markup(kind: str) -> None:
    for made in (table_row, phone_row):
        row = lxml.html.fragment_fromstring(
            made(line(cell(EVIL, EVIL), cell(EVIL, EVIL, kind))), create_parent="div"
        )
        assert not row.findall(".//img")
        assert not row.findall(".//b")
        assert not row.findall(".//u")
        (link,) = row.findall(".//a")
        assert link.get("href") == f"/x/?a={EVIL}"
        assert EVIL in row.text_content()


def test_a_row_says_what_a_cell_is() -> None:
    row = table_row(
        line(
            cell("甲", "甲"),
            cell(Decimal("1234.5"), "1234.5", "number", "decimal"),
            cell(date(2025, 9, 26), "2025-09-26", "date", "date"),
            cell("长", "长", "long_text"),
            cell(None),
        )
    )
    found = lxml.html.fragment_fromstring(row, create_parent="div")
    cells = found.findall(".//td")
    assert [one.get("class") for one in cells][1:4] == ["number", "nowrap", "wide"]
    assert cells[1].text_content() == "1,234.5<u>"
    assert cells[2].find("time") is not None
    assert cells[4].text_content() == "-"


def test_progress_is_drawn_by_its_component() -> None:
    assert "progress" in table_row(line(cell("甲", "甲"), cell(Decimal(40), "40", "progress")))
    assert drawn(cell("", "")) == '<span class="text-muted">-</span>'
