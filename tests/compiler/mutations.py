"""Inputs for the fuzzer: pieces of reports, and ways to damage a text."""

from __future__ import annotations

import random

PIECES = [
    "一、2024年工作回顾\n", "二、2025年工作安排\n", "（一）", "1.", "——", "\n", "。", "；",
    "，", "、", "：", "“", "”", "（", "）", "《", "》", "全区", "全市", "地区生产总值",
    "固定资产投资", "国家高新技术企业", "公办学位", "亿元以上项目", "新增", "完成", "实现",
    "建成", "举办", "力争", "预计", "累计", "分别", "均为", "同比", "增长", "下降", "提高到",
    "降至", "由", "从", "达", "超", "近", "约", "不低于", "控制在", "以上", "以内", "左右",
    "其中", "占比", "占全区的", "总量达", "高于全市", "比上年", "2023年", "到2030年", "6月底前",
    "年内", "第三季度", "30", "1,234", "-6.85", "３．５", "两", "三百", "七", "%", "％",
    "个百分点", "家", "个", "亿元", "万人次", "平方公里", "微克/立方米", "公里/平方公里", "倍",
    "成", "余", "多", "-", "—", "~", "至", "+", "PM2.5", "17、22号线", "100%", "名词解释\n",
    "1.术语：解释\n", "等", "和", "的", "在", "为", "后",
]  # fmt: skip


def mutate(text: str, chance: random.Random) -> str:
    """Cut, double, swap or insert pieces; a few times over."""
    for _ in range(chance.randint(1, 8)):
        if not text:
            return chance.choice(PIECES)
        at = chance.randrange(len(text))
        to = min(len(text), at + chance.randint(1, 60))
        kind = chance.randrange(6)
        if kind == 0:
            text = text[:at] + text[to:]
        elif kind == 1:
            text = text[:to] + text[at:]
        elif kind == 2:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == 3:
            text = (
                text[:at]
                + chr(chance.choice([0, 9, 0x20, 0x2028, 0x3000, 0xFF05, 0x4E00, 0x1F600]))
                + text[to:]
            )
        elif kind == 4:
            other = chance.randrange(len(text))
            text = text[:at] + text[other : other + 40] + text[to:]
        else:
            text = "".join(chance.sample(text[at:to], to - at)).join((text[:at], text[to:]))
    return text
