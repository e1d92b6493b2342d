"""Periods, doubts about values, the way of a filing, what evidence may be."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.sniffing import TYPES, clean_name, content_type_of
from district.kernel.measures.forms import ValueField, plain_number
from district.kernel.measures.rules import flow
from district.kernel.measures.rules.periods import (
    ENDS,
    StatPeriod,
    ends_between,
    is_boundary,
    label,
    last_complete,
    month_end,
    period_ending,
)
from district.kernel.measures.rules.plausible import Known, Question, doubts
from district.kernel.measures.words import warning_codes, warning_texts

D = Decimal
day_st = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.sampled_from(sorted(ENDS)), day_st, st.integers(0, 900))
def test_period_ends_are_what_walking_every_day_finds(
    frequency: str, since: date, days: int
) -> None:
    until = since + timedelta(days=days)
    walked = [
        day
        for n in range(days + 1)
        if (day := since + timedelta(days=n)).month in ENDS[frequency]
        and (day + timedelta(days=1)).day == 1
    ]
    assert list(ends_between(frequency, since, until)) == walked
    assert all(is_boundary(frequency, day) for day in walked)


@given(st.sampled_from(sorted(ENDS)), day_st)
def test_the_last_complete_period_is_over_and_the_next_is_not(frequency: str, today: date) -> None:
    end = last_complete(frequency, today)
    assert end < today
    following = next(ends_between(frequency, end + timedelta(days=1), date(2040, 1, 1)))
    assert following >= today


@pytest.mark.parametrize(
    ("end", "kind", "start", "words"),
    [
        (date(2025, 8, 31), "month", date(2025, 8, 1), "2025年8月"),
        (date(2025, 9, 30), "quarter", date(2025, 7, 1), "2025年第3季度"),
        (date(2025, 8, 31), "year_to_date", date(2025, 1, 1), "2025年1-8月"),
        (date(2025, 1, 31), "year_to_date", date(2025, 1, 1), "2025年1月"),
        (date(2025, 12, 31), "year", date(2025, 1, 1), "2025年全年"),
        (date(2025, 8, 20), "year_to_date", date(2025, 1, 1), "2025年截至8月20日"),
        (date(2024, 2, 29), "month", date(2024, 2, 1), "2024年2月"),
    ],
)
def test_periods_are_named_as_officers_say_them(
    end: date, kind: str, start: date, words: str
) -> None:
    period = period_ending(end, kind)
    assert (period.start, label(period)) == (start, words)


def test_periods_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        StatPeriod(date(2025, 1, 1), date(2025, 1, 31), "week")
    with pytest.raises(ValueError, match="ends"):
        StatPeriod(date(2025, 2, 1), date(2025, 1, 31), "month")


# Doubts -------------------------------------------------------------------------------------

AUGUST = date(2025, 8, 31)


def codes(value: str, previous: str = "", last_year: str = "", **more: bool) -> list[str]:
    question = Question(
        AUGUST,
        D(value),
        Known(date(2025, 7, 31), D(previous)) if previous else None,
        Known(date(2024, 8, 31), D(last_year)) if last_year else None,
        **more,
    )
    return [doubt.code for doubt in doubts(question)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1020", []),
        ("10200000", ["unit_too_large"]),  # 万元 for 亿元
        ("0.102", ["unit_too_small"]),
        ("102000000000", ["unit_too_large"]),
        ("-1020", ["sign"]),
        ("0", ["zero"]),
        ("12000", ["jump"]),
        ("90", ["jump"]),
    ],
)
def test_values_are_held_against_the_same_period_last_year(value: str, expected: list[str]) -> None:
    assert codes(value, last_year="950") == expected


def test_a_cumulative_value_below_the_one_before_is_doubted() -> None:
    assert codes("880", previous="900", accrues=True) == ["cumulative_falls"]
    assert codes("910", previous="900", accrues=True) == []
    assert codes("880", previous="900") == []


def test_january_is_not_held_against_december() -> None:
    question = Question(date(2026, 1, 31), D(90), Known(date(2025, 12, 31), D(1500)), accrues=True)
    assert doubts(question) == ()


def test_a_percentage_written_as_a_fraction_is_doubted() -> None:
    assert codes("0.062", last_year="5.8", proportion=True) == ["unit_too_small"]
    assert codes("0.062", last_year="5.8") == ["jump"]


@settings(max_examples=200)
@given(
    st.decimals(D("0.01"), 10_000, places=2),
    st.sampled_from([D(10_000), D(100_000_000)]),
    st.booleans(),
)
def test_a_slip_of_the_unit_is_always_noticed(value: Decimal, factor: Decimal, up: bool) -> None:
    slipped = value * factor if up else value / factor
    question = Question(AUGUST, slipped, Known(date(2025, 7, 31), value))
    assert [d.code for d in doubts(question)] == ["unit_too_large" if up else "unit_too_small"]
    assert doubts(Question(AUGUST, value, Known(date(2025, 7, 31), value))) == ()


@given(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2))
def test_every_doubt_is_a_sentence(value: Decimal, known: Decimal) -> None:
    found = doubts(Question(AUGUST, value, Known(date(2025, 7, 31), known), accrues=True))
    texts = warning_texts([{"code": d.code, "params": d.params} for d in found])
    assert len(texts) == len(found)
    assert all("%(" not in text for text in texts)
    assert {d.code for d in found} <= set(warning_codes())


# The way of a filing ------------------------------------------------------------------------


def test_a_filing_is_reviewed_before_it_is_signed_off() -> None:
    assert flow.after("sign_off", "filed") is None
    assert flow.after("review", "draft") is None
    assert flow.after("withdraw", "reviewed") is None
    assert flow.steps_from("signed_off") == ()
    state = "draft"
    for step in ("file", "return", "file", "withdraw", "file", "review", "sign_off"):
        state = flow.after(step, state) or "refused"
    assert state == "signed_off"


# Numbers as people type them ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234.5", "1234.5"),
        ("12.5", "12.5"),
        ("6.2%", "6.2"),
        ("\u22126.85", "-6.85"),
        (" 7 ", "7"),
    ],
)
def test_numbers_are_taken_as_officers_type_them(typed: str, value: str) -> None:
    assert ValueField().clean(typed) == D(value)


@given(st.decimals(-10_000, 10_000, places=6), st.integers(0, 4))
def test_a_number_shown_is_the_number_read(value: Decimal, decimals: int) -> None:
    assert ValueField().clean(plain_number(value, decimals)) == value


# Evidence -----------------------------------------------------------------------------------

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00"
    b"\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def office(part: str, *more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("报表.pdf", PDF),
        ("截图.PNG", PNG),
        ("台账.xlsx", office("xl/workbook.xml")),
        ("说明.docx", office("word/document.xml")),
        ("数据.csv", "日期,数值\n2025-08,12\n".encode("gb18030")),
        ("数据.txt", "说明".encode()),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ],
)
def test_evidence_of_the_allowed_kinds_is_recognised(name: str, content: bytes) -> None:
    assert content_type_of(name, content) == TYPES[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", PNG),
        ("report.png", PDF),
        ("report.pdf", b"<html><script>alert(1)</script>"),
        ("page.html", b"<html></html>"),
        ("drawing.svg", b"<svg onload='x'/>"),
        ("data.csv", b"<script>alert(1)</script>"),
        ("data.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("data.txt", b"MZ\x90\x00\x03"),
        ("table.xlsx", office("word/document.xml")),
        ("table.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin")),
        ("table.xlsx", b"PK\x03\x04 broken"),
        ("program.exe", b"MZ"),
        ("noending", PDF),
        ("empty.pdf", b""),
    ],
)
def test_anything_else_is_refused(name: str, content: bytes) -> None:
    assert content_type_of(name, content) is None


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\报表.pdf", "报表.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 117 + ".pdf"),
    ],
)
def test_names_lose_folders_and_tricks(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(max_size=60))
def test_no_name_leads_anywhere(name: str) -> None:
    try:
        shown = clean_name(name)
    except ValueError:
        return
    assert not set(shown) & {"/", "\\", "\x00", "\n", "\r"}
    assert shown not in {".", ".."}
    assert len(shown) <= 130


@settings(max_examples=150)
@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=300))
def test_no_content_makes_sniffing_fail(ending: str, content: bytes) -> None:
    assert content_type_of(f"x.{ending}", content) in {None, TYPES[ending]}


def test_month_ends_know_leap_years() -> None:
    assert month_end(2024, 2) == date(2024, 2, 29)
