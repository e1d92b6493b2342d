"""How real reports put things: each test is a class of wording, with invented sentences."""

from __future__ import annotations

import pytest
from tests.compiler.telling import REVIEW, told

from district.compiler import compile_text

PLAN = "二、2025年工作安排\n"


def test_a_counted_thing_and_what_is_said_of_it_are_two_statements() -> None:
    assert told("57个市级重点项目完成投资83亿元。") == [
        ("57个", "", "市级重点项目"),
        ("83亿元", "市级重点项目", "投资"),
    ]
    assert told("62家茶叶加工企业年销售收入7.4亿元,增长9%。") == [
        ("62家", "", "茶叶加工企业"),
        ("7.4亿元", "茶叶加工企业", "年销售收入"),
        ("9%", "茶叶加工企业", "年销售收入"),
    ]
    assert told("4个省级项目、7个市级项目全部开工,投资完成率分别为130%、112%。") == [
        ("4个", "", "省级项目"),
        ("7个", "", "市级项目"),
        ("130%", "省级项目", "投资完成率"),
        ("112%", "市级项目", "投资完成率"),
    ]


def test_the_size_of_a_named_thing_is_a_statement_and_that_of_a_class_is_none() -> None:
    assert told("总投资42亿元的云岭铝材产业园开工建设。") == [
        ("42亿元", "云岭铝材产业园", "总投资")
    ]
    assert told("31个总投资190亿元的文旅重点项目加快建设。") == [
        ("31个", "", "文旅重点项目"),
        ("190亿元", "文旅重点项目", "总投资"),
    ]
    assert told("投资超8亿元的项目达6个。")[0][0] == "6个"
    assert told("新签约项目18个,其中30亿元2个、10亿元以上5个。") == [
        ("18个", "", "项目"),
        ("2个", "", "30亿元"),
        ("5个", "", "10亿元以上"),
    ]


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("改造提升18个社区食堂。", "社区食堂"),
        ("整体提升36所乡村学校。", "乡村学校"),
        ("继续补助72家村卫生室。", "村卫生室"),
        ("两地协作实施88个帮扶项目。", "帮扶项目"),
        ("筹措6.2亿元实施安居惠民工程。", "安居惠民工程"),
        ("增加3200个普通高中学位。", "普通高中学位"),
        ("选派260名农技专家到基层开展服务。", "农技专家"),
        ("9家县级医院与省级医院开展合作。", "县级医院"),
        ("帮助740户贫困群众销售农产品。", "贫困群众"),
        ("完成62处内涝积水点整治。", "内涝积水点整治"),
    ],
)
def test_what_is_counted_stands_behind_a_number_that_a_verb_governs(
    sentence: str, measure: str
) -> None:
    (row,) = compile_text(REVIEW + sentence).statements
    assert (row.measure, row.comparator) == (measure, "=")


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("完成退化湿地修复治理3万亩。", "退化湿地修复治理"),
        ("完成旧厂房综合改造26万平方米。", "旧厂房综合改造"),
        ("城市污水集中收集处理率提高到74%。", "城市污水集中收集处理率"),
        ("每千人口拥有注册护士3.6名。", "每千人口拥有注册护士"),
        ("经常参加体育锻炼人数占比达到41%。", "经常参加体育锻炼人数占比"),
        ("组织各类排查5300次。", "排查"),
        ("识别监测对象210户。", "监测对象"),
        ("农户增收2600元。", "农户增收"),
        ("举办全国皮划艇大赛5场。", "全国皮划艇大赛"),
        ("建成三级甲等医院4家。", "三级甲等医院"),
        ("开展座谈会等对接活动17次。", "对接活动"),
    ],
)
def test_a_name_keeps_what_belongs_to_it(sentence: str, measure: str) -> None:
    assert [name for _, _, name in told(sentence)] == [measure]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        (
            "规上工业企业营业收入、利润总额分别增长8%、12%。",
            ["规上工业企业营业收入", "规上工业企业利润总额"],
        ),
        ("专利申请量、授权量分别达到900件、610件。", ["专利申请量", "专利授权量"]),
        ("茶园、油茶种植面积分别达到7万亩、4万亩。", ["茶园种植面积", "油茶种植面积"]),
        ("国家级、省级龙头企业分别达到3家、22家。", ["国家级龙头企业", "省级龙头企业"]),
        ("粮食播种面积、产量分别稳定在61万亩、25万吨。", ["粮食播种面积", "粮食产量"]),
        ("完成征地920亩、拆迁310户。", ["征地", "拆迁"]),
        (
            "出口额为9亿元,工业投资、民间投资表现亮眼,增速分别达到21%、17%。",
            ["出口额", "工业投资", "民间投资"],
        ),
        ("组织3批、45名医护人员驰援灾区。", ["医护人员"] * 2),
    ],
)
def test_lists_share_their_openings_and_endings(sentence: str, names: list[str]) -> None:
    assert [name for _, _, name in told(sentence)] == names


@pytest.mark.parametrize(
    ("sentence", "measures"),
    [
        ("灌溉面积达到80万亩,粮食产量再创新高,达到31亿斤。", ["灌溉面积", "粮食产量"]),
        ("全县GDP突破百亿元大关,达112亿元。", ["GDP"]),
        ("加快棚户区改造,新开工2.4万套。", ["棚户区改造"]),
        ("生产总值连跨两个千亿元台阶,年均增长6%。", ["生产总值"]),
        ("低保标准由410元、290元,分别提高到640元、480元。", ["低保标准"] * 2),
    ],
)
def test_an_indicator_that_the_clause_before_names_is_what_a_number_measures(
    sentence: str, measures: list[str]
) -> None:
    assert [name for _, _, name in told(sentence)] == measures


def test_a_thing_named_before_owns_what_it_does_itself_alone() -> None:
    assert told("滨江枢纽建成通车,新增公交线路12条。") == [("12条", "", "公交线路")]
    assert told("实施港区建设三年行动,空气优良率达到91%。") == [("91%", "", "空气优良率")]
    assert told("“云税通”平台建成,接入部门42个。") == [("42个", "“云税通”平台", "部门")]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [("降低工商业电价6%。", -6), ("压减一般性支出5%。", -5), ("审批时限压缩至4天。", 4)],
)
def test_a_verb_that_lowers_gives_its_rate_a_sign(sentence: str, value: int) -> None:
    (row,) = compile_text(REVIEW + sentence).statements
    assert row.value == value


def test_a_forecast_at_the_head_holds_to_the_full_stop_or_to_what_was_achieved() -> None:
    def kinds(sentence: str) -> list[str]:
        return [s.kind for s in compile_text(REVIEW + sentence).statements]

    text = "预计全年生产总值增长6%;固定资产投资增长9%,出口增长4%。消费增长7%。"
    assert kinds(text) == ["estimate"] * 3 + ["actual"]
    text = "预计全年生产总值增长6%;完成税收21亿元;消费增长7%。"
    assert kinds(text) == ["estimate", "actual", "actual"]
    text = "城镇和农村居民收入预计分别达到4万元、2万元,增长5%和6%。"
    assert kinds(text) == ["estimate"] * 4


def test_a_time_that_opens_a_sentence_holds_over_its_semicolons() -> None:
    text = PLAN + "到2030年,生产总值达到900亿元;研发投入强度达到3%。新建学校4所。\n"
    assert [s.year for s in compile_text(text).statements] == [2030, 2030, 2025]
    text = PLAN + "一季度生产总值同比下降3%;工业增加值增长1%。力争全年生产总值增长6%。"
    assert [s.kind for s in compile_text(text).statements] == ["actual", "actual", "target"]


@pytest.mark.parametrize(
    ("title", "heading", "period"),
    [
        ("南屏市2019年政府工作报告", "一、过去五年工作回顾", ("actual", 2018)),
        ("南屏区2022年政府民生实事项目", "二、2022年度政府民生实事项目", ("target", 2022)),
        ("南屏开发区2021年工作成就发布", "一、2021年工作情况", ("actual", 2021)),
    ],
)
def test_headings_of_every_kind_date_what_they_govern(
    title: str, heading: str, period: tuple[str, int]
) -> None:
    (row,) = compile_text(f"{title}\n{heading}\n新建口袋公园26个。\n").statements
    assert (row.kind, row.year) == period


def test_a_numbered_list_of_promises_is_no_glossary() -> None:
    text = PLAN + "主要任务如下。\n1.就业惠民：新增城镇就业3万人；完成技能培训9000人次。\n"
    assert [s.raw for s in compile_text(text).statements] == ["3万人", "9000人次"]


@pytest.mark.parametrize(
    "sentence",
    [
        "产业营收突破万亿元。",
        "人均收入居全省前10位。",
        "贫困发生率由11.2%下降到0。",
        "深入贯彻八项规定精神。",
        "开展0-3岁普惠托育。",
    ],
)
def test_sizes_ranks_and_where_a_change_began_are_no_statements(sentence: str) -> None:
    assert told(sentence) == []


def test_units_that_a_list_or_a_noun_leaves_to_be_understood() -> None:
    rows = compile_text(REVIEW + "三次产业分别拉动经济增长1.2个、2.1个、3.4个百分点。").statements
    assert [s.unit for s in rows] == ["百分点"] * 3
    (row,) = compile_text(REVIEW + "惠及30余万老年人。").statements
    assert (row.unit, row.comparator, row.measure) == ("万人", ">", "老年人")


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("确定重点帮扶家庭176户。", [("176户", "", "重点帮扶家庭")]),
        ("拆除东湖口、云水路等5个现有收费站。", [("5个", "", "收费站")]),
        ("新(改)建公共充电桩3355个。", [("3355个", "", "公共充电桩")]),
        ("新建(改扩建)幼儿园35所。", [("35所", "", "幼儿园")]),
        ("筹集建设资金39亿元。", [("39亿元", "", "建设资金")]),
        (
            "新增床位90张、托养机构规范化提升74家。",
            [("90张", "", "床位"), ("74家", "", "托养机构规范化提升")],
        ),
        (
            "新开工保障房4万平方米、公租房实物配租房源65套。",
            [("4万平方米", "", "保障房"), ("65套", "", "公租房实物配租房源")],
        ),
        (
            "累计排查3.3万车次、近5.2万人次。",
            [("3.3万车次", "", "排查"), ("5.2万人次", "", "排查")],
        ),
        (
            "云岭家居产业园一期项目开工,该项目总投资8亿元。",
            [("8亿元", "云岭家居产业园一期项目", "总投资")],
        ),
        (
            "成立南屏劳务公司接收分流人员310人,发放救助金65万元。",
            [("310人", "南屏劳务公司", "分流人员"), ("65万元", "", "救助金")],
        ),
        (
            "种植作物75亩(其中:油菜30亩、蔬菜45亩)。",
            [("75亩", "", "作物"), ("30亩", "", "油菜"), ("45亩", "", "蔬菜")],
        ),
        ("通过银企合作强化资金保障,发放贷款39亿元。", [("39亿元", "", "贷款")]),
    ],
)
def test_what_is_counted_is_named_whole_and_alone(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


def test_a_goal_that_was_passed_is_no_target() -> None:
    rows = compile_text(REVIEW + "消费价格上涨5.9%,高出预期目标1.9个点。").statements
    assert [s.kind for s in rows] == ["actual", "actual"]
    rows = compile_text(
        REVIEW + "初步预计,生产总值635亿元,完成年计划710亿元的89.4%,增长2.0%。"
    ).statements
    assert [s.kind for s in rows] == ["estimate"] * 3


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("生猪存栏6万头,出栏7万头。", [("6万头", "", "生猪存栏"), ("7万头", "生猪", "出栏")]),
        ("全县完成GDP28.3亿元。", [("28.3亿元", "全县", "GDP")]),
        ("筹集到参保资金256万元。", [("256万元", "", "参保资金")]),
        ("参加合作医疗的农民达7351人。", [("7351人", "", "参加合作医疗的农民")]),
        ("新增符合低保条件的农村低保33户。", [("33户", "", "农村低保")]),
        ("完成59个新农村建设示范点的建设工作。", [("59个", "", "新农村建设示范点")]),
        ("此次检查共出动执法人员113人次。", [("113人次", "", "执法人员")]),
        (
            "享受低保的居民2.4万人次,其中城镇0.2万人次、农村2.2万人次。",
            [
                ("2.4万人次", "", "享受低保的居民"),
                ("0.2万人次", "城镇", "享受低保的居民"),
                ("2.2万人次", "农村", "享受低保的居民"),
            ],
        ),
    ],
)
def test_parts_and_classes_of_what_is_counted(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "新增就业1.1万人,困难人员再就业206人,分别完成年计划的76%、80%。",
            [
                ("1.1万人", "", "就业"),
                ("206人", "", "困难人员再就业"),
                ("76%", "", "就业"),
                ("80%", "", "困难人员再就业"),
            ],
        ),
        (
            "发放贷款51万元,完成年目标任务57万元的93%。",
            [("51万元", "", "贷款"), ("93%", "", "贷款")],
        ),
        (
            "24个新建项目已开工22个,开工率为92%。",
            [("24个", "", "新建项目"), ("22个", "", "新建项目"), ("92%", "新建项目", "开工率")],
        ),
        ("完成35栋高层建筑安全排查整治。", [("35栋", "", "高层建筑安全排查整治")]),
        ("各服务点为群众提供服务3万人次。", [("3万人次", "服务点", "服务")]),
        ("尚未开工建设的项目37项。", [("37项", "", "尚未开工建设的项目")]),
        ("为创业者发放小额担保贷款29万元。", [("29万元", "", "小额担保贷款")]),
        ("示范街道、示范社区创建率达15%。", [("15%", "", "示范街道、示范社区创建率")]),
        ("PM2.5平均浓度24.7μg/m3。", [("24.7μg/m3", "", "PM2.5平均浓度")]),
    ],
)
def test_progress_of_works_and_plans(sentence: str, rows: list[tuple[str, str, str]]) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "实施亿元项目20个,完成投资60亿元,新开工6个。",
            [
                ("20个", "", "亿元项目"),
                ("60亿元", "亿元项目", "投资"),
                ("6个", "", "亿元项目"),
            ],
        ),
        ("完成造林面积8万亩,植树156万株。", [("8万亩", "", "造林面积"), ("156万株", "", "植树")]),
        ("完成补植1.9万亩。", [("1.9万亩", "", "补植")]),
        ("兑现奖补资金2.4亿元。", [("2.4亿元", "", "奖补资金")]),
        (
            "财政收入增加到4.5亿元,增长比例达55%。",
            [("4.5亿元", "", "财政收入"), ("55%", "", "财政收入")],
        ),
    ],
)
def test_a_number_without_a_name_takes_the_one_of_its_own_kind(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "4个市级重点项目1-5月完成投资12亿元,超时序进度3.5个百分点。",
            [
                ("4个", "", "市级重点项目"),
                ("12亿元", "市级重点项目", "投资"),
                ("3.5个百分点", "市级重点项目", "投资"),
            ],
        ),
        ("创新“收储供”模式盘活闲置土地3宗。", [("3宗", "", "闲置土地")]),
        ("争取含东西协作资金在内的各类补助资金2亿元。", [("2亿元", "", "补助资金")]),
        ("搬迁入住156户682人。", [("156户", "", "搬迁入住"), ("682人", "", "搬迁入住")]),
        ("全县贫困人口5年减少6万人。", [("6万人", "全县", "贫困人口")]),
    ],
)
def test_times_and_means_are_no_part_of_a_name(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "利用闲置校舍改造建设10个综合养老服务中心和30个幸福院。",
            [("10个", "", "综合养老服务中心"), ("30个", "", "幸福院")],
        ),
        ("精准识别32户搬迁贫困户。", [("32户", "", "搬迁贫困户")]),
        ("高质量办成10件民生实事。", [("10件", "", "民生实事")]),
        ("帮扶300余名符合条件的残疾人就业。", [("300余名", "", "残疾人")]),
    ],
)
def test_a_verb_with_its_manner_or_its_means_stands_before_what_is_counted(
    sentence: str, rows: list[tuple[str, str, str]]
) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        ("8个市控以上断面水质达标率98%。", [("98%", "", "市控以上断面水质达标率")]),
        ("云溪路项目获3.7亿元中央预算资金。", [("3.7亿元", "云溪路项目", "中央预算资金")]),
        ("减缴缓缴社保费6.5亿元。", [("6.5亿元", "", "社保费")]),
        ("获国字号农业品牌6个。", [("6个", "", "国字号农业品牌")]),
        ("符合条件的随迁子女入学率达98%。", [("98%", "", "符合条件的随迁子女入学率")]),
    ],
)
def test_what_was_won_and_by_whom(sentence: str, rows: list[tuple[str, str, str]]) -> None:
    assert told(sentence) == rows
