"""The pure rules of a draft: words, variants, outcomes, and the way back through the compiler."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.compiler import compile_text
from district.kernel.base.errors import SettingError
from district.kernel.reports.rules.composing import (
    Told,
    lines_of,
    numeral,
    read_back,
    text_of,
    told_by,
)
from district.kernel.reports.rules.outcome import Outlook, Standing, outcome, propose
from district.kernel.reports.rules.phrasing import NUMBERS, choose, phrasing_of
from district.kernel.reports.rules.staleness import compare
from district.kernel.reports.rules.words import Face, changed, fault_of, filled, plain, when
from district.kernel.reports.rules.writing import Bound, Chapter, Item, parts_of, write
from district.kernel.reports.selectors.bindings import Binding

DATA = tomllib.loads((Path(__file__).parents[1] / "phrasing.toml").read_text(encoding="utf-8"))
PHRASING = phrasing_of(DATA)
TITLE = "试验区2025年国民经济和社会发展计划执行情况与2026年国民经济和社会发展计划草案的报告"
#: Names as plans have them: with digits, quotation marks, places; (name, unit, form).
NAMES = (
    ("地区生产总值", "%", "growth"),
    ("规模以上工业增加值", "%", "growth"),
    ("一般公共预算收入", "%", "growth"),
    ("单位GDP能耗", "%", "growth"),
    ("生活垃圾回收利用率", "%", "level"),
    ("全区优良河长占比", "%", "level"),
    ("空气质量优良率", "%", "level"),
    ("人工智能产业规模", "亿元", "level"),
    ("创新平台", "家", "level"),
    ("公办义务教育学位", "个", "count"),
    ("幼儿园", "所", "count"),
    ("100亿级头部建筑企业", "家", "count"),
    ("专精特新“小巨人”企业", "家", "count"),
    ("CIM重点场景", "个", "count"),
    ("森林质量精准提升面积", "亩", "count"),
    ("病床位", "张", "count"),
    ("市级以上夜间经济示范街区", "条", "count"),
    ("严选工厂国际化示范基地", "个", "count"),
    ("职业健康培训活动", "场", "count"),
    ("碧道", "公里", "count"),
)
TASKS = (
    "完善家校社协同育人机制",
    "推进垃圾分类宣传",
    "实施“趣龙岗·有意思”行动",
    "加强古树名木保护",
)
MONTH_ENDS = (date(2025, 8, 31), date(2025, 11, 30), date(2025, 12, 31), date(2025, 9, 26))


@st.composite
def items(draw: st.DrawFn, *, next_year: bool) -> list[Item]:
    """Things to be told of one part: distinct names, numbers of any size, outcomes as they come."""
    found = []
    for name, unit, form in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=8)):
        whole = st.integers(1, 20000).map(Decimal)
        signed = st.decimals(-20, 30, places=2).filter(lambda value: value != 0)
        value = draw(
            signed
            if form == "growth" and not next_year
            else whole
            if unit != "%"
            else st.decimals(1, 99, places=1)
        )
        growth = form == "growth"
        kind = "target" if next_year else draw(st.sampled_from(NUMBERS[:4]))
        until = None if next_year else draw(st.sampled_from(MONTH_ENDS))
        said = "target" if next_year else "actual"
        numbers = {1: _bound(name, value, unit, said, 2026 if next_year else 2025, growth, until)}
        if not next_year:
            numbers[2] = _bound(name, abs(value) + 1, unit, "target", 2025, growth, None)
        spoken = (
            draw(st.sampled_from((form, "floor", "ceiling")))
            if next_year and form == "level"
            else form
        )
        found.append(Item(f"{said}|{name}", name, kind, spoken, numbers, "落后于序时进度"))
    kinds = ("task",) if next_year else ("done", "open", "late")
    for name in draw(st.lists(st.sampled_from(TASKS), unique=True)):
        kind = draw(st.sampled_from(kinds))
        found.append(Item(f"{kind}|{name}", name, kind, why="责任尚未落实"))
    return found


def _bound(
    name: str, value: Decimal, unit: str, kind: str, year: int, growth: bool, until: date | None
) -> Bound:
    face = Face(value, unit, 2, growth, date(2025, 1, 1), until)
    return Bound(face, Told(name, face.rounded, unit, kind, year, growth))


@given(items(next_year=False), items(next_year=True))
@settings(max_examples=40)
def test_the_compiler_gives_back_what_generated_commitments_say(
    told: list[Item], ahead: list[Item]
) -> None:
    chapters = [
        Chapter(1, PHRASING.heading("done", 2025)),
        Chapter(2, "教育", tuple(told)),
        Chapter(1, PHRASING.heading("tasks", 2025)),
        Chapter(2, "教育", tuple(ahead)),
    ]
    found = write(TITLE, chapters, PHRASING)
    parts = parts_of(chapters, found)
    assert read_back(TITLE, parts) == []
    assert [one.item.key for many in found for one in many] == [one.key for one in told + ahead]
    assert not [one.item.name for many in found for one in many if one.apart]
    # The same asked of the whole text, without the rule's own looking at places.
    read = compile_text(text_of(TITLE, lines_of(parts))[0]).statements
    meant = Counter(
        (told.title.removeprefix("全区"), told.value.normalize(), told.unit, told.kind, told.year)
        for many in found
        for one in many
        for told in one.sentence.told
    )
    assert meant == Counter(
        (_name(one), one.value.normalize(), one.unit, one.kind, one.year) for one in read
    )


def _name(statement: object) -> str:
    return told_by(statement).title.removeprefix("全区")  # type: ignore[arg-type]  # a compiled statement


@given(st.lists(st.tuples(st.text(min_size=1, max_size=3), st.sets(st.integers(0, 4)).map(sorted))))
def test_no_variant_comes_twice_in_a_row_where_another_fits(
    asked: list[tuple[str, list[int]]],
) -> None:
    keys, fitting = [one[0] for one in asked], [one[1] for one in asked]
    chosen = choose(keys, fitting)
    assert chosen == choose(keys, fitting)
    for place, (pick, fits) in enumerate(zip(chosen, fitting, strict=True)):
        assert (pick is None) == (not fits)
        assert pick is None or pick in fits
        if place and pick is not None and pick == chosen[place - 1]:
            assert fits == [pick]


_WORDS = st.lists(
    st.sampled_from(("完成", "学位", "{1}", "{w}", "{2}", "，", "。", "5G", "3"))
).map("".join)


@given(_WORDS, _WORDS)
def test_a_change_holds_all_of_both_texts(before: str, after: str) -> None:
    found = changed(before, after)
    assert "".join(one.text for one in found if one.kind != "in") == before
    assert "".join(one.text for one in found if one.kind != "out") == after
    assert all(one.text for one in found)


@given(_WORDS.filter(bool), _WORDS.filter(bool))
def test_words_without_a_fault_hold_the_same_marks_and_no_new_digit(
    before: str, after: str
) -> None:
    if fault_of(before, after) is None:
        assert all(before.count(mark) == after.count(mark) for mark in ("{1}", "{2}", "{w}"))
        bare = [text.replace("{1}", " ").replace("{2}", " ") for text in (before, after)]
        assert bare[1].count("3") <= bare[0].count("3")
    assert fault_of(before, before) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("学位{1}，另有三成。", "spoken"),
        ("学位{1}，增长百分之五。", "spoken"),
        ("学位{1}，另增２０个。", "digits"),
        ("学位{1", "brace"),
        ("学位{1}{+}", "marks"),
        ("学" * 2001 + "{1}", "long"),
        ("5G学位{1}。", None),
    ],
)
def test_what_is_wrong_with_words(text: str, fault: str | None) -> None:
    assert fault_of("5G学位{1}", text) == fault


def test_a_number_is_printed_without_idle_noughts_and_says_its_time_once() -> None:
    face = Face(Decimal("6.200000"), "%", 2, True, None, date(2025, 8, 31))
    assert filled("{w}生产总值{g}{1}。", {1: face}) == "截至8月底，生产总值增长6.2%。"
    assert filled("{w}生产总值{g}{1}。", {1: face}, "截至8月底，") == "生产总值增长6.2%。"
    assert (plain(Decimal("1200")), plain(Decimal("-0.50"))) == ("1200", "-0.5")
    assert (when(date(2025, 12, 31)), when(date(2025, 2, 28))) == ("全年", "截至2月底，")
    assert [numeral(number) for number in (1, 10, 11, 20, 34)] == [
        "一",
        "十",
        "十一",
        "二十",
        "三十四",
    ]


def _standing(value: str | None, **other: object) -> Standing:
    facts: dict[str, object] = {
        "target": Decimal(10), "comparator": ">=", "due": date(2025, 12, 31),
        "today": date(2025, 9, 26), "light": "green", "as_of": date(2025, 8, 31), "adds_up": True,
    }  # fmt: skip
    return Standing(value=Decimal(value) if value else None, **{**facts, **other})  # type: ignore[arg-type]  # names of its fields


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (_standing("10"), "reached"),
        (_standing("12"), "exceeded"),
        (_standing("9"), "not_due"),
        (_standing("9", light="red"), "short"),
        (_standing("9", today=date(2026, 1, 10)), "short"),
        (_standing("12", adds_up=False), "not_due"),
        (_standing("12", adds_up=False, as_of=date(2025, 12, 31)), "exceeded"),
        (_standing("10", comparator=">", as_of=date(2025, 12, 31)), "short"),
        (_standing("8", comparator="<=", adds_up=False, as_of=date(2025, 12, 31)), "reached"),
        (_standing("8", falls=True, as_of=date(2025, 12, 31)), "exceeded"),
        (_standing(None), "unknown"),
    ],
)
def test_how_a_number_came_out(standing: Standing, said: str) -> None:
    assert outcome(standing) == said


def test_next_years_number_comes_from_the_plan_the_foresight_or_what_is_left() -> None:
    def proposed(
        standing: Standing, outlook: Outlook | None = None, *, main: bool = True
    ) -> object:
        form = "growth" if main else "count"
        found = propose(standing, outcome(standing), form=form, is_indicator=main, outlook=outlook)  # type: ignore[arg-type]  # a Form
        return found and (str(found.value), found.why)

    short = _standing("7", adds_up=False)
    assert proposed(short, Outlook(Decimal("7.4"), Decimal("8"))) == ("8", "planned")
    assert proposed(short, Outlook(Decimal("7.4"))) == ("7.0", "expected")
    assert proposed(short, Outlook(Decimal("11"))) == ("10", "expected")
    assert proposed(short) == ("10", "kept")
    assert proposed(_standing("4"), main=False) == ("6", "rest")
    assert proposed(_standing("12"), main=False) is None
    assert proposed(_standing(None), main=False) == ("10", "kept")


_BINDINGS = st.builds(
    Binding,
    source=st.just("value"),
    name=st.just("学位"),
    value=st.integers(0, 2).map(Decimal),
    unit_word=st.sampled_from(("个", "所")),
    places=st.just(2),
    kind=st.just("actual"),
    year=st.just(2025),
    growth=st.booleans(),
    measure_id=st.sampled_from(("a", "b")),
    unit_id=st.sampled_from(("9", "9-D01")),
    period_end=st.sampled_from(MONTH_ENDS),
    status=st.sampled_from(("final", "preliminary")),
    definition_version=st.integers(1, 2),
)


@given(_BINDINGS, _BINDINGS)
def test_a_number_stands_only_while_all_that_it_is_bound_to_does(
    old: Binding, new: Binding
) -> None:
    differs = compare(old, new)
    assert differs.is_stale == (old != new)
    assert ("value" in differs.what) == (old.value != new.value)
    assert compare(old, None).what == ("gone",)


@pytest.mark.parametrize(
    ("change", "entry"),
    [
        ({"done": {"words": ["{name}。"]}}, "done.words"),
        (
            {"reached": {**DATA["reached"], "count": ["{name}3个{1}", "{name}{1}", "{1}{name}"]}},
            "reached.count",
        ),
        (
            {"target": {**DATA["target"], "level": ["{name}", "{name}好", "{name}多"]}},
            "target.level",
        ),
        ({"reasons": {}}, "reasons.red"),
        ({"headings": {}}, "headings.done"),
    ],
)
def test_phrasing_that_would_lose_a_number_is_refused(
    change: dict[str, object], entry: str
) -> None:
    with pytest.raises(SettingError) as refused:
        phrasing_of({**DATA, **change})
    assert refused.value.entry == entry
