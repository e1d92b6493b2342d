"""The labelled set, a keyword baseline, and how both are scored (see docs/partners.md)."""

from __future__ import annotations

import csv
import math
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from district.kernel.matching.public import terms_of
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

HERE = Path(__file__).parent
SYSTEM = HERE.parents[1]
#: BM25 as Robertson and Zaragoza (2009) recommend it.
_K1, _B = 1.2, 0.75


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
def _texts(direction: str) -> dict[str, Counter[str]]:
    """What a keyword search looks in: name, and what a firm sells, or what it buys."""
    column = "products" if direction == "suppliers" else "needs"
    return {
        row["key"]: Counter(terms_of(f"{row['name']} {row[column]}")) for row in _rows("firms.csv")
    }


def keywords(question: Question) -> list[str]:
    """The baseline: BM25 over the pairs of characters of name and products (or needs), with the
    same firms left out as ours leaves out; firms that share no term are not found."""
    texts = _texts(question.direction)
    number, mean = len(texts), sum(map(Counter.total, texts.values())) / len(texts)
    asked = terms_of(question.text)
    found: dict[str, float] = {}
    for key, text in texts.items():
        if key == question.firm or not firms()[key].is_active:
            continue
        for term in asked:
            if term in text:
                holding = sum(term in other for other in texts.values())
                weight = math.log(1 + (number - holding + 0.5) / (holding + 0.5))
                often, length = text[term], text.total() / mean
                found[key] = found.get(key, 0) + weight * often * (_K1 + 1) / (
                    often + _K1 * (1 - _B + _B * length)
                )
    return sorted(found, key=lambda key: (-found[key], key))


def recall_at_10(ranking: Callable[[Question], list[str]], asked: Iterable[Question]) -> float:
    """The mean over questions of: relevant firms among the first ten, by as many as could be."""
    shares = [
        len(set(ranking(one)[:10]) & one.judged.keys()) / min(10, len(one.judged)) for one in asked
    ]
    return sum(shares) / len(shares)


def ndcg_at_10(ranking: Callable[[Question], list[str]], asked: Iterable[Question]) -> float:
    """The mean normalised discounted cumulative gain of the first ten (gain 2**grade - 1)."""

    def gain(grades: Iterable[int]) -> float:
        return sum((2.0**grade - 1) / math.log2(at + 2) for at, grade in enumerate(grades))

    shares = []
    for one in asked:
        best = sorted(one.judged.values(), reverse=True)[:10]
        shares.append(gain(one.judged.get(k, 0) for k in ranking(one)[:10]) / gain(best))
    return sum(shares) / len(shares)


def train() -> list[Question]:
    """The half that may be looked at."""
    return [one for one in questions() if not one.is_held_out]


def held_out() -> list[Question]:
    """The half that is scored when everything else is settled."""
    return [one for one in questions() if one.is_held_out]
