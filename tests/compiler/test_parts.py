"""Kind and year from titles and headings alone: each part of a report says a plain sentence."""

from __future__ import annotations

import pytest

from district.compiler import compile_text

SENTENCE = "新建学校3所，改造老旧小区12个。"
Part = tuple[str, str, int]

REPORTS: list[tuple[str, list[Part]]] = [
    (
        "西山县政府工作报告（2024年1月10日）",
        [
            ("一、2023年主要工作", "actual", 2023),
            ("二、2024年总体要求和目标任务", "target", 2024),
        ],
    ),
    (
        "临湾经开区2024年上半年经济社会发展情况及下半年工作安排",
        [
            ("一、上半年主要工作", "actual", 2024),
            ("二、存在问题", "actual", 2024),
            ("三、下半年重点任务", "target", 2024),
        ],
    ),
    (
        "关于西山区2024年上半年国民经济和社会发展计划执行情况的报告",
        [("一、上半年经济运行情况", "actual", 2024), ("二、下半年工作举措", "target", 2024)],
    ),
    (
        "西山区2024年前三季度工作总结及四季度工作打算",
        [
            ("一、主要工作", "actual", 2024),
            ("二、问题与不足", "actual", 2024),
            ("三、下步工作打算", "target", 2024),
        ],
    ),
    (
        "政府工作报告\n——2022年1月5日在西山区第六届人民代表大会第一次会议上",
        [
            ("一、过去五年工作回顾", "actual", 2021),
            ("二、今后五年的奋斗目标和主要任务", "target", 2026),
            ("三、2022年重点工作", "target", 2022),
        ],
    ),
    (
        "政府工作报告\n——2024年2月20日在西山县第十六届人民代表大会第四次会议上",
        [
            ("2023年工作回顾", "actual", 2023),
            ("2024年工作总体要求", "target", 2024),
            ("2024年重点工作任务", "target", 2024),
        ],
    ),
    (
        "2025年西山市政府工作报告",
        [("过去一年工作", "actual", 2024), ("今年重点工作", "target", 2025)],
    ),
    (
        "西山县第十四个五年规划和二〇三五年远景目标纲要实施情况的中期评估报告\n"
        "——2023年8月28日在西山县第十八届人大常委会第十三次会议上",
        [
            ("一、“十四五”规划主要目标指标完成情况", "actual", 2022),
            ("二、存在的主要问题", "actual", 2022),
        ],
    ),
    (
        "西山区第十四个五年规划和2035年远景目标纲要",
        [("一、发展基础", "actual", 2020), ("二、发展目标", "target", 2025)],
    ),
    ("西山县2025年民生实事项目", [("一、教育惠民", "target", 2025)]),
    ("西山街道2024年工作要点", [("一、聚焦经济发展", "target", 2024)]),
    ("西山区2021年政府工作报告主要目标任务分解", [("一、经济发展", "target", 2021)]),
    ("西山区2024年经济社会发展情况", [("一、经济发展稳中向好", "actual", 2024)]),
    ("西山市2022年国民经济和社会发展统计公报", [("一、综合", "actual", 2022)]),
    (
        "西山市人民政府2011年工作报告",
        [
            ("一、“十一五”时期工作回顾", "actual", 2010),
            ("二、“十二五”时期奋斗目标", "target", 2015),
            ("三、2011年工作部署", "target", 2011),
        ],
    ),
]


@pytest.mark.parametrize(("title", "parts"), REPORTS, ids=[title[:24] for title, _ in REPORTS])
def test_titles_and_headings_tell_kind_and_year(title: str, parts: list[Part]) -> None:
    text = f"{title}\n\n" + "".join(f"{heading}\n\n{SENTENCE}\n\n" for heading, _, _ in parts)
    told = [(s.kind, s.year) for s in compile_text(text).statements]
    assert told == [(kind, year) for _, kind, year in parts for _ in range(2)]


def test_goals_of_a_plan_period_are_of_its_last_year() -> None:
    text = (
        "政府工作报告\n——2011年1月16日在西山省第十一届人民代表大会第五次会议上\n\n"
        "二、“十二五”时期的奋斗目标和2011年主要任务\n\n"
        "“十二五”时期，力争生产总值年均增长10%；城镇化率超过50%。\n\n"
        "2011年，生产总值增长11%。\n"
    )
    told = [(s.raw, s.kind, s.year) for s in compile_text(text).statements]
    assert told == [
        ("10%", "target", 2015),
        ("50%", "target", 2015),
        ("11%", "target", 2011),
    ]


def test_a_goal_of_another_year_that_is_cited_gives_no_year() -> None:
    text = (
        "西山县2022年工作总结\n\n一、主要成效\n\n2022年，预算收入12.7亿元，完成2025年目标的79%。\n"
    )
    told = [(s.raw, s.year) for s in compile_text(text).statements]
    assert told == [("12.7亿元", 2022), ("79%", 2022)]
