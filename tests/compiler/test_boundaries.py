"""Where a subject ends and a measure begins: classes of wording, with invented words."""

from __future__ import annotations

import pytest

from district.compiler import Statement, compile_text

REVIEW = "一、2024年工作回顾\n"
PLAN = "二、2025年工作计划\n"


def rows(sentence: str, part: str = REVIEW) -> list[Statement]:
    return list(compile_text(part + sentence).statements)


def told(sentence: str) -> list[tuple[str, str, str]]:
    """Raw, subject and measure of every statement of a sentence."""
    return [(s.raw, s.subject, s.measure) for s in rows(sentence)]


@pytest.mark.parametrize(
    ("sentence", "second"),
    [
        (
            "签约8000万元以上文旅项目19个,总投资75亿元。",
            ("75亿元", "8000万元以上文旅项目", "总投资"),
        ),
        ("登记技术合同310项,成交额26亿元。", ("26亿元", "技术合同", "成交额")),
        ("改造道路7条,总长5.2公里。", ("5.2公里", "道路", "总长")),
        ("实施水利项目14个,完成投资9亿元。", ("9亿元", "水利项目", "投资")),
        ("出让工业用地11宗,面积640亩。", ("640亩", "工业用地", "面积")),
        ("设立产业基金3只,规模达45亿元。", ("45亿元", "产业基金", "规模")),
        ("过去五年,我们实施重点项目210个,完成投资330亿元。", ("330亿元", "", "投资")),
        ("“惠农通”平台上线政策51条,兑付资金6亿元。", ("6亿元", "“惠农通”平台", "资金")),
    ],
)
def test_an_attribute_belongs_to_the_counted_noun_before_it(
    sentence: str, second: tuple[str, str, str]
) -> None:
    assert told(sentence)[1] == second


@pytest.mark.parametrize(
    ("sentence", "subject", "measure"),
    [
        ("长三角PM2.5年均浓度31微克/立方米。", "长三角", "PM2.5年均浓度"),
        ("湘西北地区PM2.5年均浓度24微克/立方米。", "湘西北地区", "PM2.5年均浓度"),
        ("自贸试验区保税区域实际使用外资5.3亿美元。", "自贸试验区保税区域", "实际使用外资"),
        ("青屿高铁日均客流量2.4万人次。", "青屿高铁", "日均客流量"),
        ("市级财政安排助农资金8亿元。", "市级财政", "助农资金"),
        ("农村社区综合服务设施覆盖率91%。", "", "农村社区综合服务设施覆盖率"),
        ("海上风电并网容量64万千瓦。", "", "海上风电并网容量"),
        ("远帆重工交付散货船6艘。", "远帆重工", "散货船"),
        ("企业减税降费13亿元。", "企业", "减税降费"),
        ("所有街道均设立3个便民服务点。", "所有街道", "便民服务点"),
        ("各乡镇均建成2个以上养老服务站。", "各乡镇", "养老服务站"),
        ("全市亿元以上在建项目完成投资84亿元。", "全市亿元以上在建项目", "投资"),
        ("规模以上服务业营业收入增长8%。", "", "规模以上服务业营业收入"),
        ("全社会用电量增长6%。", "", "全社会用电量"),
        ("城镇登记失业率3.1%。", "", "城镇登记失业率"),
    ],
)
def test_places_facilities_and_institutions_own_their_attribute(
    sentence: str, subject: str, measure: str
) -> None:
    assert [(s, m) for _, s, m in told(sentence)] == [(subject, measure)]


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("我们预计生产总值增长7%。", "生产总值"),
        ("奋斗目标为生产总值增长7%。", "生产总值"),
        ("有效期内瞪羚企业41家。", "瞪羚企业"),
        ("按年平均汇率折算人均GDP达2万美元。", "人均GDP"),
        ("臭氧浓度均值为133微克/立方米。", "臭氧浓度均值"),
        ("为市场主体减税降费6亿元。", "减税降费"),
        ("为群众挽回经济损失3000万元。", "经济损失"),
        ("为企业节约用电成本1.7亿元。", "节约用电成本"),
        ("一般公共预算支出中教育支出占两成。", "教育支出"),
        ("碳排放强度相比2015年下降31%。", "碳排放强度"),
        ("旅游收入比2019年增长9%。", "旅游收入"),
        ("旧住房成套改造5万平方米。", "旧住房成套改造"),
        ("成功创业720人。", "成功创业"),
        ("公路货运周转量12亿吨公里。", "公路货运周转量"),
    ],
)
def test_what_leads_into_a_measure_is_no_part_of_it(sentence: str, measure: str) -> None:
    assert [(s, m) for _, s, m in told(sentence)] == [("", measure)]


def test_industries_in_a_list_own_their_figure() -> None:
    assert told("光电子、新药、软件产业规模分别达31亿元、22亿元、17亿元,均增长9%。") == [
        ("31亿元", "光电子", "产业规模"),
        ("22亿元", "新药", "产业规模"),
        ("17亿元", "软件", "产业规模"),
        ("9%", "光电子、新药、软件", "产业规模"),
    ]
    assert told("本外币存款余额、贷款余额分别为28亿元、31亿元。") == [
        ("28亿元", "", "本外币存款余额"),
        ("31亿元", "", "贷款余额"),
    ]
    assert told("新建小学、幼儿园5所。") == [("5所", "", "小学、幼儿园")]


@pytest.mark.parametrize(
    "sentence",
    [
        "宏远化工90万吨/年乙烯项目建成投产。",
        "17万立方米LNG运输船交付使用。",
        "3GW光伏组件项目开工建设。",
    ],
)
def test_a_capacity_inside_a_name_is_no_statement(sentence: str) -> None:
    assert told(sentence) == []


def test_units_of_two_words_and_prizes_in_chinese_numerals() -> None:
    assert [(s.raw, s.unit) for s in rows("家禽出栏320万羽只。生猪出栏52万头只。")] == [
        ("320万羽只", "万羽只"),
        ("52万头只", "万头只"),
    ]
    assert told("获省科学技术奖7项,其中一等奖两项、二等奖三项。") == [
        ("7项", "", "省科学技术奖"),
        ("两项", "", "一等奖"),
        ("三项", "", "二等奖"),
    ]
    assert told("新建城市公园三片。") == [("三片", "", "城市公园")]


def test_a_base_of_comparison_gives_no_year_and_a_change_keeps_its_measure() -> None:
    for sentence in ("单位GDP能耗较2020年下降22.6%。", "旅游收入比2019年增长9%。"):
        assert [s.year for s in rows(sentence)] == [2024]
    found = rows("粮食总产量达到310亿斤,增产9.5亿斤。")
    assert [(s.measure, s.basis) for s in found] == [("粮食总产量", "stock"), ("粮食总产量", None)]


@pytest.mark.parametrize(
    "goal", ["超过8%的预期目标", "高于年初确定的8%目标", "超额完成8%的年度目标"]
)
def test_a_goal_that_an_outturn_passed_is_a_target_of_its_year(goal: str) -> None:
    found = rows(f"生产总值增长8.6%,{goal}。")
    assert [(s.measure, s.kind, s.comparator, s.year) for s in found] == [
        ("生产总值", "actual", "=", 2024),
        ("生产总值", "target", "=", 2024),
    ]


def test_growth_written_as_a_rate_of_growth_is_against_last_year() -> None:
    for word in ("增速", "增幅"):
        (found,) = rows(f"一般公共预算收入{word}10.58%。", PLAN)
        assert (found.measure, found.basis, found.kind) == ("一般公共预算收入", "yoy", "target")


def test_at_least_counts_from_in_front_of_the_verb() -> None:
    assert [s.comparator for s in rows("各县区至少建成1个示范园区。")] == [">="]


def test_a_list_joined_by_with_is_no_base_of_comparison() -> None:
    assert told("一般公共预算收入与税收收入分别增长5%、7%。") == [
        ("5%", "", "一般公共预算收入"),
        ("7%", "", "税收收入"),
    ]
    assert told("第一、第二、第三产业增加值分别增长3%、6%、8%。") == [
        ("3%", "", "第一产业增加值"),
        ("6%", "", "第二产业增加值"),
        ("8%", "", "第三产业增加值"),
    ]


@pytest.mark.parametrize(
    ("sentence", "certain"),
    [
        ("规模以上工业增加值增长7%。", [True]),
        ("东港片区新设企业41家,建成道路9公里。", [True, False]),
        ("存款余额、贷款余额分别为9亿元、8亿元。", [False, False]),
        ("生产总值增长8.6%,超过8%的预期目标。", [True, False]),
        ("登记技术合同310项,成交额26亿元。", [True, False]),
    ],
)
def test_only_what_one_clause_says_in_full_is_certain(sentence: str, certain: list[bool]) -> None:
    assert [s.confidence >= 0.9 for s in rows(sentence)] == certain


def test_fingerprints_do_not_depend_on_the_place_in_the_text() -> None:
    sentence = "登记技术合同310项,成交额26亿元。"
    moved = rows("学校建设提速。\n" + sentence)
    assert [s.fingerprint for s in rows(sentence)] == [s.fingerprint for s in moved]
