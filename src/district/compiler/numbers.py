"""Quantities: where a number with a unit stands, what it is worth, and what is none.

The text is scanned in its *folded* form (``layout.fold``): full-width digits and marks
are half-width there, character by character, so every offset holds in the original too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from district.compiler.units import (
    CHINESE_COUNT_UNITS,
    MAGNITUDES,
    RATE_UNITS,
    UNIT_PATTERN,
)

# Possessive, and never from the middle of a number: a run of digits is tried once.
_DIGITS = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d{1,20}+)(?:\.\d{1,20}+)?"
_MAGNITUDE = "(?:[十百千]?万亿?|[十百千]?亿|[十百千](?![伏瓦米克卡帕赫]))"
_HAN_NUMBER = "[一二两三四五六七八九十百千万亿零〇半]+"

QUANTITY = re.compile(
    rf"(?<![\d.])(?:(?P<low>[-+]?{_DIGITS})(?P<lowunit>(?:{_MAGNITUDE})?(?:{UNIT_PATTERN})?)"
    rf" ?(?:-|—{{1,2}}|–|~|∼|至|到|—) ?)?"
    rf"(?P<sign>[-+−]?)(?P<num>{_DIGITS}) ?"
    rf"(?P<unit>(?:[余多来])?(?:{_MAGNITUDE})?(?:[余多来])?(?:{UNIT_PATTERN}))"
)
HAN_QUANTITY = re.compile(rf"(?P<num>{_HAN_NUMBER})(?P<unit>[余多来]?(?:{CHINESE_COUNT_UNITS}))")

_RATIO = re.compile(
    r"(?:(?<=收入比)|(?<=之比)|(?<=收入比值)|(?<=收入之比)|(?<=收入倍差)|(?<=倍差)|(?<=系数)|(?<=收入差距比)|(?<=指数)|(?<=百万吨死亡率)|(?<=容积率)|"
    r"(?<=比值由[\d.]{3})|(?<=比值由[\d.]{4})|(?<=收入比由[\d.]{3})|(?<=收入比由[\d.]{4})|(?<=收入比从[\d.]{4}))"
    r"[为达到至由从控制在缩小降扩大约保持稳定]{0,6}(?P<num>\d{1,3}\.\d{1,3})"
    r"(?=[,。;、)]|:1|$|以内|以下|左右|以上|缩小|降|下降|提高|扩大)"
)

_HAN_DIGIT = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_HAN_POWER = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; ``start:end`` covers the range too, where there is one.

    ``value`` is in ``unit`` (magnitudes such as 万 belong to the unit) and has the sign
    that is written beside it, not yet the sign of its verb. ``value_from`` is the lower
    end of a written range. ``more`` is true for 余 and 多, ``han`` for Chinese numerals.
    """

    start: int
    end: int
    value: Decimal
    value_from: Decimal | None
    unit: str
    unit_raw: str
    more: bool = False
    han: bool = False

    @property
    def is_rate(self) -> bool:
        """True for percent, per mille, percentage points, 倍 and 成."""
        return self.unit in RATE_UNITS


def han_value(numeral: str) -> int | None:
    """The value of a Chinese numeral such as 三十五 or 一百零二; None if malformed."""
    if not numeral or numeral == "半":
        return None
    total = section = digit = 0
    for char in numeral:
        if char in _HAN_DIGIT:
            if digit:
                return None
            digit = _HAN_DIGIT[char]
        elif char in _HAN_POWER:
            section += (digit or 1) * _HAN_POWER[char]
            digit = 0
        elif char == "万":
            total = (total + section + digit or 1) * 10_000
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit or 1) * 100_000_000
            section = digit = 0
        else:
            return None
    return total + section + digit


def normal_unit(raw: str) -> str:
    """The unit as it is compared: half-width, no 余 or 多, one spelling per unit."""
    unit = raw.replace(" ", "")
    unit = re.sub("[余多来](?!次)", "", unit, count=1) if len(unit) > 1 else unit
    unit = re.sub("^个(?=百分点|工作日|自然日|小时)", "", unit)
    unit = unit.replace("％", "%").replace("㎡", "平方米")
    unit = re.sub("m[3³]$", "立方米", unit).replace("mg/", "毫克/")
    unit = re.sub("^[μµu]g/", "微克/", unit)
    unit = re.sub("(?i)km", "公里", unit).replace("／", "/")
    return unit.replace("元人民币", "元")


def find_quantities(folded: str, start: int, end: int) -> list[Quantity]:
    """All number-with-unit tokens of ``folded[start:end]``, before any judgement."""
    found: list[Quantity] = []
    position = start
    while True:
        match = QUANTITY.search(folded, position, end)
        if match is None:
            break
        quantity = _from_digits(folded, match) or _change_alone(folded, match)
        if quantity is None:
            # Retry behind the first number: a rejected range may hide a good number.
            position = match.end("low") if match["low"] else match.end("num")
            continue
        found.append(quantity)
        position = quantity.end
    for match in HAN_QUANTITY.finditer(folded, start, end):
        if any(q.start < match.end() and match.start() < q.end for q in found):
            continue
        quantity = _from_han(folded, match)
        if quantity is not None:
            found.append(quantity)
    found.extend(_ratios(folded, start, end))
    found.sort(key=lambda q: q.start)
    return _points(folded, found)


def _points(folded: str, found: list[Quantity]) -> list[Quantity]:
    """拉动增长1.74个、3.22个、4个百分点: the last one's unit is all of theirs."""
    for index in range(len(found) - 2, -1, -1):
        here, after = found[index], found[index + 1]
        between = folded[here.end : after.start]
        if here.unit == "个" and after.unit == "百分点" and between in ("、", "和", "与", "及"):
            found[index] = replace(here, unit=after.unit)
    return found


def _ratios(folded: str, start: int, end: int) -> list[Quantity]:
    """Numbers without a unit behind the name of a ratio: 城乡居民收入比缩小到2.1以内."""
    return [
        Quantity(match.start("num"), match.end("num"), Decimal(match["num"]), None, "", "")
        for match in _RATIO.finditer(folded, start, end)
    ]


def _glued(folded: str, start: int, end: int) -> bool:
    """True where the digits are part of a name: PM2.5, 1+6+2+1, 100+, 5G, 3号."""
    before = folded[start - 1] if start else ""
    after = folded[end] if end < len(folded) else ""
    if before and (before.isascii() and before.isalpha()):
        return not folded.endswith(("GDP", "CPI", "PPI", "GNP"), 0, start)
    if before and (before in "+·/×.第#" or before.isdigit()):
        return True
    unit_is_ascii = folded[end - 1].isascii() and folded[end - 1].isalpha()
    return bool(after) and (
        after in "+×" or (unit_is_ascii and after.isascii() and after.isalpha())
    )


def _from_digits(folded: str, match: re.Match[str]) -> Quantity | None:
    start, sign = match.start(), match["sign"]
    low = match["low"]
    if low is None and sign == "+":
        return None
    if low is None and sign and start and _is_joint(folded[start - 1]):
        # "2021-2035项": the hyphen joins, it is no sign.
        return None
    digits_start = match.start("low") if low else match.start("num")
    if _glued(folded, digits_start, match.end()):
        return None
    unit_raw = match["unit"]
    people = (
        unit_raw.strip("余多") == "万" and folded[match.end() : match.end() + 1] not in ",。;、)"
    )
    value = Decimal(match["num"].replace(",", ""))
    if sign in ("-", "−") and low is None:
        value = -value
    value_from = None
    if low is not None:
        value_from = Decimal(low.replace(",", ""))
        low_unit = match["lowunit"]
        if low_unit and normal_unit(low_unit) != normal_unit(unit_raw):
            if low_unit in MAGNITUDES and unit_raw.startswith(low_unit):
                pass
            else:
                return None
        if value_from >= value:
            return None
    return Quantity(
        start=start,
        end=match.end(),
        value=value,
        value_from=value_from,
        unit="万人" if people and match.end() < len(folded) else normal_unit(unit_raw),
        unit_raw=unit_raw,
        more=bool(re.match("[十百千万亿]*[余多来]", unit_raw)),
    )


def _change_alone(folded: str, match: re.Match[str]) -> Quantity | None:
    """下降3.7个百分点至18.2% is no range: the change is a number of its own."""
    if match["lowunit"] not in ("%", "个百分点"):
        return None
    own = QUANTITY.match(folded, match.start(), match.end("lowunit"))
    return None if own is None else _from_digits(folded, own)


def _is_joint(char: str) -> bool:
    return char.isalnum() and not "\u4e00" <= char <= "\u9fff"


def _from_han(folded: str, match: re.Match[str]) -> Quantity | None:
    value = han_value(match["num"])
    if value is None or value == 0 or folded.startswith(("规定", "支出"), match.end()):
        # 八项规定
        return None
    before = folded[match.start() - 1] if match.start() else ""
    if before and (before in "第十百千万亿每同某逐统之" or before.isdigit()):
        return None
    bare = not any(char in _HAN_DIGIT for char in match["num"]) and match["num"] != "十"
    if bare and (
        match["unit"][-1] in "元吨亩" or folded[match.start() - 1] not in "近超约达过逾上"
    ):
        # 突破万亿元, 百万吨: a size and no number.
        return None
    unit_raw = match["unit"]
    return Quantity(
        start=match.start(),
        end=match.end(),
        value=Decimal(value),
        value_from=None,
        unit=normal_unit(unit_raw),
        unit_raw=unit_raw,
        more=unit_raw[:1] in "余多来",
        han=True,
    )
