"""Whether a number is a statement at all, and how sure the compiler can be."""

from __future__ import annotations

from district.compiler import naming
from district.compiler.clauses import Cell
from district.compiler.left import Left
from district.compiler.lexicon import words
from district.compiler.numbers import Quantity

_COUNTS_OF_ONE = frozenset(words("场 次 部 个 项 种 批 件 条 套 张 间 片 支 笔 株 起 处 例"))


def right(folded: str, cell: Cell, left: Left, phrase: str, closing: str) -> float:
    """Confidence that "NUMBER NOUN" asserts a count; 0 where it only names things.

    建成12家就业驿站 asserts; 13个设区市 in front of another measure does not.
    """
    if naming.is_slogan(phrase) or phrase.endswith(("占比", "比重", "指数", "覆盖率")):
        return 0
    before = folded[cell.left[0] : cell.quantity.start].rstrip()
    if left.verb or left.growth or left.tail.has("CLE") or left.head.has("MD"):
        return 0.85
    if phrase.endswith("中") or before.endswith(("的", "与")):
        return 0.8 if closing else 0.7
    if closing or cell.continued:
        return 0.8
    if before.endswith("等") or folded[left.tail.stop - 1 : left.tail.stop] == "等":
        return 0.7
    return 0.6 if left.head.has("A") and not left.measure else 0


def plain(left: Left, measure: str) -> bool:
    """True where subject and measure stand in the number's own clause, undivided.

    Only these are certain; lists behind 分别, goals held against an outturn and long or
    coordinated names are readings.
    """
    read = left.separately or left.cited or left.delta
    return not read and len(measure) <= 16 and not any(mark in measure for mark in "、和与及")


def han(quantity: Quantity, left: Left, phrase: str, *, from_right: bool) -> bool:
    """Whether a Chinese numeral counts here (新增两家) or belongs to a phrase (一项项)."""
    if quantity.unit in ("成", "倍", "百分点"):
        return bool(left.measure or left.growth or left.tail.words)
    if quantity.value == 1 and quantity.unit in _COUNTS_OF_ONE:
        return False
    if phrase.startswith(("民生", "为民", "惠民", "利民", "实事", "大")):
        # 十件民生实事
        return False
    if from_right:
        return (left.verb_last or left.tail.has("C")) and not left.np_only
    counted = left.verb or left.tail.has("C") or "其中" in left.spoken
    return bool(left.measure) and (bool(counted) or left.measure.endswith("奖"))
