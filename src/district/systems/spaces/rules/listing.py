"""What the words of a listing say of a unit: facts that are not on record, to be confirmed. Pure.

Read are load, clear height, goods lifts, power, fire hazard class, waste water, rent, and the
smallest part that can be let. It is what somebody wrote, not a fact: it never makes a unit hold a
constraint, and what is on record goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from district.kernel.matching.public import Constraint, Market, missing_nothing
from district.systems.spaces.rules.matching import HAZARDS, Supply, Wish, market_of

#: One tonne weighs so many kN, as floors are reckoned.
_KN = Decimal(10)
_NUMBER = r"(\d+(?:\.\d+)?)"
_WEIGHT = r"(吨|t|公斤|千克|kg|kn)"
_GAP = r"[^\d，。；、]{0,6}"
_KILO = frozenset({"公斤", "千克", "kg"})


@dataclass(frozen=True)
class Claims:
    """What a text says: values by the names of `Supply` (in its units), and in which words."""

    values: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def _load(found: re.Match[str]) -> Decimal:
    amount, unit = Decimal(found["n"]), found["u"].lower()
    if unit in _KILO:
        return amount * _KN / 1000
    return amount if unit == "kn" else amount * _KN


def _height(found: re.Match[str]) -> Decimal:
    """6米5 is 6.5."""
    more = found["more"]
    return Decimal(found["n"]) + (Decimal(more) / 10 if more else 0)


def _plain(found: re.Match[str]) -> Decimal:
    return Decimal(found["n"])


def _part(found: re.Match[str]) -> Decimal:
    """0 where it is not said how small a part may be."""
    return Decimal(found["n"] or 0)


def _hazard(found: re.Match[str]) -> str:
    return HAZARDS["甲乙丙丁戊".index(found["n"])]


def _yes(_found: re.Match[str]) -> bool:
    return True


_N = _NUMBER.replace("(", "(?P<n>", 1)
_U = _WEIGHT.replace("(", "(?P<u>", 1)
_READ: tuple[tuple[str, Callable[[re.Match[str]], Any], tuple[str, ...]], ...] = (
    ("load", _load, (
        rf"(?:承重|荷载|楼板|楼面|地坪){_GAP}{_N}{_U}",
        rf"{_N}{_U}(?:/|每)(?:平|㎡|方)",
        rf"{_N}{_U}(?:的)?(?:承重|荷载)",
    )),
    ("height", _height, (
        rf"(?:层高|净高|挑高|滴水){_GAP}{_N}(?:米|m)?(?P<more>\d?)",
        rf"{_N}米(?P<more>)(?:层高|挑高)",
    )),
    ("lift_load", _plain, (
        rf"{_N}吨(?:的)?(?:小)?(?:货梯|电梯)",
        rf"货梯[^\d，。；]{{0,4}}{_N}吨",
    )),
    ("power", _plain, (
        rf"{_N}(?:kva|千伏安|千瓦安)",
        r"电(?![梯镀泳])(?:量|容量)?[^\d，。；、]{0,2}(?P<n>\d{2,5})(?!\d|\.|吨|平|米|方|㎡)",
    )),
    ("hazard", _hazard, (r"(?P<n>[甲乙丙丁戊])(?:[一二]|戊)?类",)),
    ("drainage", _yes, (r"(?<!生活)(?:工业废水|工业污水|废水|污水|排污|油污处理)(?!费)",)),
    ("price", _plain, (
        rf"{_N}(?:[-~至到]\d+(?:\.\d+)?)?(?:元|块)",
        rf"租金{_GAP}{_N}",
    )),
    ("part", _part, (
        r"(?:分租|分割|分隔|可分|可拆|可隔|拆)[^\d，。；]{0,3}(?P<n>\d{2,5})(?:-\d+)?(?:平|㎡|方)",
        r"(?P<n>\d{2,5})(?:平|㎡|方)(?:起|分租|起分|分割)",
        r"(?P<n>)可(?:以)?(?:分租|分割|分|拆)",
    )),
)  # fmt: skip
_PATTERNS = tuple(
    (key, make, tuple(re.compile(one) for one in patterns)) for key, make, patterns in _READ
)
#: What does not say that there is something: 无工业废水, 不得排污.
_DENIED = re.compile(r"[无没不非禁][^，。；]{0,4}$")


@lru_cache(maxsize=32_768)
def claims_of(text: str) -> Claims:
    """What a listing says, in its own words; of one thing said twice the first counts."""
    values, words = {}, {}
    for key, make, patterns in _PATTERNS:
        found = next((hit for one in patterns if (hit := one.search(text.lower()))), None)
        if found is not None and not (key == "drainage" and _DENIED.search(text[: found.start()])):
            values[key] = make(found)
            words[key] = text[found.start() : found.end()]
    return Claims(MappingProxyType(values), MappingProxyType(words))


def as_claimed(supply: Supply) -> Supply:
    """The unit as if what its listing says were so, where nothing is on record."""
    claims = claims_of(supply.listing).values
    more = {key: value for key, value in claims.items() if getattr(supply, key) in (None, "")}
    if more.get("part", 0) >= supply.area:
        del more["part"]
    return replace(supply, **more) if more else supply


@dataclass(frozen=True)
class Unconfirmed:
    """A unit that is known to break nothing and does not hold all: its number, and the score (0 to
    1) that it would have if its listing were so."""

    at: int
    score: float


def unconfirmed(
    market: Market, wish: Wish, supplies: Sequence[Supply], today: date
) -> list[Unconfirmed]:
    """The units that would fit if what is not on record were so; `wish` is the market's only one.

    Those come first of which record and listing leave the least open, then by score. A unit whose
    listing says that it breaks something is not among them.
    """
    fits = market.unpacked(market.fitting(slice(0, 1)))[0]
    may = ~fits & ~np.any([_missed(one) for one in market.constraints], axis=0)
    numbers = np.flatnonzero(may).tolist()
    told = market_of([wish], [as_claimed(supplies[at]) for at in numbers], today)
    kept = [at for at, _open in missing_nothing(told, 0)]
    scores = told.scores(np.zeros(len(kept), np.int64), np.array(kept, np.int64))
    return [
        Unconfirmed(numbers[at], score) for at, score in zip(kept, scores.tolist(), strict=True)
    ]


def _missed(one: Constraint) -> NDArray[np.bool_]:
    """Which units are known to break it; a larger one might still be let in parts."""
    missed, _unknown = one.missed_and_unknown(0)
    return np.zeros_like(missed) if one.key == _PARTS else missed


#: The constraint that a part of a unit may hold.
_PARTS = "area_to"
#: In which words of a listing that is said which a constraint asks for, where it has another name.
_SAID_AS = {_PARTS: "part", "budget": "price"}


def still_open(market: Market, at: int, supply: Supply) -> tuple[tuple[Any, str], ...]:
    """What is to be confirmed of a unit before it may be offered: the label of each constraint
    that the record does not hold, and what the listing says of it ("" says nothing)."""
    words = claims_of(supply.listing).words
    return tuple(
        (_open_label(one), words.get(_SAID_AS.get(one.key, one.key), ""))
        for one in market.explain(0, at).broken
    )


def _open_label(one: Constraint) -> Any:
    """What is larger than wished is held up by whether it can be let in parts."""
    return gettext_lazy("能否分租") if one.key == _PARTS else one.label
