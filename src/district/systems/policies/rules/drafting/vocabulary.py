"""The words that drafting knows: the product's own and the names that the register brings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from district.kernel.conditions.public import Condition, ConditionError, Schema, parse

_TERMS = Path(__file__).parent / "terms.toml"


@dataclass(frozen=True)
class AmountWords:
    """An attribute that is a number: the words in front of it, beside it, and its units.

    The unit 元 stands for every unit of money.
    """

    key: str
    words: tuple[str, ...]
    units: frozenset[str]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """The file `terms.toml`, read."""

    amounts: tuple[AmountWords, ...]
    age: tuple[str, ...]
    fixed: Mapping[str, str]
    dishonest: str
    denied: tuple[str, ...]
    here: tuple[str, ...]
    place_cues: tuple[str, ...]
    industry_cues: tuple[str, ...]
    qualifications: Mapping[str, str]


@cache
def read_terms() -> Terms:
    """The product's own words."""
    data = tomllib.loads(_TERMS.read_text("utf-8"))
    return Terms(
        amounts=tuple(
            AmountWords(
                key, tuple(row["words"]), frozenset(row["units"]), tuple(row.get("beside", ()))
            )
            for key, row in data["amounts"].items()
        ),
        age=tuple(data["age"]["words"]),
        fixed={word: row["where"] for row in data["fixed"] for word in row["words"]},
        dishonest=data["dishonest"]["words"][0],
        denied=tuple(data["dishonest"]["denied"]),
        here=tuple(data["place"]["here"]),
        place_cues=tuple(data["place"]["cues"]),
        industry_cues=tuple(data["industry"]["cues"]),
        qualifications={
            word: code for code, words in data["qualifications"].items() for word in words
        },
    )


@dataclass(frozen=True)
class Vocabulary:
    """What drafting writes conditions with: a schema, and the names of its codes.

    `places` and `industries` give codes by name, `home` is the code of the whole district ("" if
    there is none), `qualifications` names that the register has beside the product's own.
    """

    schema: Schema
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
