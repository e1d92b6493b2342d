"""What the words around a number make of it: unit, comparator, basis."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex
from district.compiler.left import Left
from district.compiler.model import Basis, Comparator
from district.compiler.numbers import Quantity

_PER = re.compile(
    r"每(立方米|平方米|升|平方公里|千克|吨|公里)(?=[\d.]|[^,、。]{0,4}$|\d)[^,、。;]*$"
)
_PER_UNITS = frozenset(lex.words("微克 毫克 克 元 万元 公里 人 吨 千克"))
#: 至少建成3个: the verb may stand between the word and its number.
_AT_LEAST = re.compile("(?:至少|不少于|不低于)[^,、\\d]{1,4}$")
_STOCK = frozenset(lex.words("总量 总数 在册 拥有 现有 共有 总数达 总量达"))
_TABLE: dict[str, Comparator] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "~": "~"}


def full_unit(folded: str, quantity: Quantity, start: int) -> str:
    """The normalised unit; 每立方米18.6微克降至17.9微克 gives 微克/立方米."""
    if "/" not in quantity.unit and quantity.unit in _PER_UNITS:
        match = _PER.search(folded[start : quantity.start])
        if match:
            return f"{quantity.unit}/{match[1]}"
    return quantity.unit


def comparator_of(left: Left, quantity: Quantity, degree: str) -> tuple[Comparator, bool]:
    """The comparator of an outturn, and whether 达 makes it ``>=`` in a target."""
    if degree in ("以上", "及以上"):
        return ">=", False
    if degree in ("以内", "之内", "内", "以下"):
        return "<=", False
    if degree in ("左右", "上下"):
        return "~", False
    if quantity.more:
        return ">", False
    if _AT_LEAST.search(left.spoken):
        return ">=", False
    word = None if left.delta else left.tail.first("C")
    first = next((w for w, k in left.tail.words if k in "CLE"), "")
    if word is not None and (word == first or first not in lex.TO_LEVEL):
        return _TABLE.get(lex.COMPARATORS[word], "="), False
    level = left.growth in lex.TO_LEVEL
    return "=", any(w in lex.REACH for w, _ in left.tail.words[:3]) and not level


def basis_of(left: Left, quantity: Quantity, measure: str, level: bool) -> Basis | None:
    """The statistical basis that the words around a number give it."""
    words = {word for word, _ in left.tail.words} | {word for word, _ in left.head.words}
    unit = quantity.unit
    if left.share_of:
        return "share" if unit != "倍" else None
    if left.growth and not level:
        if unit in ("%", "倍", "‰", "成"):
            return "yoy"
        return "flow" if left.verb and measure and not left.delta else None
    if re.search("增[幅速]|涨幅|降幅", measure + left.spoken[-8:]):
        return "yoy"
    if unit in ("%", "‰", "成"):
        return "share"
    if "累计" in left.spoken:
        return "cumulative"
    if words & _STOCK or any(word.endswith(("末", "底")) for word in words):
        return "stock"
    if left.verb and left.verb not in ("拥有", "现有", "共有", "设有", "有"):
        return "flow"
    if words & lex.REACH:
        return "stock"
    return "flow" if re.search("(?:额|产值|总值|增加值|产量|收入|投资|吞吐量)$", measure) else None
