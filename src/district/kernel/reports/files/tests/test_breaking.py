"""Lines of Chinese text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.reports.files.breaking import lines_of
from district.kernel.reports.files.layout import ems

_TEXTS = st.text(alphabet="龙岗区经济，。、（）“”《》%0123456789.abc \n", max_size=120)


@settings(max_examples=100)
@given(_TEXTS, st.integers(8, 30), st.sampled_from([0.0, 2.0]))
def test_lines_hold_the_text_and_keep_within_the_width(text: str, room: int, first: float) -> None:
    lines = lines_of(text, ems, room, first)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for at, line in enumerate(lines):
        assert ems(line.rstrip()) + (first if at == 0 else 0) <= room + 0.01


@settings(max_examples=100)
@given(st.text(alphabet="龙岗区经济，。（）", min_size=1, max_size=120), st.integers(8, 30))
def test_no_line_begins_with_a_closing_mark_where_a_break_before_it_was_possible(
    text: str, room: int
) -> None:
    lines = lines_of(text, ems, room)
    for before, line in pairwise(lines):
        if line and line[0] in "，。）":
            # At most four characters are given away.
            places = range(1, min(4, len(before) - 1) + 1)
            assert all(before[-at] in "，。）" or before[-at - 1] == "（" for at in places)


def test_numbers_and_words_are_not_divided() -> None:
    assert lines_of("增长到2026.55%，年末", ems, 6) == ["增长到", "2026.55%，年", "末"]
    assert lines_of("（甲）乙（丙）", ems, 5) == ["（甲）乙", "（丙）"]
    assert lines_of("", ems, 5) == [""]


def test_as_many_marks_as_a_line_gives_away_go_with_the_character_before_them() -> None:
    assert lines_of("。。。。。。。。。。区。。。。", ems, 14) == [
        "。。。。。。。。。。",
        "区。。。。",
    ]
