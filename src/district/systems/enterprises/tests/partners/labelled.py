"""The labelled set, a keyword baseline, and how both are scored (see docs/partners.md)."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from district.systems.enterprises.rules.partners import (
    Ask,
    Firm,
    Item,
    Said,
    Setting,
    Weights,
    parse_weights,
    rank,
)
from district.systems.enterprises.rules.products import (
    CLASS_COLUMNS,
    SYNONYM_COLUMNS,
    Vocabulary,
    quantity,
    read_table,
    vocabulary_from,
)
from district.systems.enterprises.rules.relations import (
    RELATION_COLUMNS,
    Relations,
    relations_from,
)
from district.testing.relevance import Keywords, ndcg_at_10, recall_at_10

__all__ = [
    "Question",
    "ask_of",
    "firms",
    "held_out",
    "keywords",
    "ndcg_at_10",
    "ours",
    "questions",
    "recall_at_10",
    "relations",
    "train",
    "vocabulary",
    "weights",
]

HERE = Path(__file__).parent
SYSTEM = HERE.parents[1]


@dataclass(frozen=True)
class Question:
    """A question of the set: who asks for what, and the firms that answer it with their grade."""

    key: str
    direction: str
    firm: str
    text: str
    amount: tuple[Decimal, str] | None
    is_held_out: bool
    judged: dict[str, int]


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def questions() -> tuple[Question, ...]:
    """All questions, in the order of the file."""
    return tuple(
        Question(
            row["key"],
            row["direction"],
            row["firm"],
            row["text"],
            quantity(row["quantity"]) if row["quantity"] else None,
            row["held_out"] == "yes",
            {one[:-2]: int(one[-1]) for one in row["judged"].split()},
        )
        for row in _rows("queries.csv")
    )


@cache
def weights() -> Weights:
    """The weights of the product."""
    return parse_weights(tomllib.loads((SYSTEM / "partners.toml").read_text("utf-8")))


@cache
def vocabulary() -> Vocabulary:
    """The product's classes and synonyms."""
    classes = read_table((SYSTEM / "product_classes.csv").read_text("utf-8"), CLASS_COLUMNS)
    synonyms = read_table((SYSTEM / "synonyms.csv").read_text("utf-8"), SYNONYM_COLUMNS)
    return vocabulary_from(classes, synonyms)


@cache
def relations() -> Relations:
    """The product's relations."""
    rows = read_table((SYSTEM / "relations.csv").read_text("utf-8"), RELATION_COLUMNS)
    codes = vocabulary().by_code
    return Relations(relations_from(rows, codes), codes, weights().second_step)


def _items(text: str) -> tuple[Item, ...]:
    found = []
    for at, one in enumerate(filter(None, text.split(";"))):
        name, _equals, amount = one.partition("=")
        number, unit = quantity(amount) or (None, "")
        codes = vocabulary().read(name).heads
        found.append(Item(str(at), name, codes, number, unit))
    return tuple(found)


@cache
def firms() -> dict[str, Firm]:
    """The firms by key, as the ranking sees them."""
    return {
        row["key"]: Firm(
            row["key"],
            row["name"],
            _items(row["products"]),
            _items(row["needs"]),
            float(row["lon"]),
            float(row["lat"]),
            row["size"],
            row["status"] == "active",
        )
        for row in _rows("firms.csv")
    }


def ask_of(question: Question) -> Ask:
    """The question as the ranking is asked it."""
    reading = vocabulary().read(question.text)
    amount, unit = question.amount or (None, "")
    firm = firms().get(question.firm)
    direction = "suppliers" if question.direction == "suppliers" else "buyers"
    return Ask(direction, question.text, reading.heads, reading.uses, amount, unit, firm)  # type: ignore[arg-type]  # one of the two


def ours(
    said: Sequence[Said] = (), using: Weights | None = None
) -> Callable[[Question], list[str]]:
    """The product's own ranking, perhaps after feedback or with other weights."""
    setting = Setting(using or weights(), vocabulary(), relations(), said)
    return lambda question: [one.key for one in rank(ask_of(question), firms().values(), setting)]


@cache
def _keywords(direction: str) -> Keywords:
    """What a keyword search looks in: name, and what a firm sells, or what it buys."""
    column = "products" if direction == "suppliers" else "needs"
    return Keywords({row["key"]: f"{row['name']} {row[column]}" for row in _rows("firms.csv")})


def keywords(question: Question) -> list[str]:
    """The baseline: BM25 over the pairs of characters of name and products (or needs), with the
    same firms left out as ours leaves out; firms that share no term are not found."""
    return _keywords(question.direction)(
        question.text, lambda key: key == question.firm or not firms()[key].is_active
    )


def train() -> list[Question]:
    """The half that may be looked at."""
    return [one for one in questions() if not one.is_held_out]


def held_out() -> list[Question]:
    """The half that is scored when everything else is settled."""
    return [one for one in questions() if one.is_held_out]
