"""Suggestions of measures: what counts the same thing is found, what does not is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.plan.rules.coverage import (
    ALIKE,
    Offered,
    Wanted,
    alike,
    need_of,
    same_unit,
    suggest,
)

OFFERED = (
    Offered("waste", "居民生活垃圾分类参与率", "%", False),
    Offered("aeo", "AEO高级认证企业数", "家", False),
    Offered("aid", "法律援助案件办理量", "宗", False),
    Offered("trade", "进出口总额增速", "%", True),
    Offered("chances", "场景机会数", "个", False),
)
TEXTS = st.text(alphabet="垃圾分类参与率企业数增速法律援助全区年1%（）", max_size=12)


@pytest.mark.parametrize(
    ("name", "unit", "growth", "found"),
    [
        ("居民生活垃圾分类参与率", "%", False, ["waste"]),
        ("区内AEO高级认证企业", "家", False, ["aeo"]),
        ("全年法律援助案件", "件", False, ["aid"]),  # pieces by another word
        ("进出口总额", "%", True, ["trade"]),
        ("进出口总额", "%", False, []),  # a level is no growth
        ("AEO高级认证企业", "亿元", False, []),  # another kind of unit
        ("幼儿园", "所", False, []),
    ],
)
def test_a_measure_of_the_same_thing_is_suggested(
    name: str, unit: str, growth: bool, found: list[str]
) -> None:
    assert [one.key for one in suggest(Wanted(name, unit, growth), OFFERED)] == found


@given(TEXTS, TEXTS)
def test_likeness_is_symmetric_and_between_nothing_and_all(one: str, other: str) -> None:
    score = alike(one, other)
    assert score == alike(other, one)
    assert 0 <= score <= 1
    assert alike(one, one) in (0.0, 1.0)  # 0 where nothing is left of a name


@given(TEXTS, st.sampled_from(["%", "家", "个", "宗", ""]), st.booleans())
def test_what_is_suggested_is_alike_in_kind_and_the_likeliest_come_first(
    name: str, unit: str, growth: bool
) -> None:
    found = suggest(Wanted(name, unit, growth), OFFERED, most=3)
    scores = [alike(one.name, name) for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score >= ALIKE for score in scores)
    assert all(one.is_growth == growth and same_unit(one.unit, unit) for one in found)
    fit = {
        one.key
        for one in OFFERED
        if one.is_growth == growth and same_unit(one.unit, unit) and alike(one.name, name) >= ALIKE
    }
    assert len(found) == min(len(fit), 3)


@pytest.mark.parametrize(
    ("counting", "has_measure", "lacking", "active", "need"),
    [
        ("computed", True, [], True, ""),
        ("filed", True, [], True, ""),
        ("none", False, ["measure"], False, "measure"),
        ("none", True, ["lead_unit", "contact"], False, "owner"),
        ("none", True, [], False, "start"),
        ("none", True, [], True, "duty"),
    ],
)
def test_what_nobody_counts_says_what_it_needs_first(
    counting: str, has_measure: bool, lacking: list[str], active: bool, need: str
) -> None:
    assert need_of(counting, has_measure=has_measure, lacking=lacking, is_active=active) == need
