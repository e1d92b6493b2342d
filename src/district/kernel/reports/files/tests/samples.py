"""A document that has one of everything."""

from __future__ import annotations

from decimal import Decimal

from district.kernel.reports.files import (
    Annex,
    Chart,
    Heading,
    Manuscript,
    Number,
    Paragraph,
    Table,
)

WORDS = "全区上下坚持稳中求进工作总基调，经济运行总体平稳、稳中有进。"
LINE = Chart(
    "逐月增速", "line", "%", "来源：区统计局", ("1月", "2月", "3月"),
    (
        ("今年", (Decimal("5.1"), None, Decimal(6))),
        ("去年", (Decimal(4), Decimal("4.4"), Decimal(-1))),
    ),
)  # fmt: skip
BARS = Chart(
    "逐月完成", "bar", "亿元", "", ("1月", "2月"), (("今年", (Decimal(500), Decimal(530))),)
)
TABLE = Table(
    "主要指标",
    ("指标", "单位", "完成"),
    tuple((f"指标{at}", "亿元", Number(f"{at}.5", "/rows/", stale=at == 1)) for at in range(80)),
    "来源：区统计局",
)
FULL = Manuscript(
    "关于计划执行情况的报告", "区发展和改革局", "2026年1月5日",
    (
        Heading(1, "一、主要指标"),
        Paragraph(
            (WORDS, Number("6.5", "/rows/"), "%，高", Number("0.5", stale=True), "个百分点。")
        ),
        Heading(2, "（一）工业"),
        Heading(3, "1.龙头企业"),
        Heading(4, "（1）产值"),
        Paragraph((WORDS,)),
        TABLE,
        LINE,
        BARS,
    ),
    (Annex("任务清单", (Paragraph((WORDS,)),)), Annex("名词解释", (Heading(1, "一、指标"),))),
    "（草案）",
)  # fmt: skip
