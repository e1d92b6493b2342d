"""The rules of search, without a database."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.search.declaration import Searchable
from district.kernel.search.rules.questions import answers, parts_of, question, spans
from district.kernel.search.rules.texts import (
    MOST_GRAMS,
    asked_grams,
    common_among,
    fold,
    grams,
    laid_down,
    place,
    rank_at,
    rank_of_number,
    serial_of,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXTS, TEXTS)
def test_what_occurs_in_a_text_folded_occurs_in_the_folded_text(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)
    assert fold(fold(one)) == fold(one)


@given(st.text("电子科技¦ab1（ ", max_size=60), st.data())
def test_grams_that_are_asked_for_are_grams_of_every_text_that_holds_them(
    text: str, data: st.DataObject
) -> None:
    laid = laid_down([[text], ["91ab"]])
    start = data.draw(st.integers(0, max(0, len(laid) - 2)))
    part = laid[start : start + data.draw(st.integers(2, 50))]
    common = data.draw(st.dictionaries(st.sampled_from(sorted(grams(laid))), st.integers(3, 1000)))
    asked = asked_grams([piece for piece in part.split("\n") if len(piece) > 1], common)
    assert set(asked) <= grams(laid)
    assert len(asked) <= MOST_GRAMS
    assert asked or all(len(piece) < 2 for piece in part.split("\n"))
    assert all(len(gram) in (2, 3) for gram in asked)


@given(st.text("深圳市华强电子科技有限公司张三abc12", min_size=2, max_size=12))
def test_a_terms_parts_have_two_characters_and_make_up_the_term(term: str) -> None:
    parts = parts_of(term)
    assert "".join(parts) == term
    assert all(len(part) > 1 for part in parts)
    assert answers(question(term), laid_down([[f"前{term}后"]]))


@pytest.mark.parametrize(
    ("term", "parts"),
    [
        ("科技", ("科技",)),
        ("深圳电子科技", ("深圳", "电子科技")),
        ("鑫盛达科技", ("鑫盛达", "科技")),
        ("科技园", ("科技园",)),
        ("坂田街道小吃店", ("坂田", "街道", "小吃店")),
        ("华", ("¦华",)),
    ],
)
def test_a_term_falls_into_its_words(term: str, parts: tuple[str, ...]) -> None:
    assert parts_of(term) == parts


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        ("科技", "深圳科技（科技）", ("科技", "科技")),
        ("tech 深圳", "ＴＥＣＨ·深圳", ("ＴＥＣＨ", "深圳")),
        ("电子贸易", "电子商务与贸易园", ("电子", "贸易")),
        ("深圳龙岗", "深圳（龙岗）公司", ("深圳（龙岗",)),
        ("华", "华中华", ("华",)),
        ("华", "中华", ()),
        ("。", "华。", ()),
    ],
)
def test_spans_mark_what_was_asked_for(asked: str, text: str, marked: tuple[str, ...]) -> None:
    assert tuple(text[start:end] for start, end in spans(question(asked), text)) == marked


def test_a_place_says_rank_and_serial_and_orders_by_them() -> None:
    at = place(126, rank_of_number(5), 77)
    assert (serial_of(at), rank_at(at)) == (77, rank_of_number(5))
    assert at < 2**63
    ranks = [rank_of_number(number) for number in (10**15, 10**6, 10**6 - 10, 1, 0, None)]
    assert ranks == sorted(set(ranks))
    assert place(3, ranks[0], 2**32 - 1) < place(3, ranks[1], 0) < place(4, 0, 0)


@pytest.mark.parametrize(
    ("key", "texts"), [("Firms", (("name", 1),)), ("firms", ()), ("firms", (("name", 0),))]
)
def test_a_declaration_that_says_nothing_is_refused(
    key: str, texts: tuple[tuple[str, int], ...]
) -> None:
    with pytest.raises(ValueError, match="searchable"):
        Searchable(key, "search_tests.Firm", texts)


def test_rare_grams_are_asked_for_first() -> None:
    numbers = random.Random(7).sample(range(16**9), 3_000)  # noqa: S311  # invented codes
    common = common_among(f"¦{number:09x}公司¦" for number in numbers)
    assert common["公司"] == 1000
    assert not {"2b8", "b87", "87f"} & set(common)
    assert asked_grams(["2b87f公司"], common) == ["2b8", "b87", "87f"]
    assert asked_grams(["某公司"], common) == ["某公"]  # nearly all have 公司


def test_common_grams_are_asked_for_where_they_narrow_down() -> None:
    common = {"深圳": 860, "圳信": 20, "信息": 40, "息技": 30, "技术": 300}
    assert asked_grams(["深圳信息"], common) == ["圳信", "信息"]
    assert asked_grams(["深圳"], common) == ["深圳"]
    assert asked_grams(["深圳", "技术"], common) == ["技术", "深圳"]
    assert asked_grams(["信息", "某某"], common) == ["某某", "信息"]
