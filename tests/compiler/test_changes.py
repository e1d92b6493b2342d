"""A change and the level it led to, and what a phrase leaves out of names."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.compiler.telling import REVIEW, told

from district.compiler import compile_text


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("货栈空置率下降3.7个百分点至18.2%。", [("-3.7", "百分点"), ("18.2", "%")]),
        ("货栈空置率下降0.3个百分点、达到3.2%。", [("-0.3", "百分点"), ("3.2", "%")]),
        ("海产出口额下降10%、达到50亿元。", [("-10", "%"), ("50", "亿元")]),
        ("臭氧浓度下降6%至32微克/立方米。", [("-6", "%"), ("32", "微克/立方米")]),
        ("甲镇、乙镇产值分别下降3%、5%。", [("-3", "%"), ("-5", "%")]),
    ],
)
def test_the_level_that_a_fall_led_to_is_no_fall(
    sentence: str, values: list[tuple[str, str]]
) -> None:
    rows = compile_text(REVIEW + sentence).statements
    assert [(s.value, s.unit) for s in rows] == [(Decimal(v), u) for v, u in values]
    assert len({s.measure for s in rows}) == 1 or "分别" in sentence


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("水产养殖产值由降转增,增长3.2%。", [("3.2%", "", "水产养殖产值")]),
        ("新能源装机占比首次过半、达到52.8%。", [("52.8%", "", "新能源装机占比")]),
        ("医保参保率巩固在98%以上。", [("98%", "", "医保参保率")]),
        ("分配供应安居房4100套。", [("4100套", "", "安居房")]),
        ("完成征收拆迁68万平方米。", [("68万平方米", "", "征收拆迁")]),
        ("雨污分流改造管网84公里。", [("84公里", "", "雨污分流改造管网")]),
        (
            "开工冷链项目55个,竣工投产38个。",
            [("55个", "", "冷链项目"), ("38个", "", "冷链项目")],
        ),
        (
            "确保白鹭机场改扩建工程6月建成投用,新增旅客吞吐能力80万人次。",
            [("80万人次", "白鹭机场改扩建工程", "旅客吞吐能力")],
        ),
        (
            "海洋装备、绿色船舶两大主导产业产值分别达到32亿元、41亿元。",
            [("32亿元", "海洋装备", "产值"), ("41亿元", "绿色船舶", "产值")],
        ),
        ("新建和改造渔港公园18个。", [("18个", "", "渔港公园")]),
        ("渔业总产值迈上百亿新台阶,达到112亿元。", [("112亿元", "", "渔业总产值")]),
        ("有研发活动的渔企占比62%。", [("62%", "", "有研发活动的渔企占比")]),
        ("白鹭合作区落地科研项目20个。", [("20个", "白鹭合作区", "科研项目")]),
        (
            "办理渔船担保4.2万笔、金额12亿元。",
            [("4.2万笔", "", "渔船担保"), ("12亿元", "渔船担保", "金额")],
        ),
        (
            "主城区新增泊位90个,空气优良率94%。",
            [("90个", "主城区", "泊位"), ("94%", "", "空气优良率")],
        ),
        ("甲水镇、乙水镇各创建共富渔区1个。", [("1个", "甲水镇、乙水镇", "共富渔区")]),
        (
            "白鹭高新区集聚渔企21家,实现产值42亿元。",
            [("21家", "白鹭高新区", "渔企"), ("42亿元", "白鹭高新区", "产值")],
        ),
        ("全市12家渔企上榜百强。", [("12家", "全市", "渔企")]),
        ("信访总量减少126件。", [("126件", "", "信访总量")]),
        ("渔港税收超十亿元楼宇18栋。", [("18栋", "", "渔港税收超十亿元楼宇")]),
        ("实施三个“一号工程”。", []),
        (
            "渔具业、船舶业投资分别增长6%、5%。",
            [("6%", "", "渔具业投资"), ("5%", "", "船舶业投资")],
        ),
        ("年度完成渔港投资21亿元以上。", [("21亿元", "", "渔港投资")]),
    ],
)
def test_names_hold_nothing_but_the_thing(sentence: str, rows: list[tuple[str, str, str]]) -> None:
    assert told(sentence) == rows


def test_a_step_is_said_of_the_measure_before_it_and_is_no_unit() -> None:
    assert told("渔业总产值增长6%,迈上160亿元台阶。")[1] == ("160亿元", "", "渔业总产值")
    assert told("冷链产业产值跨越千亿台阶。") == []


def test_what_a_lead_is_held_against_is_no_subject() -> None:
    text = "全市渔业产值增长6%,增速高于全国1.1个百分点、全省0.3个百分点。"
    assert [subject for _, subject, _ in told(text)] == ["全市", "全市", "全市"]


def test_how_far_an_outturn_was_from_its_goal_is_an_outturn() -> None:
    rows = compile_text(REVIEW + "固定资产投资增速低于年度目标3.4个百分点。").statements
    assert [s.kind for s in rows] == ["actual"]


def test_a_fall_that_turned_into_growth_is_one_row() -> None:
    rows = compile_text(REVIEW + "渔业产值增速由上年下降4.1%转为增长2.7%。").statements
    assert [(s.measure, s.value_from, s.value, s.basis) for s in rows] == [
        ("渔业产值", Decimal("-4.1"), Decimal("2.7"), "yoy")
    ]


def test_a_paragraph_on_missed_goals_tells_outturns() -> None:
    text = "主要指标增速与预期目标有一定差距,主要是全年商品房销售面积减少21万平方米。"
    assert [(s.kind, s.year) for s in compile_text(REVIEW + text).statements] == [("actual", 2024)]
