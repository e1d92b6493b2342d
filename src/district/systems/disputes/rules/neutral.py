"""Texts without the people in them: names become the words of their parts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Not within a longer number: an amount or a case number is no telephone.
_NUMBERS = re.compile(r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{17}[\dXx])(?!\d)")
_HAN = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def part_word(role: str, position: int, of: int) -> str:
    """申请人, or 申请人一 and 申请人二 where there are several; in Chinese, since it is printed."""
    word = ROLE_WORDS[role]
    if of <= 1:
        return word
    return f"{word}{_HAN[position] if position < len(_HAN) else position}"


ROLE_WORDS: Mapping[str, str] = {
    "applicant": "申请人",
    "respondent": "被申请人",
    "third": "第三人",
    "agent": "代理人",
}


def neutral(text: str, words: Iterable[tuple[str, str]]) -> str:
    """`text` with every name replaced by its word; the longest names first."""
    for name, word in sorted(words, key=lambda pair: -len(pair[0])):
        if len(name) > 1:
            text = text.replace(name, word)
    return text


def holds_numbers(text: str) -> bool:
    """Whether a mobile telephone or an identity card's number stands in the text."""
    return _NUMBERS.search(text) is not None
