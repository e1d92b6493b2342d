"""The words of a passage and the places in them that stand for numbers. Pure.

A number's place is `{1}`, `{2}`, ... in the order of the passage's slots; `{w}` is the stretch of
time that the first number speaks of and `{g}` whether it grew, so that neither says anything else
than the number. `{+}` in a change is the number of the filing that the change brings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Literal

MARK = re.compile(r"\{(\d{1,2}|w|g|\+)\}")
_DIGITS = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?")
#: What only numbers are written with in a report's prose: three tenths, a half, twice, percent.
_SPOKEN = re.compile(
    "百分之|千分之|[一二三四五六七八九十两]成|翻[一两二]?番|[一两二三四五六七八九十百]+倍"
)
Fault = Literal["empty", "long", "brace", "marks", "digits", "spoken"]
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Face:
    """How a slot is printed: its value rounded to `places`, its unit, the days it speaks of."""

    value: Decimal
    unit: str
    places: int = 2
    growth: bool = False
    since: date | None = None
    until: date | None = None

    @property
    def rounded(self) -> Decimal:
        """The value as printed, signed."""
        return printed_value(self.value, self.places)

    @property
    def text(self) -> str:
        """Number and unit; growth without its sign, which the words say."""
        shown = abs(self.rounded) if self.growth else self.rounded
        return f"{plain(shown)}{self.unit}"

    @property
    def grew(self) -> str:
        """Whether it grew, in a word."""
        return "下降" if self.rounded < 0 else "增长"

    @property
    def when(self) -> str:
        """The stretch of time, with what joins it to the sentence."""
        return when(self.until)


def printed_value(value: Decimal, places: int) -> Decimal:
    """A value as it is printed."""
    return round(value, places)


def plain(value: Decimal) -> str:
    """Digits without idle noughts, without a mark of thousands."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def when(until: date | None) -> str:
    """`全年` for a whole year, else up to which month's end or day."""
    if until is None:
        return ""
    if (until.month, until.day) == (12, 31):
        return "全年"
    if (until + timedelta(days=1)).month != until.month:
        return f"截至{until.month}月底，"
    return f"截至{until.month}月{until.day}日，"


def pieces(text: str) -> list[tuple[str, str]]:
    """The text as (words, mark) in a row; the last mark is ""."""
    found, at = [], 0
    for match in MARK.finditer(text):
        found.append((text[at : match.start()], match[1]))
        at = match.end()
    found.append((text[at:], ""))
    return found


def filled(text: str, faces: Mapping[int, Face], after: str = "") -> str:
    """The sentence as it is read, after one that named the stretch of time `after`."""
    return "".join(words + said(mark, faces, after) for words, mark in pieces(text))


def said(mark: str, faces: Mapping[int, Face], after: str = "") -> str:
    """What stands at a mark; "" where it is of no number (yet)."""
    first = faces.get(1)
    if mark == "w":
        return first.when if first and first.when != after else ""
    if mark == "g":
        return first.grew if first else ""
    face = faces.get(int(mark)) if mark.isdigit() else None
    return face.text if face else ""


def fault_of(before: str, after: str, *, brings: bool = False) -> Fault | None:
    """What is wrong with changed words, or None.

    Every mark stays once, whatever its place; `brings` asks for one `{+}` more. No digit may be
    there that the words did not hold before (names hold some), nor a number in words.
    """
    if not after.strip():
        return "empty"
    if len(after) > LONGEST:
        return "long"
    plain_after = MARK.sub(" ", after)
    if "{" in plain_after or "}" in plain_after:
        return "brace"
    wanted = Counter(MARK.findall(before))
    if brings:
        wanted["+"] += 1
    if Counter(MARK.findall(after)) != wanted:
        return "marks"
    plain_before = MARK.sub(" ", before)
    if Counter(_DIGITS.findall(plain_after)) - Counter(_DIGITS.findall(plain_before)):
        return "digits"
    if Counter(_SPOKEN.findall(plain_after)) - Counter(_SPOKEN.findall(plain_before)):
        return "spoken"
    return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of changed words: kept, put in or taken out."""

    kind: Literal["same", "in", "out"]
    text: str


def changed(before: str, after: str) -> list[Stretch]:
    """What a change puts in and takes out; a mark is one sign."""
    old, new = _signs(before), _signs(after)
    found: list[Stretch] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Stretch("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Stretch("out", "".join(old[a:b])))
        if d > c:
            found.append(Stretch("in", "".join(new[c:d])))
    return found


def _signs(text: str) -> list[str]:
    signs: list[str] = []
    for words, mark in pieces(text):
        signs += [*words, *([f"{{{mark}}}"] if mark else [])]
    return signs
