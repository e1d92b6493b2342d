"""General language competence: each test is a class of wording, with invented words."""

from __future__ import annotations

import pytest
from tests.compiler.telling import REVIEW, told

from district.compiler import compile_text, segments


def measures(sentence: str) -> list[str]:
    return [measure for _, _, measure in told(sentence)]


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("新辟远洋航线4条。", "远洋航线"),
        ("执行出口订单合同52份。", "出口订单合同"),
        ("外运铝土矿320万吨。", "铝土矿"),
        ("获全国花卉金奖7项。", "全国花卉金奖"),
        ("开复工水利项目19个。", "水利项目"),
        ("服务企业640家次。", "企业"),
        ("新入驻动漫企业37家。", "动漫企业"),
        ("关停转迁印染企业26家。", "印染企业"),
        ("新批台资企业8家。", "台资企业"),
        ("攻克关键核心技术15项。", "关键核心技术"),
        ("疏浚村级沟渠73公里。", "村级沟渠"),
        ("结对帮扶山区学校24所。", "山区学校"),
        ("签发渔船通行证书310份。", "渔船通行证书"),
        ("撬动民间资本9亿元。", "民间资本"),
    ],
)
def test_a_verb_that_no_list_names_is_no_part_of_the_measure(sentence: str, measure: str) -> None:
    assert measures(sentence) == [measure]


@pytest.mark.parametrize(
    "measure",
    [
        "建设用地",
        "高标准厂房",
        "居民出行距离",
        "普通公路养护里程",
        "农村生活污水治理率",
        "和美乡村覆盖率",
        "九年义务教育巩固率",
        "在校学生",
        "快递业务量",
    ],
)
def test_a_verb_inside_a_noun_stays(measure: str) -> None:
    assert measures(f"{measure}达到86%。") == [measure]


@pytest.mark.parametrize(
    ("phrase", "length"),
    [("新辟航线", 2), ("外运煤炭", 2), ("转迁企业", 2), ("返乡人才", 0), ("工业用地", 0), ("", 0)],
)
def test_verbs_are_recognised_by_how_they_are_built(phrase: str, length: int) -> None:
    assert segments.verb_length(phrase) == length


def test_tokens_cover_the_phrase_without_gaps() -> None:
    for phrase in ("规模以上工业增加值", "第3届·茶博会A区", "x", ""):
        assert "".join(token.word for token in segments.tokens_of(phrase)) == phrase


@pytest.mark.parametrize(
    ("sentence", "subject", "measure"),
    [
        ("港区单箱通关时间压缩至7小时。", "港区", "单箱通关时间"),
        ("东渠西引三期工程形象进度达到41%。", "东渠西引三期工程", "形象进度"),
        ("沙湾市空气质量优良率达93%。", "沙湾市", "空气质量优良率"),
        ("陶瓷、玻璃、卫浴三大产业集群产值突破720亿元。", "陶瓷、玻璃、卫浴三大产业集群", "产值"),
        ("亿元以上在建项目完成投资51亿元。", "亿元以上在建项目", "投资"),
        ("青屿机场旅客吞吐量突破300万人次。", "青屿机场", "旅客吞吐量"),
        ("南塘水库累计投资6亿元。", "南塘水库", "投资"),
        ("“惠农贷”累计授信4亿元。", "“惠农贷”", "授信"),
        ("海丝产业园入驻企业45家。", "海丝产业园", "企业"),
        ("规模以上工业增加值增长7%。", "", "规模以上工业增加值"),
        ("城镇居民人均可支配收入增长6%。", "", "城镇居民人均可支配收入"),
        ("建成区绿化覆盖率42%。", "", "建成区绿化覆盖率"),
    ],
)
def test_a_named_owner_is_parted_from_its_attribute(
    sentence: str, subject: str, measure: str
) -> None:
    assert [(s, m) for _, s, m in told(sentence)] == [(subject, measure)]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("存款余额、贷款余额分别为9亿元、8亿元。", ["存款余额", "贷款余额"]),
        ("稻谷、玉米种植面积分别达9万亩、4万亩。", ["稻谷种植面积", "玉米种植面积"]),
        ("城市、农村低保标准分别提高到900元、700元。", ["城市低保标准", "农村低保标准"]),
        (
            "城镇和农村居民人均可支配收入完成4万元、2万元,分别增长5%、6%。",
            ["城镇居民人均可支配收入", "农村居民人均可支配收入"] * 2,
        ),
        ("存款、贷款余额分别增长7%和9%。", ["存款余额", "贷款余额"]),
    ],
)
def test_coordinated_items_each_get_their_own_measure(sentence: str, names: list[str]) -> None:
    assert measures(sentence) == names


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("固定资产投资. 全区完成工业投资21亿元。", [("21亿元", "全区", "工业投资")]),
        ("1.农业农村.粮食产量8万吨。", [("8万吨", "", "粮食产量")]),
        ("楼宇经济:新入驻商户31家。", [("31家", "", "商户")]),
        (
            "一是技改投资增长9%,二是外贸出口增长4%。",
            [("9%", "", "技改投资"), ("4%", "", "外贸出口")],
        ),
    ],
)
def test_run_in_titles_and_enumerators_are_no_names(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("按年平均汇率折算,人均GDP达2万美元。", [("2万美元", "", "人均GDP")]),
        ("多渠道筹集公租房310套。", [("310套", "", "公租房")]),
        ("用两年时间改造排水管网40公里。", [("40公里", "", "排水管网")]),
        ("全运会前城市绿道总里程达90公里。", [("90公里", "", "城市绿道总里程")]),
        ("对全区经济增长的贡献率达12%。", [("12%", "", "贡献率")]),
    ],
)
def test_adverbials_are_no_part_of_names(sentence: str, rows: list[tuple[str, str, str]]) -> None:
    found = told(sentence)
    assert [(raw, subject) for raw, subject, _ in found] == [(r, s) for r, s, _ in rows]
    assert all(name.endswith(want) for (_, _, name), (_, _, want) in zip(found, rows, strict=True))


def test_actors_persist_and_things_do_not() -> None:
    assert told("东港片区新设企业41家,建成道路9公里。") == [
        ("41家", "东港片区", "企业"),
        ("9公里", "东港片区", "道路"),
    ]
    assert told("22个重点项目完成投资31亿元,新建学校3所。") == [
        ("22个", "", "重点项目"),
        ("31亿元", "重点项目", "投资"),
        ("3所", "", "学校"),
    ]
    assert told("县财政投入教育资金2亿元,专任教师本科率71%。")[1][1] == ""
    assert told("市区PM2.5浓度29微克/立方米,优良天数比例88%。")[1] == (
        "88%",
        "市区",
        "优良天数比例",
    )


def test_a_clause_that_opens_with_a_number_counts_its_noun() -> None:
    assert told("43家企业获评省级绿色工厂,17件作品获省级以上奖项,6名教师入选国家级名师。") == [
        ("43家", "", "企业"),
        ("17件", "", "作品"),
        ("6名", "", "教师"),
    ]


def test_an_estimate_reaches_over_clauses_without_a_verb_of_their_own() -> None:
    text = REVIEW + "我们预计,全年生产总值增长5%,工业增加值增长7%;固定资产投资完成90亿元。"
    assert [s.kind for s in compile_text(text).statements] == ["estimate", "estimate", "actual"]
    text = REVIEW + "人均预期寿命80岁。"
    assert [s.kind for s in compile_text(text).statements] == ["actual"]


def test_a_ratio_needs_no_unit_and_people_may_be_counted_in_ten_thousands() -> None:
    rows = compile_text(REVIEW + "城乡居民收入比由2.31缩小至2.18,帮扶7.4万贫困人口。").statements
    assert [(float(s.value), s.unit, s.measure) for s in rows] == [
        (2.18, "", "城乡居民收入比"),
        (7.4, "万人", "贫困人口"),
    ]
    assert rows[0].value_from is not None


def test_a_share_is_said_of_the_thing_whose_share_it_is() -> None:
    assert measures("PCT专利申请量占全省31%。") == ["PCT专利申请量"]
    assert measures("税收收入占一般公共预算收入比重达80%。") == ["税收收入占一般公共预算收入比重"]


def test_words_that_end_like_a_comparator_are_no_comparators() -> None:
    rows = compile_text("二、2025年工作计划\n征拆签约1260户。市级下达的12件实事。").statements
    assert [s.comparator for s in rows] == ["=", "="]


@pytest.mark.parametrize(
    ("titles", "periods"),
    [
        (
            ["一、2022年主要工作", "二、2023年工作计划"],
            [("actual", 2022), ("target", 2023)],
        ),
        (["2022年工作回顾", "2023年工作安排"], [("actual", 2022), ("target", 2023)]),
        (
            ["二〇二二年工作情况", "二〇二三年工作思路"],
            [("actual", 2022), ("target", 2023)],
        ),
        (
            ["一、过去五年工作", "二、今后五年的目标", "三、2022年重点工作"],
            [("actual", 2021), ("target", 2026), ("target", 2022)],
        ),
        (
            ["一、2020年工作回顾", "二、“十四五”发展目标", "三、2021年重点工作"],
            [("actual", 2020), ("target", 2025), ("target", 2021)],
        ),
    ],
)
def test_parts_are_dated_together(titles: list[str], periods: list[tuple[str, int]]) -> None:
    text = "某市政府工作报告\n各位代表：现在报告工作，请予审议。\n" + "".join(
        f"{title}\n生产总值增长6%。\n" for title in titles
    )
    assert [(s.kind, s.year) for s in compile_text(text).statements] == periods


def test_goals_of_several_years_are_of_the_last_one() -> None:
    text = (
        "一、2023年工作回顾\n生产总值增长5%。\n二、2024年工作安排\n"
        "今后五年,生产总值年均增长6%。用两年时间改造管网50公里,年内完成20公里。\n"
    )
    assert [s.year for s in compile_text(text).statements] == [2023, 2028, 2025, 2024]


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("【工业经济】规上工业总产值86亿元。", [("86亿元", "", "规上工业总产值")]),
        ("工业经济——规上工业总产值86亿元。", [("86亿元", "", "规上工业总产值")]),
        ("固定资产投资　全区完成工业投资21亿元。", [("21亿元", "全区", "工业投资")]),
        ("财政收入:26亿元,增长8%。", [("26亿元", "", "财政收入"), ("8%", "", "财政收入")]),
        ("城镇化率：68.2%", [("68.2%", "", "城镇化率")]),
        ("(1)工业经济．全区规上工业总产值86亿元。", [("86亿元", "全区", "规上工业总产值")]),
    ],
)
def test_titles_on_the_line_and_values_behind_a_colon(
    line: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(line) == rows
