"""Which year and kind a number is of: forecasts, mid-term reviews, plans told beside outturns."""

from __future__ import annotations

from district.compiler import compile_text

REPORT = "云港市2025年计划执行情况与2026年计划草案的报告\n（{date}在云港市第六届人民代表大会上）\n"
PART = "一、2025年计划执行情况\n"
REVIEW = (
    "云港区“十四五”规划纲要实施情况中期评估报告\n——2023年9月20日在云港区人大常委会会议上\n"
    "一、总体评价\n2022年，生产总值达到310亿元。居民收入年均增长7%。\n"
)


def told(text: str) -> list[tuple[str, str, int | None]]:
    return [(s.raw, s.kind, s.year) for s in compile_text(text).statements]


def test_the_books_of_the_treasury_are_closed_when_the_year_is_over() -> None:
    sentence = "预计生产总值增长6%；完成财政总收入21亿元，增长4%。"
    late = told(REPORT.format(date="2026年1月12日") + PART + sentence)
    early = told(REPORT.format(date="2025年12月28日") + PART + sentence)
    assert [kind for _, kind, _ in late] == ["estimate", "actual", "actual"]
    assert [kind for _, kind, _ in early] == ["estimate"] * 3


def test_a_review_in_the_middle_of_a_year_speaks_of_that_year_from_where_it_says_so() -> None:
    text = REVIEW + (
        "二、重点任务进展\n（一）产业。截至今年8月底，引进项目64个。\n"
        "（二）城区。新增绿地46公顷。\n三、存在问题\n服务业占比为41%。\n"
    )
    assert told(text) == [
        ("310亿元", "actual", 2022),
        ("7%", "actual", 2022),
        ("64个", "actual", 2023),
        ("46公顷", "actual", 2023),
        ("41%", "actual", 2022),
    ]


def test_the_plan_of_the_year_is_told_in_front_of_what_came_of_it() -> None:
    rows = compile_text(
        PART
        + "年计划完成进出口总额80亿元，1—10月完成61亿元，全年预计完成76亿元，完成年计划的95%。\n"
        "年计划工业投资增长8%以上，1—10月增长6%，全年预计增长7%。\n"
    ).statements
    assert [(s.raw, s.measure, s.kind) for s in rows] == [
        ("80亿元", "进出口总额", "target"),
        ("61亿元", "进出口总额", "actual"),
        ("76亿元", "进出口总额", "estimate"),
        ("95%", "进出口总额", "estimate"),
        ("8%", "工业投资", "target"),
        ("6%", "工业投资", "actual"),
        ("7%", "工业投资", "estimate"),
    ]


def test_a_goal_that_an_outturn_is_held_against_is_a_target_of_the_same_measure() -> None:
    for sentence, value, year in (
        ("每千人口托位数3.2个，与规划目标4.6个尚有差距。", 4.6, 2025),
        ("每千人口托位数3.2个，距全年4.6个的目标差距较大。", 4.6, 2025),
        ("工业投资增长3%，低于“十五五”年均增长6%的目标。", 6, 2030),
        ("工业投资增长3%，超过年初确定的增长2%的目标。", 2, 2025),
        ("万元产值能耗下降1%，未完成下降3%的年度目标。", -3, 2025),
    ):
        first, goal = compile_text(PART + sentence).statements
        assert (goal.measure, goal.kind) == (first.measure, "target")
        assert (float(goal.value), goal.year) == (value, year)
