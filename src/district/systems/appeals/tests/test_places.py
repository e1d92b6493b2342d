"""Places are found by their names, never from pieces of other words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.masking import fold
from district.systems.appeals.suggesting.gazetteer import ExtraPlace, Gazetteer, PlaceUnit
from district.systems.appeals.suggesting.places import PlaceCandidate, suggest_place
from district.systems.appeals.tests.samples import gazetteer, units

LONGGANG = gazetteer(
    ExtraPlace("五和大道", "440307013"),
    ExtraPlace("大运公园", "440307015"),
    ExtraPlace("五和地铁站", "440307013008"),
)
UNITS = [unit for unit in units() if unit.level != "district"]


def found(text: str) -> list[PlaceCandidate]:
    return list(suggest_place(text, LONGGANG))


def names(text: str) -> list[str]:
    return [one.name for one in found(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("南联社区垃圾没人收", ["南联社区"]),
        ("我住南联,垃圾没人收", ["南联社区"]),
        ("坂田五和这边天天堵", ["五和社区", "坂田街道"]),
        ("坂田街道五和社区", ["五和社区", "坂田街道"]),
        ("布吉圩有人摆摊", ["布吉圩社区"]),
        ("南岭村这条街", ["南岭村社区"]),
        ("在南岭那里", ["南岭村社区"]),
        ("南坑村有栋楼", ["南坑社区"]),
        ("中心社区居委会门口", ["中心社区"]),
        ("平湖街道办旁边", ["平湖街道"]),
        ("布吉社区漏水", ["布吉社区"]),
        ("布吉那边漏水", ["布吉街道"]),
        ("五和大道有个坑", ["坂田街道"]),
        ("五和地铁站外面", ["五和社区"]),
        ("大运公园晚上太黑", ["龙城街道"]),
        ("喺大芬呢边", ["大芬社区"]),
        ("南联路灯不亮", ["南联社区"]),
        ("五和路口没有红绿灯", ["五和社区"]),
    ],
)
def test_a_named_place_is_found(text: str, wanted: list[str]) -> None:
    assert names(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "请重新联系我",
        "买菜要排长龙",
        "保安打人了",
        "医院新生儿科",
        "社区服务中心没人",
        "祝大家吉祥康乐",
        "坂田北路堵车",
        "布吉路有坑",
        "龙城大道修路",
        "龙岗大道堵车",
        "龙岗区到处都是",
        "横岗人民医院停车难",
        "",
    ],
)
def test_a_piece_of_another_word_or_name_is_no_place(text: str) -> None:
    assert found(text) == []


def test_a_name_in_two_streets_gives_both_and_asks_for_the_street() -> None:
    both = found("凤凰社区的路灯坏了")
    assert {one.code for one in both} == {"440307003012", "440307014014"}
    assert all(one.needs_street for one in both)
    assert "请选择街道" in both[0].why


def test_the_street_named_in_the_text_decides_between_two() -> None:
    first = found("平湖街道凤凰社区的路灯坏了")[0]
    assert (first.code, first.needs_street, first.agrees) == ("440307003012", False, True)
    assert found("凤凰社区,在布吉")[0].code == "440307014014"
    assert "街道也相符" in first.why


def test_a_street_that_does_not_fit_decides_nothing() -> None:
    both = [one for one in found("坂田街道凤凰社区") if one.level == "community"]
    assert len(both) == 2
    assert all(one.needs_street for one in both)


def test_an_alias_and_a_wide_spelling_name_their_unit() -> None:
    alias = PlaceUnit("1", "甲乙社区", "甲乙", "community", "2", ("Ａ１小区",))
    known = Gazetteer.of([alias, PlaceUnit("2", "丙丁街道", "丙丁", "street", "3")])
    (one,) = suggest_place("我在a1小区门口", known)
    assert (one.code, one.matched) == ("1", "a1小区")


@given(st.sampled_from(UNITS), st.text(max_size=20), st.text(max_size=20))
def test_a_full_name_is_found_wherever_it_stands(unit: PlaceUnit, before: str, behind: str) -> None:
    text = f"{before}，{unit.name}，{behind}"
    assert unit.code in {one.code for one in found(text)}


@given(
    st.lists(
        st.sampled_from([u.name for u in UNITS] + [u.short_name for u in UNITS])
        | st.text(max_size=6),
        max_size=6,
    )
)
def test_what_is_found_stands_in_the_text_and_each_unit_comes_once(parts: list[str]) -> None:
    text = "".join(parts)
    rows = found(text)
    assert len({one.code for one in rows}) == len(rows)
    for one in rows:
        assert text[one.start : one.end] == one.matched
        assert fold(one.matched) in LONGGANG.names
        assert one.why
    spans = sorted({(one.start, one.end) for one in rows})
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@given(st.text(max_size=40))
def test_folding_keeps_positions(text: str) -> None:
    assert len(fold(text)) == len(text)
