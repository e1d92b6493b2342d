"""Goals that an outturn is held against: 超过8%的预期目标, 与规划目标5.5个尚有差距."""

from __future__ import annotations

import re

from district.compiler.clauses import Cell

_SAYS = (
    "(?:年初|全年|年度|既定|确定|预期|计划|规划|上级|省|市|分别|下达|制定|提出|设定|目标|增长|下降|降低|年均|"
    "“?十[一二三四五六七]五”?(?:规划|时期|期?末)?|到?20\\d\\d ?年|达到?|实现|的)*$"
)
_PASSED = re.compile(
    "[^\\d,]{0,4}?(?:高于|超过|超出|超额完成|优于|低于|好于|快于|突破|未(?:能)?(?:完成|达到?|实现)|不及)"
    f"(?:了)?{_SAYS}"
)
_APART = re.compile(f"[^\\d,]{{0,4}}?(?:距离?|与|离|同){_SAYS}")
_GOAL = re.compile(
    "(?:以上|左右|以内)?的?(?:年度|预期|全年|年初|增长|计划|规划|调控|控制)*(?:目标|任务)"
)
_GAP = re.compile("[^,。;]{0,14}差距")
#: A增速、B增速|与年初确定的6.5%、7%的目标存在差距.
_BESIDE = re.compile(
    "(?<=..)(?:[两三四五六七\\d]+项(?:主要)?指标)?"
    f"(?:距离?|与|离|同|(?:未能?|没有|没能)(?:完成|达到?|实现)){_SAYS}"
)
_ITS_GOAL = re.compile("[^,。;]{0,16}?的?(?:年度|预期|全年)?(?:目标|任务)")
_FAR_OFF = re.compile("[^,。;]{0,16}?(?:目标|任务)[^,。;]{0,8}(?:差距|距离|偏差)")
#: 年计划完成X, 1-9月完成Y: the plan of the year is told in front of what came of it.
_PLANNED = re.compile(
    "[-— *、]*(?:全?年|年度|年初)(?:计划|预算|目标|任务)(?:数|值)?(?:为|是|:)?"
    "(?!执行|完成[率的情]|(?:总|年度)?投资(?!(?:完成|增长|额?达到)))"
)
_FALLS = re.compile("下降|降低")


def held_against(before: str, behind: str) -> bool:
    """True where a number is a goal that the statement before it passed or missed."""
    if _PASSED.match(before):
        return bool(_GOAL.match(behind))
    named = _GOAL.match(behind) or re.search("目标|规划|计划", before)
    return bool(_APART.match(before) and named and _GAP.search(behind))


def named_beside(folded: str, cell: Cell) -> int:
    """Where the names end whose outturn is short of a goal, or -1.

    A、B增速|与年初确定的6.5%、7%的目标存在差距.
    """
    match = _BESIDE.search(folded[cell.left[0] : cell.left[1]])
    if match is None:
        return -1
    behind = folded[cell.quantity.end : cell.right[1] + 24]
    missed = re.search("未|没", match[0]) and _ITS_GOAL.match(behind)
    return cell.left[0] + match.start() if missed or _FAR_OFF.match(behind) else -1


def lowers(before: str) -> bool:
    """True where the goal was a fall: 未完成下降3.4%的目标."""
    return bool(_FALLS.search(before))


def planned(clause: str) -> bool:
    """True where a clause in a review tells what the year's plan was (年计划完成617亿元)."""
    return bool(_PLANNED.match(clause))


def plan_end(clause: str) -> int | None:
    """The last year of the five-year plan that a goal is quoted from, or None."""
    plan = re.search("十([一二三四五六七])五", clause)
    return 2010 + 5 * "一二三四五六七".index(plan[1]) if plan else None
