"""Typefaces, workbooks, the layout's reckoning, and manuscripts out of values."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.reports.files import (
    Heading,
    Manuscript,
    NoTypeface,
    Number,
    Paragraph,
    Part,
    Table,
    filled,
    layout,
    manuscript_of,
    numeral,
    run_of,
    write_xlsx,
)
from district.kernel.reports.files.plotting import steps
from district.kernel.reports.files.typefaces import choose, read

LISTING = """/f/serif.ttc|2|Noto Serif CJK SC|80
/f/serif-bold.ttc|2|Noto Serif CJK SC|200
/f/sans.ttc|65538|Noto Sans CJK SC|80
/f/sans-bold.ttc|2|Noto Sans CJK SC|200
/f/fang.ttf|0|仿宋,FangSong|80
/f/range.ttf|0|Noto Serif SC|[40 205]
/f/old.pcf|0|黑体|80
"""


def test_the_standards_own_typefaces_come_first_then_what_resembles_them() -> None:
    found = choose(read(LISTING))
    assert found["body"].file == "/f/fang.ttf"
    assert found["title"].file == "/f/serif-bold.ttc"
    assert found["black"].file == "/f/sans-bold.ttc"
    assert found["song"].file == found["script"].file == "/f/serif.ttc"
    assert {one.index for one in read(LISTING)} == {0, 2}


def test_a_machine_without_chinese_typefaces_is_told_from_one_with_few() -> None:
    with pytest.raises(NoTypeface):
        choose(read(""))
    alone = choose(read("/f/fang.ttf|0|FangSong|80\n"))
    assert {one.file for one in alone.values()} == {"/f/fang.ttf"}


def test_tables_become_sheets_with_numbers_as_numbers() -> None:
    long = "很" * 40
    found = Manuscript(
        "题", "", "",
        (
            Heading(1, "一、总体"),
            Table("", ("指标", "数"), (("甲", Number("-1,234.5")), ("=1+1", Number("—")))),
            Heading(1, "二、总体"),
            Table("", ("指标", "数"), (("乙", "12"),)),
            Table(long, ("a/b",), ()),
            Table(long + "了", ("a",), ()),
        ),
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(found)))
    assert book.sheetnames == ["总体", "总体 (2)", long[:31], f"{long[:27]} (2)"]
    rows = list(book["总体"].iter_rows(values_only=True))
    assert rows == [("指标", "数"), ("甲", -1234.5), ("=1+1", "—")]
    assert book["总体 (2)"]["B2"].value == "12"
    empty = write_xlsx(Manuscript("空/白", "", "", (Paragraph(("无",)),)))
    assert openpyxl.load_workbook(io.BytesIO(empty)).sheetnames == ["空 白"]


def test_values_stand_as_documents_print_them() -> None:
    assert run_of(Decimal("12.50")) == Number("12.5")
    assert run_of(None) == "—"
    assert run_of(date(2026, 1, 5)) == "2026-01-05"
    assert run_of(datetime(2026, 1, 5, 1, 2, tzinfo=UTC)) == "2026-01-05 09:02"
    assert filled("增长%(a)s%%，共 %(b)s 件", {"a": 5, "b": Number("3", "/r/")}) == (
        "增长", 5, "%，共 ", Number("3", "/r/"), " 件",
    )  # fmt: skip


def test_parts_are_numbered_where_there_are_several() -> None:
    parts = [Part("甲", ("数",), [(1,)], note="单位：件"), Part("乙", ("数",), [], empty="没有。")]
    assert manuscript_of("题", "", parts).blocks == (
        Heading(1, "一、甲"),
        Table("", ("数",), ((Number("1"),),), "单位：件"),
        Heading(1, "二、乙"),
        Paragraph(("没有。",)),
    )
    assert manuscript_of("题", "说明", parts[:1]).blocks[:2] == (
        Paragraph(("说明",)),
        Heading(1, "甲"),
    )


def test_numerals() -> None:
    assert [numeral(at) for at in (1, 9, 10, 11, 20, 35, 99)] == [
        "一", "九", "十", "十一", "二十", "三十五", "九十九",
    ]  # fmt: skip


def test_a_date_begins_two_characters_after_the_issuer_or_stands_two_from_the_edge() -> None:
    for issuer, dated in (("深圳市龙岗区发展和改革局", "2026年1月5日"), ("区府", "2026年11月25日")):
        name, day = layout.signature(issuer, dated)
        begins = [28 - right - layout.ems(text) for text, right in ((issuer, name), (dated, day))]
        assert begins[1] - begins[0] == 2
        assert min(name, day) >= 2


@settings(max_examples=100)
@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_marks_of_an_axis_are_few_rising_and_enclose_the_numbers(low: int, span: int) -> None:
    high = low + span
    marks = steps(float(low), float(high))
    assert 2 <= len(marks) <= 8
    assert marks == sorted(set(marks))
    room = abs(marks[1] - marks[0]) * 1e-6 + 1e-6
    assert marks[0] <= low + room
    assert marks[-1] >= high - room
