"""How a confirmed statement or task becomes a commitment. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Literal

CommitmentKindKey = Literal["indicator", "quantity", "task", "list"]

_INDICATOR_HEADING = re.compile("主要(?:经济|预期|社会|发展)*(?:指标|目标)|预期目标|发展目标")
_LIST = re.compile(r"清单|\d+项(?:重点|年度|改革|民生)*(?:工作|任务|实事|改革|举措)")
_BINDING = re.compile(
    "约束性|能耗|水耗|用水|碳排放|二氧化碳|减排|PM2\\.?5|细颗粒物|空气质量|优良天数|断面|"
    "河长|水质|耕地|永久基本农田|森林覆盖率|安全生产.*死亡"
)


def kind_of_statement(section: str, sentence: str) -> CommitmentKindKey:
    """Indicator where a heading or the sentence's head announces main indicators.

    Government work reports list them in one sentence (今年主要预期目标是:…), plan reports
    under a heading of their own.
    """
    heading = section.rsplit(" / ", 1)[-1]
    head = re.split("[::]", sentence, maxsplit=1)[0] if re.search("[::]", sentence) else ""
    found = _INDICATOR_HEADING.search(heading) or _INDICATOR_HEADING.search(head)
    return "indicator" if found else "quantity"


def kind_of_task(text: str) -> CommitmentKindKey:
    """List where the text speaks of a list or a counted set of tasks (79项工作), else task."""
    return "list" if _LIST.search(text) else "task"


def is_binding(subject: str, measure: str, sentence: str) -> bool:
    """Whether a target is usually binding (约束性): it says so, or is of a field that the
    five-year plans bind (energy, water, emissions, air, land). A suggestion: a planner decides.
    """
    return bool(_BINDING.search(subject + measure)) or "约束性" in sentence


def due_date(deadline: str | None, year: int) -> date:
    """The day a target is due: an ISO date, the last day of an ISO month, or of the year."""
    if not deadline:
        return date(year, 12, 31)
    parts = [int(part) for part in deadline.split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return date(parts[0], parts[1], parts[2])


def sequence(year: int, item: str, clause: int = 0, number: int = 0) -> str:
    """The printed reference: `25§12` item, `25§12.3` its third clause, `25§12.3-1` a number.

    Without an item the number stands among the main indicators: `25§指1`.
    """
    head = f"{year % 100:02d}§"
    if not item:
        return f"{head}指{number}" if number else head
    text = f"{head}{item}"
    if clause:
        text += f".{clause}"
    if number:
        text += f"-{number}"
    return text


def title_of(subject: str, measure: str) -> str:
    """A commitment's short name: the subject unless the measure already says it."""
    if not subject or subject in measure:
        return measure
    return f"{subject}{measure}"
