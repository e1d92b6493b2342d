"""What counts a number of the plan, and which measure of a system might. Pure.

A suggestion compares names by their pairs of characters (the Sorensen-Dice coefficient), after
words that say nothing of what is counted are left out. It is a proposal: a planner checks the
definitions before binding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Counting = Literal["computed", "filed", "none"]
#: In the order in which they are shown.
COUNTINGS: tuple[Counting, ...] = ("computed", "filed", "none")
Need = Literal["measure", "owner", "start", "duty", ""]

#: Names that share less than this part of their pairs are no suggestion.
ALIKE = 0.5
_FILLING = re.compile(
    "全区|我区|全市|本区|龙岗区?|全年|年内|累计|新增|完成|实现|达到|数量|总量|总数|建设|开展"
    r"|[\s、,，。“”\"'（）()0-9%.-]+"
)
# What is counted in pieces: a report says 家 where a register says 个.
_PIECES = frozenset("家个户项件宗名人条场座栋张处所台次")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number of the report: what it is called, its unit, and whether it is growth."""

    name: str
    unit: str
    is_growth: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A measure that a system computes."""

    key: str
    name: str
    unit: str
    is_growth: bool
    name_en: str = ""


def suggest(wanted: Wanted, offered: Sequence[Offered], most: int = 2) -> tuple[Offered, ...]:
    """The measures that may count it, the likeliest first; growth never counts a level, nor the
    other way round, and units must agree up to the word that counts pieces."""
    found = [
        (score, one)
        for one in offered
        if one.is_growth == wanted.is_growth
        and same_unit(one.unit, wanted.unit)
        and (score := alike(one.name, wanted.name)) >= ALIKE
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1].unit != wanted.unit, pair[1].key))
    return tuple(one for _score, one in found[:most])


def same_unit(one: str, other: str) -> bool:
    """Whether numbers in these units count the same kind of thing."""
    return one == other or {one, other} <= _PIECES


def alike(one: str, other: str) -> float:
    """How much of their character pairs two names share, from 0 to 1."""
    left, right = _pairs(one), _pairs(other)
    both = len(left) + len(right)
    return 2 * len(left & right) / both if both else 0.0


def _pairs(text: str) -> set[str]:
    words = _FILLING.sub("", text)
    return {words[at : at + 2] for at in range(len(words) - 1)}


def need_of(counting: str, *, has_measure: bool, lacking: Iterable[str], is_active: bool) -> Need:
    """What a commitment that nobody counts needs first: a measure, whoever answers for it, a start,
    or somebody who files; "" where something counts it."""
    if counting != "none":
        return ""
    if not has_measure:
        return "measure"
    if any(one in ("lead_unit", "leader", "contact") for one in lacking):
        return "owner"
    return "duty" if is_active else "start"
