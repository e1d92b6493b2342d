"""Documents: which a case may have, what their templates may ask for, how Chinese papers write
dates and sums. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from district.kernel.cases.public import Words
from district.systems.disputes.names import COURT, LEGAL_AID, MEDIATION

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
#: What a template may ask for.
KNOWN = (
    "文书编号",
    "单号",
    "办理单位",
    "申请人",
    "被申请人",
    "其他当事人",
    "纠纷类型",
    "基本事实",
    "请求事项",
    "协议内容",
    "履行期限",
    "金额",
    "决定",
    "理由",
    "承办机构",
    "受移送法院",
    "移送事由",
    "前序单号",
    "日期",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its name, its template's file, and where in which type it is made."""

    key: str
    name: Words
    template: str
    type_key: str
    stages: frozenset[str]


def _kind(key: str, zh: str, en: str, type_key: str, stages: str) -> Kind:
    return Kind(key, Words(zh, en), f"{key}.docx", type_key, frozenset(stages.split()))


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        _kind(
            "agreement",
            "人民调解协议书",
            "Mediation agreement",
            MEDIATION,
            "agreed fulfilled breached",
        ),
        _kind(
            "aid_decision",
            "法律援助决定书",
            "Legal aid decision",
            LEGAL_AID,
            "granted helping closed refused ended",
        ),
        _kind(
            "handover_letter",
            "诉讼移送函",
            "Hand-over letter",
            COURT,
            "drafting handed_over filed confirmed rejected",
        ),
    )
}


def kinds_of(type_key: str, stage: str) -> list[Kind]:
    """The documents that a case may have made where it stands."""
    return [k for k in KINDS.values() if k.type_key == type_key and stage in k.stages]


def official_date(day: date) -> str:
    """A date as GB/T 9704 writes it: Arabic figures, no leading zeros: 2025年9月6日."""
    return f"{day.year}年{day.month}月{day.day}日"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def sum_in_words(amount: Decimal) -> str:
    """A sum of yuan in capital figures: 12000 is 壹万贰仟元整. Below 10^16, not negative."""
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 <= cents < 10**18:
        raise ValueError("a sum is not negative and below 10^16")
    yuan, rest = divmod(cents, 100)
    tenths, hundredths = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return (words or "零元") + "整"
    if tenths:
        words += f"{_DIGITS[tenths]}角"
    elif yuan:
        words += "零"
    return words + (f"{_DIGITS[hundredths]}分" if hundredths else "整")


def _whole(number: int) -> str:
    """A whole number above 0 in capital figures, a zero where figures are skipped."""
    groups = []
    while number:
        number, four = divmod(number, 10_000)
        groups.append(four)
    words, skipped = "", False
    for place in range(len(groups) - 1, -1, -1):
        four = groups[place]
        if not four:
            skipped = True
            continue
        if words and (skipped or four < 1000):
            words += "零"
        words, skipped = words + _four(four) + _GROUPS[place], False
    return words


def _four(number: int) -> str:
    words, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + _PLACES[place]
            zero = False
        else:
            zero = True
    return words
