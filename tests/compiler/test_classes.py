"""Classes of readings that real reports showed, each told in sentences of our own."""

from __future__ import annotations

import pytest
from tests.compiler.telling import REVIEW, told

from district.compiler import compile_text
from district.compiler.attributes import owner_and_attribute


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        # How long something has held is no part of its name.
        ("粮食总产连续七年稳定在30亿斤以上。", [("30亿斤", "", "粮食总产")]),
        ("群众满意度连续5年保持在97%以上。", [("97%", "", "群众满意度")]),
        # Years of life and of schooling, with where they began.
        ("人均预期寿命从76.1岁提升至78.4岁。", [("78.4岁", "", "人均预期寿命")]),
        (
            "劳动年龄人口平均受教育年限由2020年的9.5年提升至2025年的10.3年。",
            [("10.3年", "", "劳动年龄人口平均受教育年限")],
        ),
        # Any verb leads from one count to another.
        ("乡镇卫生院由32所整合为27所。", [("27所", "", "乡镇卫生院")]),
        # What a change is counted from is no statement.
        (
            "生产总值达到820亿元，较“十三五”末的610亿元增加210亿元。",
            [("820亿元", "", "生产总值"), ("210亿元", "", "生产总值")],
        ),
        # A rank or a doubling told in passing.
        (
            "外贸总额达到560亿元、稳居全省前三、增长9%。",
            [("560亿元", "", "外贸总额"), ("9%", "", "外贸总额")],
        ),
        ("瞪羚企业数量实现翻番、达86家。", [("86家", "", "瞪羚企业数量")]),
        ("经济总量连续迈上2个千亿元台阶、达3200亿元。", [("3200亿元", "", "经济总量")]),
        # A share is of its whole, in one clause as in two.
        ("民生支出占一般公共预算支出的78%。", [("78%", "", "民生支出占一般公共预算支出")]),
        # A numeral in front of what was finished.
        ("两条生产线建成投产。", [("两条", "", "生产线")]),
        # A time in the middle of a name.
        ("省属企业2024年营业收入突破900亿元。", [("900亿元", "省属企业", "营业收入")]),
        # One, two and three without marks between them.
        (
            "一二三产增加值分别增长3%、6%和5%。",
            [("3%", "", "一产增加值"), ("6%", "", "二产增加值"), ("5%", "", "三产增加值")],
        ),
    ],
)
def test_what_belongs_to_a_name_and_what_does_not(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        # Words begin at word bounds: 产教融合|共同体 holds no 合共.
        ("培育6个产教融合共同体。", [("6个", "", "产教融合共同体")]),
        ("新增等级民宿120家。", [("120家", "", "等级民宿")]),
        # Verbs side by side, known and unknown.
        ("制定、修改和废止政府规章42件。", [("42件", "", "政府规章")]),
        ("提质升级25个景区。", [("25个", "", "景区")]),
        ("围绕产业需求布局建设4条专用线。", [("4条", "", "专用线")]),
        ("劝返35名辍学学生。", [("35名", "", "辍学学生")]),
        ("实施城市更新行动、完成投资18亿元。", [("18亿元", "", "投资")]),
        # Behind a verb that takes a noun, one more tells which.
        ("建成高价值专利培育中心9家。", [("9家", "", "高价值专利培育中心")]),
        ("提请市人大常委会审议地方性法规7件。", [("7件", "", "地方性法规")]),
        # What the named things do ends their name.
        ("支持12所普通高中改善办学条件。", [("12所", "", "普通高中")]),
        ("8项科技成果填补国内空白。", [("8项", "", "科技成果")]),
        ("6家省级医疗中心开诊运营。", [("6家", "", "省级医疗中心")]),
        ("推动15家省级农庄提档升级。", [("15家", "", "省级农庄")]),
        ("12种产品产量居全国第1位。", [("12种", "", "产品产量")]),
        # A verb that says which ones.
        ("扎实推进40个乡村振兴重点帮扶县建设。", [("40个", "", "乡村振兴重点帮扶县")]),
        # What is lifted is counted, and nothing grew.
        (
            "“县中振兴”工程提升30所普通高中。",
            [("30所", "“县中振兴”工程", "普通高中")],
        ),
        ("“全域巡查”发现问题860个。", [("860个", "“全域巡查”", "问题")]),
    ],
)
def test_where_a_name_begins_and_ends(sentence: str, rows: list[tuple[str, str, str]]) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        # Kinds of works and bodies alone name none of them.
        ("高铁营运里程达260公里。", [("260公里", "", "高铁营运里程")]),
        ("公立医院次均费用下降3%。", [("3%", "", "公立医院次均费用")]),
        ("城市空气质量优良天数比率91%。", [("91%", "", "城市空气质量优良天数比率")]),
        ("完成大中型灌区现代化改造22万亩。", [("22万亩", "", "大中型灌区现代化改造")]),
        # Zones, policies and events own what their verb counts.
        ("自贸试验区8项创新成果在全国推广。", [("8项", "自贸试验区", "创新成果")]),
        ("育儿补贴政策惠及6万名婴幼儿。", [("6万名", "育儿补贴政策", "婴幼儿")]),
        # A verb of general Chinese behind a named place.
        ("东山镇慰问困难家庭35户。", [("35户", "东山镇", "困难家庭")]),
        # By what means, about what and at what level something is done.
        ("通过房票去化商品住宅3200套。", [("3200套", "", "商品住宅")]),
        ("省市县选派科技特派员480名。", [("480名", "", "科技特派员")]),
        # A clause with a noun of its own does not go on with the subject before it.
        (
            "云岭机场旅客吞吐量突破300万人次，“千里轻舟”班轮开通13条航线。",
            [("300万人次", "云岭机场", "旅客吞吐量"), ("13条", "", "航线")],
        ),
        # What many finished works are followed by is not theirs.
        (
            "青河水库等一批工程竣工，实施病险水库除险加固项目54个。",
            [("54个", "", "病险水库除险加固项目")],
        ),
        # What an opened facility adds is its own.
        (
            "县中医院新院区投入使用，新增床位500张。",
            [("500张", "县中医院新院区", "床位")],
        ),
        # In a list of what was counted, a class of things owns nothing.
        (
            "改造老旧小区26个、建筑面积43万平方米。",
            [("26个", "", "老旧小区"), ("43万平方米", "", "建筑面积")],
        ),
        (
            "甲运河完成投资45亿元，乙铁路完成52亿元。",
            [("45亿元", "甲运河", "投资"), ("52亿元", "乙铁路", "投资")],
        ),
    ],
)
def test_who_owns_a_figure(sentence: str, rows: list[tuple[str, str, str]]) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    "sentence",
    [
        "成为全国5个试点地区之一。",
        "成为全球首个吞吐量超过5000万标准箱的港口。",
        "18个学科进入全球排名前1%。",
        "全区50户以上村寨改造完成。",
    ],
)
def test_numbers_that_only_name_are_no_rows(sentence: str) -> None:
    assert [row for row in told(sentence) if row[0] not in ("18个",)] == []


def test_a_forecast_that_opens_what_is_told_holds_to_the_full_stop() -> None:
    text = REVIEW + "面对压力，我们克难奋进，预计生产总值达412亿元；固定资产投资增长7.2%。"
    assert [row.kind for row in compile_text(text).statements] == ["estimate", "estimate"]


def test_per_how_many_is_part_of_the_name() -> None:
    assert told("每10万人口高等教育平均在校生增长27%。") == [
        ("27%", "", "每10万人口高等教育平均在校生")
    ]


@pytest.mark.parametrize(
    ("phrase", "owner", "attribute"),
    [
        ("东湖高新技术产业园累计税收", "东湖高新技术产业园", "税收"),
        ("滨海产业园目前用地面积", "滨海产业园", "用地面积"),
        ("龙口港共货物吞吐量", "龙口港", "货物吞吐量"),
    ],
)
def test_when_and_how_far_is_no_part_of_what_an_owner_has(
    phrase: str, owner: str, attribute: str
) -> None:
    assert owner_and_attribute(phrase) == (owner, attribute)
