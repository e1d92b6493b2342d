"""Numbers with their units and bounds anywhere in a text, for readers of other texts than reports.

The same numerals, units and marks of degree as in a report, without its grammar of statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from district.compiler import lexicon as lex
from district.compiler.behind import degree
from district.compiler.layout import fold, lines_of, sentences_of
from district.compiler.numbers import Quantity, find_quantities, han_value

Bound = Literal[">", ">=", "<", "<=", "=", "~"]

#: Spoken in rules more than in reports: 不满, 未满 and 满; a number alone has no word here.
_WORDS: dict[str, Bound] = {
    **{word: bound for word, bound in lex.COMPARATORS.items() if bound in (">", ">=", "<", "<=")},  # type: ignore[misc]  # the values are bounds
    **dict.fromkeys(lex.words("不满 未满 未达 未达到 未超出"), "<"),
    **dict.fromkeys(lex.words("未超过 不超出 不得高于 不得多于 低于或等于"), "<="),
    **dict.fromkeys(lex.words("满 达 达到 大于等于 大于或等于 不得小于 已满"), ">="),
}
_LONGEST = max(map(len, _WORDS))
_BEHIND: dict[str, Bound] = {
    **dict.fromkeys(("以上", "及以上"), ">="),
    **dict.fromkeys(("以内", "之内", "内", "以下"), "<="),
    **dict.fromkeys(("左右", "上下"), "~"),
}
_HAN_TIME = re.compile(
    "(?<![第每])(?P<num>[一二两三四五六七八九十]+)(?P<unit>周?年|个?月|[天日])(?!度)"
)
_TIMES = lex.words("年 周年 个月 月 天 日")
_INCLUDED = re.compile(r"\((不?)含(?:本数)?\)")
_MONEY = re.compile("([十百千万亿]*)元")
_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a text, ``text[start:end]`` with the words that bound it.

    ``value`` is in ``unit``; ``value_from`` the lower end of a written range, else None.
    ``bound`` is "=" where no word says more. 以上, 以下 and 以内 include the number, 超过 and
    不满 do not (Civil Code of China, article 1259), unless 含 or 不含 says otherwise.
    """

    start: int
    end: int
    value: Decimal
    value_from: Decimal | None
    unit: str
    bound: Bound


def amounts_of(text: str) -> tuple[Amount, ...]:
    """Every number with a unit in ``text``, from left to right; offsets count its characters."""
    folded = fold(text)
    found = find_quantities(folded, 0, len(folded))
    spoken = [q for q in _spoken_times(folded) if not _overlaps(q, found)]
    ordered = sorted([*found, *spoken], key=lambda q: q.start)
    return tuple(_bounded(folded, quantity) for quantity in ordered)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of ``text`` stand, line by line."""
    folded = fold(text)
    return [span for start, end in lines_of(folded) for span in sentences_of(folded, start, end)]


def money_factor(unit: str) -> Decimal | None:
    """How many yuan a unit of money is (万元: 10000); None of another unit."""
    match = _MONEY.fullmatch(unit)
    if match is None:
        return None
    factor = Decimal(1)
    for size in match[1]:
        factor *= _SIZES[size]
    return factor


def _overlaps(quantity: Quantity, found: list[Quantity]) -> bool:
    return any(q.start < quantity.end and quantity.start < q.end for q in found)


def _spoken_times(folded: str) -> Iterator[Quantity]:
    for match in _HAN_TIME.finditer(folded):
        value = han_value(match["num"])
        if value:
            unit = match["unit"].removeprefix("周")
            yield Quantity(match.start(), match.end(), Decimal(value), None, unit, unit, han=True)


def _bounded(folded: str, quantity: Quantity) -> Amount:
    start, word = _word_before(folded, quantity.start)
    behind = quantity.end
    included = _INCLUDED.match(folded, behind)
    mark, end = degree(folded, behind, len(folded))
    if not mark and quantity.unit in _TIMES and folded.startswith("内的", behind):
        mark, end = "内", behind + 1  # 毕业3年内的高校毕业生
    bound: Bound = _BEHIND.get(mark) or word or (">" if quantity.more else "=")
    if not mark and included:
        end = included.end()
    included = included or _INCLUDED.match(folded, end)
    if included:
        bound = _including(bound, included[1] == "")
        end = max(end, included.end())
    return Amount(start, end, quantity.value, quantity.value_from, quantity.unit, bound)


def _including(bound: Bound, holds: bool) -> Bound:
    if bound in (">", ">="):
        return ">=" if holds else ">"
    if bound in ("<", "<="):
        return "<=" if holds else "<"
    return bound


def _word_before(folded: str, at: int) -> tuple[int, Bound | None]:
    """Where the comparing word in front of a number begins, and what it says."""
    stop = at
    while stop and folded[stop - 1] == " ":
        stop -= 1
    for length in range(min(_LONGEST, stop), 0, -1):
        word = folded[stop - length : stop]
        if word in _WORDS:
            return stop - length, _WORDS[word]
    return at, None
