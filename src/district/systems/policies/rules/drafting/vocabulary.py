"""The words that drafting knows: the product's own and the names that the register brings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from district.kernel.conditions.public import Condition, ConditionError, Schema, parse

_TERMS = Path(__file__).parent / "terms"


@dataclass(frozen=True)
class AmountWords:
    """An attribute that is a number: the words in front of it, beside it, and its units.

    The unit 元 stands for every unit of money, which is kept in multiples of `money` yuan.
    """

    key: str
    words: tuple[str, ...]
    units: frozenset[str]
    beside: tuple[str, ...] = ()
    money: Decimal = Decimal(10_000)


@dataclass(frozen=True)
class SpanWords:
    """An attribute that is the day since which something lasts: 成立满两年, 年满60周岁.

    `words` stand in front of the number, and none of `unless`; `units` are those of the number. A
    date may stand in front of the words (2020年1月1日以后成立) where `dated`. `calendar`: years are
    those of the calendar, else so many days. `whole`: only full years count, as with ages.
    """

    key: str
    words: tuple[str, ...]
    units: frozenset[str]
    unless: tuple[str, ...] = ()
    dated: bool = False
    calendar: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Terms:
    """The words of one audience: a file of `terms/`, read."""

    amounts: tuple[AmountWords, ...]
    spans: tuple[SpanWords, ...]
    fixed: Mapping[str, str]
    denied: tuple[str, ...]
    place: str
    here: tuple[str, ...]
    place_cues: tuple[str, ...]
    industry_cues: tuple[str, ...]
    qualifications: Mapping[str, str]


@cache
def read_terms(audience: str) -> Terms:
    """The product's own words for the policies of an audience; FileNotFoundError for another."""
    data = tomllib.loads((_TERMS / f"{audience}.toml").read_text("utf-8"))
    return Terms(
        amounts=tuple(_amount_words(key, row) for key, row in data["amounts"].items()),
        spans=tuple(_span_words(row) for row in data["spans"]),
        fixed={word: row["where"] for row in data["fixed"] for word in row["words"]},
        denied=tuple(data.get("dishonest", {}).get("denied", ())),
        place=data["place"]["key"],
        here=tuple(data["place"]["here"]),
        place_cues=tuple(data["place"]["cues"]),
        industry_cues=tuple(data.get("industry", {}).get("cues", ())),
        qualifications={
            word: code for code, words in data.get("qualifications", {}).items() for word in words
        },
    )


def _amount_words(key: str, row: Mapping[str, Any]) -> AmountWords:
    return AmountWords(
        key,
        tuple(row["words"]),
        frozenset(row["units"]),
        tuple(row.get("beside", ())),
        Decimal(row.get("money", 10_000)),
    )


def _span_words(row: Mapping[str, Any]) -> SpanWords:
    return SpanWords(
        row["key"],
        tuple(row["words"]),
        frozenset(row["units"]),
        tuple(row.get("unless", ())),
        bool(row.get("dated")),
        bool(row.get("calendar")),
        bool(row.get("whole")),
    )


@dataclass(frozen=True)
class Vocabulary:
    """What drafting writes conditions with: a schema, the words of its audience, names of codes.

    `places` and `industries` give codes by name, `home` is the code of the whole district ("" if
    there is none), `qualifications` names that the register has beside the product's own.
    """

    schema: Schema
    terms: Terms
    places: Mapping[str, str] = field(default_factory=dict)
    industries: Mapping[str, str] = field(default_factory=dict)
    qualifications: Mapping[str, str] = field(default_factory=dict)
    home: str = ""

    def condition(self, where: str) -> Condition | None:
        """The condition in text form; None where the schema has no such attribute or value."""
        try:
            return parse(where, self.schema)
        except ConditionError:
            return None
