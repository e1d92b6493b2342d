"""The drawing of the network: words never run into each other, and nothing leaves the paper."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.systems.projects.rules.gantt import (
    NARROW,
    WIDE,
    Chart,
    Layout,
    Mark,
    Span,
    chart,
    words_width,
)

TODAY = date(2025, 9, 26)
WORDS = ("今天", "计划开工", "八成把握", "Eight in ten")


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Layout, Chart]:
    layout = draw(st.sampled_from((WIDE, NARROW)))
    spans = []
    for at in range(draw(st.integers(1, 6))):
        first = TODAY + timedelta(days=draw(st.integers(-400, 400)))
        last = first + timedelta(days=draw(st.integers(0, 200)))
        spans.append(Span(f"i{at}", "用地许可", first, last, "waiting", critical=False))
    marks = [
        (TODAY + timedelta(days=draw(st.integers(-5, 500))), word, "today")
        for word in draw(st.lists(st.sampled_from(WORDS), max_size=4))
    ]
    return layout, chart(spans, TODAY, marks, layout)


def overlap(one: Mark, other: Mark, font: int) -> bool:
    """Whether the words of two lines touch."""
    if abs(one.text_y - other.text_y) >= font:
        return False
    ends = [mark.text_x + words_width(mark.label, font) for mark in (one, other)]
    return one.text_x < ends[1] and other.text_x < ends[0]


@given(drawn())
@settings(max_examples=100)
def test_words_of_lines_never_overlap_and_stay_on_the_paper(told: tuple[Layout, Chart]) -> None:
    layout, found = told
    labelled = (*found.months, *found.marks)
    for one, other in combinations(labelled, 2):
        assert not overlap(one, other, layout.font), (one, other)
    for mark in labelled:
        assert mark.text_x >= 0
        assert mark.text_x + words_width(mark.label, layout.font) <= layout.width
        assert mark.text_y < found.bars[0].text_y - 4
    for bar in found.bars:
        assert layout.left <= bar.x
        assert bar.x + bar.width <= layout.width + 3
        assert bar.y + bar.height <= found.height


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_a_day_apart_two_words_stand_on_lines_of_their_own(layout: Layout) -> None:
    spans = [Span("a", "备案", TODAY, TODAY + timedelta(days=90), "running", critical=True)]
    marks = [(TODAY, "今天", "today"), (TODAY + timedelta(days=1), "八成把握", "safe")]
    found = chart(spans, TODAY, marks, layout)
    assert found.marks[0].text_y != found.marks[1].text_y


def test_on_a_phone_names_stand_above_their_bars() -> None:
    spans = [Span("a", "备案", TODAY, TODAY + timedelta(days=90), "running", critical=True)]
    (bar,) = chart(spans, TODAY, [], NARROW).bars
    assert bar.text_y < bar.y
    assert bar.x < 30
