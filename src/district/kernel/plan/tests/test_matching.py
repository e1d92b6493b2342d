"""Matching of two editions, against what must hold whatever the texts."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from district.kernel.plan.rules.matching import Content, match

_MEASURES = ("学位", "病床", "公园", "道路")
_KINDS = ("actual", "target")


@st.composite
def contents(draw: st.DrawFn, first: int) -> list[Content]:
    rows = []
    for place in range(draw(st.integers(0, 12))):
        measure = draw(st.sampled_from(_MEASURES))
        value = str(draw(st.integers(1, 4)))
        kind = draw(st.sampled_from(_KINDS))
        reading: dict[str, str | None] = {"measure": measure, "value": value, "kind": kind}
        rows.append(
            Content(
                id=UUID(int=first + place),
                fingerprint=f"{measure}{value}{kind}",
                reading=reading,
                sentence=f"全年新增{measure}{value}个",
                raw=f"{value}个",
                corrected=draw(st.booleans()),
            )
        )
    return rows


@given(contents(1), contents(1000))
def test_every_statement_is_in_exactly_one_pair(old: list[Content], new: list[Content]) -> None:
    pairs = match(old, new)
    assert sorted(p.old for p in pairs if p.old) == sorted(item.id for item in old)
    assert sorted(p.new for p in pairs if p.new) == sorted(item.id for item in new)
    for pair in pairs:
        assert (pair.change == "added") == (pair.old is None)
        assert (pair.change == "removed") == (pair.new is None)


@given(contents(1), contents(1000))
def test_an_outturn_and_a_target_are_joined_only_where_the_very_sentence_stands(
    old: list[Content], new: list[Content]
) -> None:
    rows = {item.id: item for item in (*old, *new)}
    for pair in match(old, new):
        if pair.old and pair.new:
            before, after = rows[pair.old], rows[pair.new]
            if before.reading["kind"] != after.reading["kind"]:
                assert (before.sentence, before.raw) == (after.sentence, after.raw)


@given(contents(1))
def test_the_same_text_in_another_order_is_all_the_same(rows: list[Content]) -> None:
    again = [
        Content(UUID(int=5000 + n), r.fingerprint, r.reading, r.sentence, r.raw)
        for n, r in enumerate(reversed(rows))
    ]
    assert {pair.change for pair in match(rows, again)} <= {"same"}


@given(contents(1), contents(1000))
def test_equal_readings_are_paired_as_often_as_they_can_be(
    old: list[Content], new: list[Content]
) -> None:
    """The slow oracle: per reading, the smaller count of both sides is the same, no less."""
    keys = {item.id: item.fingerprint for item in (*old, *new)}
    paired = [keys[p.old] for p in match(old, new) if p.old and p.new and p.change == "same"]
    for key in set(keys.values()):
        mine = sum(1 for item in old if item.fingerprint == key)
        theirs = sum(1 for item in new if item.fingerprint == key)
        assert paired.count(key) == min(mine, theirs)


def test_a_correction_holds_while_its_very_sentence_stands() -> None:
    before = Content(UUID(int=1), "a", {"value": "3"}, "新建3所", "3所", corrected=True)
    reread = Content(UUID(int=2), "b", {"value": "30"}, "新建3所", "3所")
    (pair,) = match([before], [reread])
    assert pair.change == "same"
    plain = Content(UUID(int=1), "a", {"value": "3"}, "新建3所", "3所")
    (pair,) = match([plain], [reread])
    assert (pair.change, pair.fields) == ("changed", ("value",))
