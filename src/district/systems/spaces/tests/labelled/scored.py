"""The labelled set as rankings see it, and the rankings that are scored (docs/spaces-set.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from district.kernel.matching.public import Market, best_offers, missing_nothing
from district.systems.spaces.rules.listing import unconfirmed
from district.systems.spaces.rules.matching import Supply, Wish, market_of
from district.systems.spaces.tests.labelled.judge import rows
from district.testing.relevance import Keywords

TODAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Asked:
    """A demand of the set: the firm's words, the officer's form, and the grades of units."""

    key: str
    text: str
    wish: Wish
    is_held_out: bool
    judged: dict[str, int]


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _wish(row: dict[str, str]) -> Wish:
    return Wish(
        row["key"],
        _number(row["area_from"]),
        _number(row["area_to"]),
        _number(row["load"]),
        _number(row["height"]),
        _number(row["lift_load"]),
        _number(row["power"]),
        row["hazard"],
        row["drainage"] == "yes",
        tuple(row["streets"].split()),
        _number(row["budget"]),
        date.fromisoformat(row["wanted_on"]) if row["wanted_on"] else None,
        row["use"],
    )


@cache
def demands() -> tuple[Asked, ...]:
    """All demands, in the order of the file."""
    grades: dict[str, dict[str, int]] = {}
    for row in rows("labels.csv"):
        grades.setdefault(row["demand"], {})[row["unit"]] = int(row["grade"])
    return tuple(
        Asked(row["key"], row["text"], _wish(row), row["held_out"] == "yes", grades[row["key"]])
        for row in rows("demands.csv")
    )


def _supply(row: dict[str, str], park: dict[str, str]) -> Supply:
    until = row["leased_until"]
    return Supply(
        row["key"],
        Decimal(row["area"]),
        park["street"],
        date.fromisoformat(until) + timedelta(days=1) if until else TODAY,
        _number(row["load"]),
        _number(row["height"]),
        _number(row["lift_load"]),
        _number(row["power"]),
        row["hazard"],
        {"yes": True, "no": False}.get(row["drainage"]),
        _number(row["price"]),
        int(row["floor"]),
        f"{row['name']} {park['name']} {park['industries']}",
        row["text"],
    )


@cache
def supplies() -> tuple[Supply, ...]:
    """The units as they are on record."""
    parks = {row["key"]: row for row in rows("parks.csv")}
    return tuple(_supply(row, parks[row["park"]]) for row in rows("units.csv"))


def market(asked: Asked) -> Market:
    """One demand and all units, as the product makes them a market."""
    return market_of([asked.wish], supplies(), TODAY)


@cache
def _keywords() -> Keywords:
    parks = {row["key"]: row for row in rows("parks.csv")}
    texts = {}
    for row in rows("units.csv"):
        park = parks[row["park"]]
        texts[row["key"]] = " ".join(
            (park["street"], park["name"], park["industries"], row["name"], row["text"])
        )
    return Keywords(texts)


def keywords(asked: Asked) -> list[str]:
    """The baseline: BM25 of the firm's words over street, park, its industries, name and text."""
    return _keywords()(asked.text)


def fitting(asked: Asked) -> list[str]:
    """The units that are known to hold every hard constraint, ranked."""
    found = best_offers(market(asked), len(supplies())).of(0)
    return [supplies()[at].key for at, _score in found]


def ours(asked: Asked) -> list[str]:
    """What the product shows: the units that fit, ranked, and behind them those to be confirmed."""
    found = unconfirmed(market(asked), asked.wish, supplies(), TODAY)
    return [*fitting(asked), *(supplies()[one.at].key for one in found)]


def without_words(asked: Asked) -> list[str]:
    """Ours, where neither the use nor what is said of parks and units counts for the score."""
    silent = replace(asked, wish=replace(asked.wish, use=""))
    return ours(silent)


def without_listings(asked: Asked) -> list[str]:
    """Ours, where nobody wrote a listing."""
    plain = tuple(replace(one, listing="") for one in supplies())
    made = market_of([asked.wish], plain, TODAY)
    fits = best_offers(made, len(plain)).of(0)
    found = unconfirmed(made, asked.wish, plain, TODAY)
    return [plain[at].key for at in (*(at for at, _score in fits), *(one.at for one in found))]


def keywords_of_what_may_fit(asked: Asked) -> list[str]:
    """A stronger baseline: keywords, without the units that the record is known to miss."""
    may = {supplies()[at].key for at, _open in missing_nothing(market(asked), 0)}
    return [key for key in keywords(asked) if key in may]


RANKINGS: dict[str, Callable[[Asked], list[str]]] = {
    "keywords": keywords,
    "keywords, known misses left out": keywords_of_what_may_fit,
    "spaces, only what is known to fit": fitting,
    "spaces, without listings": without_listings,
    "spaces, words not counted": without_words,
    "spaces": ours,
}


def standing(asked: Sequence[Asked]) -> dict[str, int]:
    """How the suitable units of these demands stand on record: they hold all constraints, are held
    up only by what is not known, or the record says that they miss one."""
    found = {"hold": 0, "unknown": 0, "miss": 0}
    for one in asked:
        made = market(one)
        for at, unit in enumerate(supplies()):
            if unit.key in one.judged:
                how = {verdict for _each, verdict in made.explain(0, at).verdicts}
                found["miss" if "missed" in how else "unknown" if "unknown" in how else "hold"] += 1
    return found


def train() -> list[Asked]:
    """The half that may be looked at."""
    return [one for one in demands() if not one.is_held_out]


def held_out() -> list[Asked]:
    """The half that is scored when everything else is settled."""
    return [one for one in demands() if one.is_held_out]
