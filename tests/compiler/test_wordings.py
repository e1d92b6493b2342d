"""Wordings of reports by many hands: what a share is of, what a name keeps, what is no name."""

from __future__ import annotations

import pytest
from tests.compiler.telling import REVIEW, told

from district.compiler import compile_text


@pytest.mark.parametrize(
    ("sentence", "last"),
    [
        ("教育支出9亿元,占财政支出的21%。", ("21%", "", "教育支出占财政支出")),
        ("茶叶产业产值12亿元,增长8%,占全市比重达3%。", ("3%", "茶叶产业", "产值占全市比重")),
        ("工业投资90亿元,其中技改投资31亿元,占比34%。", ("34%", "", "技改投资占比")),
        ("新开工民生项目40个,占比25%。", ("25%", "", "民生项目占比")),
        (
            "钢铁、造纸产值分别完成80亿元、20亿元,合计占全区产值的41%。",
            ("41%", "", "占全区产值"),
        ),
    ],
)
def test_a_share_names_its_whole(sentence: str, last: tuple[str, str, str]) -> None:
    assert told(sentence)[-1] == last


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("实际到账外资3亿美元。", "实际到账外资"),
        ("免费孕检率达到93%。", "免费孕检率"),
        ("城镇失业率始终控制在4%以内。", "城镇失业率"),
        ("光伏装机容量从无到有、达到21万千瓦。", "光伏装机容量"),
        ("集镇污水处理率从无到有,达到80%。", "集镇污水处理率"),
        ("年游客量最高达320万人次。", "年游客量"),
        ("村级养老服务站覆盖率达到92%。", "村级养老服务站覆盖率"),
        ("县城绿化率提高到39%。", "县城绿化率"),
        ("新增设施农业310亩。", "设施农业"),
        ("社会研发经费投入增长12%。", "社会研发经费投入"),
        ("发放购物券2轮600万元。", "购物券"),
        ("打通建设北路、新华三街等断头路3条。", "断头路"),
        ("投入3.6亿元,办成了十件实事。", "投入"),
        ("排查整改隐患1.2万处。", "隐患"),
        ("惠及4.6万婴幼儿。", "婴幼儿"),
    ],
)
def test_a_name_keeps_what_is_its_own_and_nothing_else(sentence: str, measure: str) -> None:
    (row,) = compile_text(REVIEW + sentence).statements
    assert (row.subject, row.measure) == ("", measure)


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "装备制造、食品加工产值分别达到15亿元、8亿元。",
            [("15亿元", "", "装备制造产值"), ("8亿元", "", "食品加工产值")],
        ),
        (
            "教育、卫生健康支出分别增长9%和21%。",
            [("9%", "", "教育支出"), ("21%", "", "卫生健康支出")],
        ),
        (
            "皮革、家纺两大块状产业产值分别为80亿元和12亿元。",
            [("80亿元", "皮革", "产值"), ("12亿元", "家纺", "产值")],
        ),
        (
            "新增规上企业43家,在库总量达212家。",
            [("43家", "", "规上企业"), ("212家", "", "规上企业")],
        ),
        (
            "62个市级项目完成投资51亿元,投资完成率56%,新开工17个。",
            [
                ("62个", "", "市级项目"),
                ("51亿元", "市级项目", "投资"),
                ("56%", "市级项目", "投资完成率"),
                ("17个", "", "市级项目"),
            ],
        ),
        (
            "东湖片区完成投资9亿元,西岭片区完成3亿元。",
            [("9亿元", "东湖片区", "投资"), ("3亿元", "西岭片区", "投资")],
        ),
        (
            "盘活闲置土地500亩,亩均税收提高到19万元。",
            [("500亩", "", "闲置土地"), ("19万元", "", "亩均税收")],
        ),
        (
            "13个设区市臭氧浓度下降4%,森林覆盖率达41%。",
            [("4%", "设区市", "臭氧浓度"), ("41%", "", "森林覆盖率")],
        ),
        (
            "轿车产量12万辆,受缺芯影响同比下降8%。",
            [("12万辆", "", "轿车产量"), ("8%", "", "轿车产量")],
        ),
        (
            "税收超亿元楼宇31栋,其中超20亿元楼宇4栋。",
            [("31栋", "", "税收超亿元楼宇"), ("4栋", "", "超20亿元楼宇")],
        ),
    ],
)
def test_what_the_parts_of_a_sentence_share(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    "sentence", ["综合考评列第9位,较上年前移3位。", "排名较上年上升10个位次。"]
)
def test_places_gained_in_a_ranking_are_no_statements(sentence: str) -> None:
    assert told(sentence) == []


def test_numbers_of_lines_are_no_subjects() -> None:
    text = "一、2022年实事项目\n01 新建口袋公园6个。\n02 新增学位80个。\n"
    assert [s.subject for s in compile_text(text).statements] == ["", ""]
    text = "二、2025年目标任务\n1.2025年新增绿地40公顷。\n2.2025年新建学校2所。\n"
    assert [s.subject for s in compile_text(text).statements] == ["", ""]


def test_what_is_lowered_is_a_fall_and_a_level_is_none() -> None:
    (row,) = compile_text(REVIEW + "降低企业成本8亿元。").statements
    assert row.value == -8
    (row,) = compile_text(REVIEW + "细颗粒物浓度降至每立方米28微克以下。").statements
    assert (row.value, row.unit, row.measure) == (28, "微克/立方米", "细颗粒物浓度")
    (row,) = compile_text(REVIEW + "出台降低企业成本35条措施。").statements
    assert row.value == 35


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "医药产业规模突破90亿元、光电产业达到70亿元。",
            [("90亿元", "医药产业", "规模"), ("70亿元", "光电产业", "规模")],
        ),
        (
            "民生支出61亿元,占财政支出的比重由64%提高到76%。",
            [("61亿元", "", "民生支出"), ("76%", "", "民生支出占财政支出的比重")],
        ),
        (
            "每万人专利拥有量62件,高于全市平均水平38件。",
            [("62件", "", "每万人专利拥有量"), ("38件", "", "每万人专利拥有量")],
        ),
        (
            "培育瞪羚企业5家(累计17家)。",
            [("5家", "", "瞪羚企业"), ("17家", "", "瞪羚企业")],
        ),
        ("土地利用效率不高,亩均税收12万元。", [("12万元", "", "亩均税收")]),
        ("为企业减税清费8亿元。", [("8亿元", "", "减税清费")]),
        (
            "农产品加工产值与农业总产值之比达到2.2:1。",
            [("2.2", "", "农产品加工产值与农业总产值之比")],
        ),
        ("举办线上线下招聘会46场。", [("46场", "", "线上线下招聘会")]),
        ("新增学位720个,超目标任务20%。", [("720个", "", "学位"), ("20%", "", "学位")]),
        ("分配公租房68套。", [("68套", "", "公租房")]),
        ("新增内资企业9200户。", [("9200户", "", "内资企业")]),
        (
            "化学需氧量、氨氮排放量分别减少2%和3%。",
            [("2%", "", "化学需氧量排放量"), ("3%", "", "氨氮排放量")],
        ),
        ("完成3所中学主体建设。", [("3所", "", "中学主体建设")]),
        ("11万住房困难群众喜迁新居。", [("11万", "", "住房困难群众")]),
        ("发放低保、特困等各类救助金700万元。", [("700万元", "", "救助金")]),
    ],
)
def test_what_a_clause_takes_from_the_one_before_and_what_it_does_not(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows
