"""What moved, and which words changed."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from district.systems.plan_tracking.rules.moving import moved
from district.systems.plan_tracking.rules.wording import compared


@given(st.permutations(range(7)))
def test_as_few_as_possible_are_called_moved(order: list[int]) -> None:
    places = list(zip(order, range(7), strict=True))
    found = moved(places)
    rest = [old for at, (old, _new) in enumerate(places) if at not in found]
    assert rest == sorted(rest)
    longest = max(
        size
        for size in range(8)
        for some in combinations(order, size)
        if list(some) == sorted(some)
    )
    assert len(found) == 7 - longest


def test_nothing_moved_where_the_order_stayed() -> None:
    assert moved([(0, 3), (2, 4), (9, 11)]) == []
    assert moved([]) == []


def test_one_that_was_carried_to_the_end_is_the_only_one_that_moved() -> None:
    assert moved([(0, 3), (1, 0), (2, 1), (3, 2)]) == [0]


@given(st.text("目标增长6%，新增家", max_size=30), st.text("目标增长6%，新增家", max_size=30))
def test_the_pieces_join_to_both_sentences(old: str, new: str) -> None:
    before, after = compared(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new
    kept = ["".join(p.text for p in side if not p.changed) for side in (before, after)]
    assert kept[0] == kept[1]


def test_a_changed_number_is_what_is_marked() -> None:
    before, after = compared("地区生产总值增长6%", "地区生产总值增长5.5%")
    assert [p.text for p in before if p.changed] == ["6"]
    assert "".join(p.text for p in after if p.changed) == "5.5"
