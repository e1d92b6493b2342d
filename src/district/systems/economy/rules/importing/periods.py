"""The period that a heading speaks of: 2025年1-8月, 1—2月, 前三季度, 8月. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from district.systems.economy.rules.importing.sheets import plain

_DASH = "[-~—–－至到]"
_YEAR = re.compile(r"(20[0-9]{2})\s*年")
_MONTHS = re.compile(rf"(?<![0-9])(1[0-2]|[1-9])\s*月?\s*{_DASH}+\s*(1[0-2]|[1-9])\s*月")
_MONTH = re.compile(r"(?<![0-9])(1[0-2]|[1-9])\s*月")
_WORDS = {
    "前三季度": (1, 9),
    "上半年": (1, 6),
    "一季度": (1, 3),
    "全年": (1, 12),
    "二季度": (4, 6),
    "三季度": (7, 9),
    "四季度": (10, 12),
}


@dataclass(frozen=True)
class Stretch:
    """First and last month of a year; `year` None where the heading names none."""

    year: int | None
    first: int
    last: int


def stretch_in(text: str) -> Stretch | None:
    """The stretch of time in a heading; None where it names none, or one that runs backwards."""
    said = plain(text)
    found = _YEAR.search(said)
    year = int(found[1]) if found else None
    rest = said[found.end() :] if found else said
    for word, (first, last) in _WORDS.items():
        if word in rest:
            return Stretch(year, first, last)
    span = _MONTHS.search(rest)
    if span:
        first, last = int(span[1]), int(span[2])
        return Stretch(year, first, last) if first <= last else None
    single = _MONTH.search(rest)
    if single:
        return Stretch(year, int(single[1]), int(single[1]))
    return None
