"""How a report's text is cut into pages and highlighted."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from district.systems.plan_tracking.rules import (
    Glossary,
    Heading,
    marks_of,
    page_at,
    pages_of,
    paragraphs,
)

NO_TERMS = Glossary({})
TEXT = (
    "一、目标\n地区生产总值同比增长6%;新增31家，总量达111家。\n\n"
    "# 二、工作\n推进工业上楼，工业上楼提速。\n"
)


def _spans() -> st.SearchStrategy[list[tuple[int, str, int, int]]]:
    span = st.tuples(st.integers(0, 60), st.integers(1, 8))
    return st.lists(span, max_size=12).map(
        lambda rows: [(at, "指标", start, start + size) for at, (start, size) in enumerate(rows)]
    )


@given(st.text("总量达0123,。;\n 工业上楼#", max_size=80), _spans())
def test_the_pieces_of_every_page_join_to_its_text(
    text: str, statements: list[tuple[int, str, int, int]]
) -> None:
    inside = [row for row in statements if row[3] <= len(text)]
    marks = marks_of(text, inside)
    shown = "".join(
        piece.text
        for paragraph in paragraphs(text, 0, len(text), marks, Glossary({"工业上楼": 1}))
        for piece in paragraph.segments
    )
    plain = "".join(line for line in text.splitlines() if line.strip("# \t"))
    assert shown.replace("#", "").replace(" ", "") == plain.replace("#", "").replace(" ", "")


@given(_spans())
def test_marks_never_overlap_and_stay_in_order(
    statements: list[tuple[int, str, int, int]],
) -> None:
    marks = marks_of("总" * 70, statements)
    assert all(a.end <= b.start for a, b in pairwise(marks))


def test_a_mark_covers_the_measure_before_its_number() -> None:
    start = TEXT.index("6%")
    mark = marks_of(TEXT, [("a", "地区生产总值", start, start + 2)])[0]
    assert TEXT[mark.start : mark.end] == "地区生产总值同比增长6%"


def test_a_mark_does_not_reach_over_a_full_stop_or_into_the_mark_before() -> None:
    text = "总量很大。达111家"
    at = text.index("111家")
    assert marks_of(text, [("a", "总量", at, at + 4)])[0].start == at
    text = "新增31家、12家"
    first, second = text.index("31家"), text.index("12家")
    marks = marks_of(text, [("a", "新增", first, first + 3), ("b", "新增", second, second + 3)])
    assert [text[m.start : m.end] for m in marks] == ["新增31家", "12家"]


def test_a_term_is_explained_once_a_page_and_a_mark_holds_none() -> None:
    glossary = Glossary({"工业上楼": "term", "上楼": "short"})
    pieces = [p for row in paragraphs(TEXT, 0, len(TEXT), [], glossary) for p in row.segments]
    assert [p.text for p in pieces if p.kind == "term"] == ["工业上楼"]
    at = TEXT.index("工业上楼")
    marks = marks_of(TEXT, [("a", "", at, at + 4)])
    again = [p for row in paragraphs(TEXT, 0, len(TEXT), marks, glossary) for p in row.segments]
    assert [p.kind for p in again if p.text == "工业上楼"] == ["mark", "term"]


def test_a_heading_keeps_its_level_and_loses_its_markdown_mark() -> None:
    rows = paragraphs(TEXT, 0, len(TEXT), [], NO_TERMS, {0: 2})
    headings = [(row.level, row.segments[0].text) for row in rows if row.level]
    assert headings == [(2, "一、目标"), (1, "二、工作")]


@st.composite
def _outlines(draw: st.DrawFn) -> tuple[list[Heading], int]:
    """Nested headings as a report has them: parts over the whole text, items within a part."""
    sizes = draw(st.lists(st.integers(1, 9_000), min_size=1, max_size=6))
    headings: list[Heading] = []
    at = draw(st.integers(0, 500))
    for size in sizes:
        headings.append(Heading(len(headings), "部分", 2, at, at + size))
        step = draw(st.integers(300, 4_000))
        headings += [
            Heading(len(headings) + n, "条目", 3, start, min(start + step, at + size))
            for n, start in enumerate(range(at + 10, at + size, step))
        ]
        at += size
    return headings, at + draw(st.integers(0, 800))


@given(_outlines())
def test_pages_cover_the_text_without_gap_or_overlap(
    outline: tuple[list[Heading], int],
) -> None:
    headings, length = outline
    pages = pages_of(headings, length)
    assert pages[0].start == 0
    assert pages[-1].end == length
    assert all(a.end == b.start for a, b in pairwise(pages))
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))


def test_a_long_part_is_cut_at_its_items_and_a_short_one_stays_whole() -> None:
    headings = [
        Heading(0, "一、指标", 2, 0, 2_000),
        Heading(1, "（一）投资", 3, 500, 2_000),
        Heading(2, "二、工作", 2, 2_000, 12_000),
        Heading(3, "（一）产业", 3, 2_010, 7_000),
        Heading(4, "（二）民生", 3, 7_000, 12_000),
    ]
    pages = pages_of(headings, 12_000)
    assert [(page.title, page.start) for page in pages] == [
        ("一、指标", 0),
        ("二、工作", 2_000),
        ("（二）民生", 7_000),
    ]


def test_a_text_without_headings_is_one_page_and_an_empty_one_none() -> None:
    assert [(p.start, p.end) for p in pages_of([], 90_000)] == [(0, 90_000)]
    assert pages_of([], 0) == []


def test_the_page_of_an_offset_is_found() -> None:
    pages = pages_of([Heading(0, "一", 2, 0, 1_000), Heading(1, "二", 2, 1_000, 2_000)], 2_000)
    found = page_at(pages, 1_500)
    assert found is not None
    assert found.title == "二"
    assert page_at([], 3) is None
