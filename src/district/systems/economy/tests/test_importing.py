"""Workbooks: every fault is answered by its cell with a remedy; nothing is half-imported."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.systems.economy.models import SeriesImport, SeriesValue
from district.systems.economy.rules.importing.periods import Stretch, stretch_in
from district.systems.economy.rules.importing.sheets import (
    cell_name,
    factor_between,
    number_of,
    place_of,
    unit_in,
)
from district.systems.economy.services.importing import (
    accept_import,
    check_workbook,
    drop_import,
)
from district.systems.economy.tests.conftest import People
from district.systems.economy.words import problem_text

pytestmark = pytest.mark.django_db
Rows = Sequence[Sequence[Any]]
#: September, in 万元: the whole 763.2 亿元.
MONTH: Rows = (
    ("2025年1—9月工业总产值", None, None),
    ("单位：万元、%", None, None),
    ("行业", "本年累计", None),
    (None, "绝对量", "增长（%）"),
    ("合计", 7632000, 6),
    ("电子业", 4579200, 6.5),
    ("其中：汽车", "2,289,600", "５.０"),
    ("其他", 763200, 5),
    ("注：增速按同口径计算", None, None),
)
YEAR: Rows = (
    ("2025年零售总额", None, None, None),
    ("单位：亿元", None, None, None),
    ("街道", "1-2月", "1-3月", "1-4月"),
    ("全区", 148.4, 233.2, 318),
    ("东", 103.88, 163.24, 222.6),
    ("西街道", 44.52, 69.96, 95.4),
)


def workbook(rows: Rows, merged: Sequence[str] = ("B3:C3",)) -> bytes:
    """A workbook whose only sheet holds these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for one in merged:
        sheet.merge_cells(one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(rows: Rows, **cells: Any) -> list[list[Any]]:
    """The rows with other values in cells that are named (`B5=...`)."""
    found = [list(row) for row in rows]
    for name, value in cells.items():
        row, column = place_of(name)
        found[row - 1][column - 1] = value
    return found


Check = Callable[..., SeriesImport]


@pytest.fixture
def check(people: People) -> Check:
    """`check("month", rows)`: the import as it was checked by the bureau."""

    def run(layout: str, rows: Rows, merged: Sequence[str] = ()) -> SeriesImport:
        merged = merged or (("B3:C3",) if layout == "month" else ())
        return check_workbook("表.xlsx", workbook(rows, merged), layout, actor=people.bureau)

    return run


def test_a_sound_sheet_is_converted_and_taken_whole(people: People, check: Check) -> None:
    before = SeriesValue.objects.count()
    found = check("month", MONTH)
    assert found.problems == []
    assert found.unit == "万元"
    assert SeriesValue.objects.count() == before
    done = accept_import(found.pk, actor=people.bureau)
    assert (done.fresh, done.revised) == (4, 0)
    row = SeriesValue.objects.get(series="output", period_end="2025-09-30", industry="cars")
    assert (row.value, row.growth, row.status) == (Decimal("228.96"), 5, "preliminary")
    with pytest.raises(Conflict):
        accept_import(found.pk, actor=people.bureau)


def test_a_year_by_months_is_taken(people: People, check: Check) -> None:
    found = check("year", YEAR)
    assert found.problems == []
    done = accept_import(found.pk, actor=people.bureau)
    assert done.fresh + done.revised > 0


@pytest.mark.parametrize(
    ("layout", "cells", "cell", "code"),
    [
        ("month", {"B5": "约763万"}, "B5", "not_a_number"),
        ("month", {"C7": True}, "C7", "not_a_number"),
        ("month", {"B8": None}, "B8", "empty"),
        ("month", {"C6": -120}, "C6", "growth"),
        ("month", {"A2": "单位：户"}, "A2", "unit"),
        ("month", {"A1": "工业总产值月报"}, "A1", "no_year"),
        ("month", {"A1": "2025年工业总产值"}, "A1", "no_period"),
        ("month", {"A6": "电了"}, "A6", "unknown_member"),
        ("month", {"A8": "汽车"}, "A8", "member_twice"),
        ("month", {"A5": "总数"}, "A5", "no_total"),
        ("month", {"C4": "比重"}, "A3", "column_missing"),
        ("month", {"A2": "单位：亿元"}, "B5", "magnitude"),
        ("month", {"B5": 8632000}, "B5", "parts"),
        ("month", {"B5": 6000000}, "B5", "falls"),
        ("year", {"C4": None}, "C4", "empty"),
        ("year", {"C3": "1-5月"}, "C3", "month_missing"),
        ("year", {"D3": "四月份"}, "D3", "not_a_period"),
        ("year", {"D3": "1-3月"}, "D3", "period_twice"),
        ("year", {"D5": 100}, "D5", "falls"),
        ("year", {"A6": None}, "A6", "member_missing"),
    ],
)
def test_each_fault_is_told_by_its_cell_with_a_remedy(
    check: Check, layout: str, cells: dict[str, Any], cell: str, code: str
) -> None:
    rows = changed(MONTH if layout == "month" else YEAR, **cells)
    found = check(layout, rows)
    told = {(one["cell"], one["code"]) for one in found.problems}
    assert (cell, code) in told
    for one in found.problems:
        text, remedy = problem_text(one["code"], one["params"])
        assert text != one["code"]
        assert remedy


def test_merged_numbers_are_told(check: Check) -> None:
    found = check("month", MONTH, ("B3:C3", "B6:B7"))
    assert next((one["cell"], one["code"]) for one in found.problems) == ("B6", "merged")
    assert found.errors > 0


def test_with_an_error_nothing_is_written(people: People, check: Check) -> None:
    before = SeriesValue.objects.count()
    found = check("month", changed(MONTH, B6="四百"))
    with pytest.raises(Conflict):
        accept_import(found.pk, reason="已核对", actor=people.bureau)
    assert SeriesValue.objects.count() == before
    assert drop_import(found.pk, actor=people.bureau).state == "dropped"


def test_a_doubt_needs_a_reason(people: People, check: Check) -> None:
    found = check("month", changed(MONTH, B5=7640000))
    assert (found.errors, found.doubts) == (0, 1)
    with pytest.raises(Invalid) as raised:
        accept_import(found.pk, actor=people.bureau)
    assert raised.value.field == "reason"
    done = accept_import(found.pk, reason="有未列出的行业", actor=people.bureau)
    assert SeriesValue.objects.filter(note="有未列出的行业").count() == done.fresh


def test_files_that_are_no_workbook_are_refused(people: People) -> None:
    for name, content in (("a.csv", b"1,2"), ("a.xlsx", b"PK nonsense"), ("a.xlsx", b"")):
        with pytest.raises(Invalid):
            check_workbook(name, content, "month", actor=people.bureau)


def test_a_department_does_not_import_for_the_bureau(people: People) -> None:
    with pytest.raises(NotPermitted):
        check_workbook("a.xlsx", workbook(MONTH), "month", actor=people.industry)


def test_words_of_periods_units_and_numbers() -> None:
    assert stretch_in("2025年1—8月") == Stretch(2025, 1, 8)
    assert stretch_in("２０２５年１－２月累计") == Stretch(2025, 1, 2)
    assert stretch_in("2025年前三季度") == Stretch(2025, 1, 9)
    assert stretch_in("11月") == Stretch(None, 11, 11)
    assert stretch_in("8-3月") is None
    assert stretch_in("合计") is None
    assert unit_in("单位: 万元、%") == "万元"
    assert factor_between("万元", "亿元") == Decimal("0.0001")
    assert factor_between("户", "亿元") is None
    assert cell_name(7, 28) == "AB7"
    assert place_of("ab7") == (7, 28)
    assert number_of("1,234.5") == Decimal("1234.5")
    assert number_of("—") is None
    for text in ("12万", "1,23", "NaN", "#REF!"):
        with pytest.raises(ValueError, match=r"."):
            number_of(text)
