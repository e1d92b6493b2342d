"""How well an offer and a need fit: hard conditions first, then parts that are all shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from district.kernel.conditions.public import (
    ALWAYS,
    Condition,
    Explanation,
    Schema,
    explain,
    parse,
)
from district.kernel.matching.public import likeness, shared_words

Parts = ("tags", "words", "area", "maturity", "money", "place", "experience", "verdict")
VERDICTS = ("useful", "contacted", "landed", "not_useful")


class MatchingError(Exception):
    """Weights that cannot be taken."""


@dataclass(frozen=True)
class Weights:
    """What `kinds/matching.toml` says."""

    weights: Mapping[str, int]
    feedback: Mapping[str, int]
    unknown: float
    doubt: int

    @property
    def whole(self) -> int:
        """The weights of the parts that do not come from feedback: the score's hundred percent."""
        return sum(self.weights[part] for part in Parts[:6])


def parse_weights(data: Mapping[str, Any]) -> Weights:
    """The weights of a file's content; MatchingError where one is missing or makes no sense."""
    weights, feedback = data.get("weights", {}), data.get("feedback", {})
    if set(weights) != set(Parts) or not all(
        isinstance(w, int) and w >= 0 for w in weights.values()
    ):
        raise MatchingError(f"weights: give a whole number for each of {', '.join(Parts)}")
    if set(feedback) != set(VERDICTS) or feedback["not_useful"] >= 0 or feedback["useful"] <= 0:
        raise MatchingError(f"feedback: give what each of {', '.join(VERDICTS)} is worth")
    unknown, doubt = data.get("unknown"), data.get("experience", {}).get("doubt")
    if not isinstance(unknown, float | int) or not 0 <= unknown <= 1:
        raise MatchingError("unknown: a number from 0 to 1")
    if not isinstance(doubt, int) or doubt < 1:
        raise MatchingError("experience.doubt: a whole number, at least 1")
    if sum(weights[part] for part in Parts[:6]) == 0:
        raise MatchingError("weights: one of the parts must weigh something")
    return Weights(dict(weights), dict(feedback), float(unknown), doubt)


@dataclass(frozen=True)
class Side:
    """An entry as matching sees it. `money` in 万元, `values` by the keys that conditions know."""

    key: str
    text: str
    area: str = ""
    tags: frozenset[str] = frozenset()
    level: int | None = None
    money: Decimal | None = None
    street: str = ""
    requires: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """One feedback on a pair: the tags of both sides, what was said, which pair it was."""

    offer: str
    need: str
    offer_tags: frozenset[str]
    need_tags: frozenset[str]
    verdict: str


@dataclass(frozen=True)
class Part:
    """A part of a score: its value (None: not known), its weight, what is said of it."""

    key: str
    value: float | None
    weight: int
    points: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A counterpart that breaks no hard condition, with its score of 100 and all parts of it.

    What feedback adds or takes may carry a score beyond 100 or below 0; it is cut there.
    """

    key: str
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Held:
    """A counterpart that is no candidate: a hard condition fails, or cannot be decided."""

    key: str
    unknown: bool
    clauses: tuple[Explanation, ...]


@dataclass(frozen=True)
class Ranking:
    """Candidates, the best first (ties by key); what is held back, undecided first."""

    candidates: tuple[Candidate, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Setting:
    """What a ranking works with besides the entries."""

    weights: Weights
    near: Mapping[str, frozenset[str]]
    terms: Mapping[str, float]
    schema: Schema
    pair: Schema
    today: date
    words: Sequence[Word] = ()


def pair_values(offer: Side, need: Side) -> dict[str, Any]:
    """What a kind's `must` is asked about. Nothing falls short of what a need does not state."""
    maturity = None if offer.level is None else (need.level or 0) - offer.level
    money = None if offer.money is None or need.money is None else offer.money - need.money
    return {
        "maturity_short": maturity if need.level is not None else 0,
        "money_short": money if need.money is not None else Decimal(0),
        "shared_tags": len(offer.tags & need.tags),
        "same_area": offer.area == need.area if offer.area and need.area else None,
        "same_street": offer.street == need.street if offer.street and need.street else None,
    }


def hard(offer: Side, need: Side, must: Condition, setting: Setting) -> Held | None:
    """What a pair breaks or leaves undecided, under the key of no side; None where all holds."""
    asked: list[tuple[Condition, Mapping[str, Any]]] = [(must, pair_values(offer, need))]
    for text, values in ((need.requires, offer.values), (offer.requires, need.values)):
        asked.append((parse(text, setting.schema) if text else ALWAYS, values))
    found = [explain(condition, values, today=setting.today) for condition, values in asked]
    open_ones = tuple(one for one in found if one.verdict is not True)
    if not open_ones:
        return None
    unknown = all(one.verdict is None for one in open_ones)
    return Held("", unknown, tuple(leaf for one in open_ones for leaf in _guilty(one)))


def _guilty(one: Explanation) -> Iterable[Explanation]:
    """The clauses of a conjunction that do not hold; the condition itself where it is none."""
    if one.clauses and type(one.condition).__name__ == "All":
        return [each for clause in one.clauses if clause.verdict is not True
                for each in _guilty(clause)]  # fmt: skip
    return [one]


def rank(
    one: Side, others: Iterable[Side], *, is_need: bool, must: Condition, setting: Setting
) -> Ranking:
    """Every counterpart of an entry (a need, or else an offer), ranked or held back."""
    learned = experience_of(setting.words, setting.weights)
    candidates, held = [], []
    for other in others:
        offer, need = (other, one) if is_need else (one, other)
        back = hard(offer, need, must, setting)
        if back is not None:
            held.append(Held(other.key, back.unknown, back.clauses))
            continue
        parts = parts_of(offer, need, setting, learned)
        points = sum(part.points for part in parts)
        score = min(max(100 * points / setting.weights.whole, 0.0), 100.0)
        candidates.append(Candidate(other.key, score, parts))
    return Ranking(
        tuple(sorted(candidates, key=lambda each: (-each.score, each.key))),
        tuple(sorted(held, key=lambda each: (not each.unknown, each.key))),
    )


Learned = Mapping[tuple[str, str], tuple[int, int]]


def experience_of(
    words: Iterable[Word], weights: Weights
) -> dict[tuple[str, str], tuple[int, int]]:
    """What feedback says of an offer's tag with a need's tag: the sum of what it is worth, and how
    many words there are."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for word in words:
        for pair in ((o, n) for o in word.offer_tags for n in word.need_tags):
            total, number = found.get(pair, (0, 0))
            found[pair] = (total + weights.feedback[word.verdict], number + 1)
    return found


def parts_of(offer: Side, need: Side, setting: Setting, learned: Learned) -> tuple[Part, ...]:
    """All parts of a pair's score, in the order of `Parts`."""
    found = {
        "tags": _tags(offer, need),
        "words": (
            likeness(offer.text, need.text, setting.terms),
            {"words": shared_words(need.text, offer.text, setting.terms)},
        ),
        "area": _area(offer, need, setting.near),
        "maturity": _maturity(offer, need),
        "money": _money(offer, need),
        "place": _place(offer, need),
        "experience": _experience(offer, need, setting.weights, learned),
        "verdict": _verdict(offer, need, setting),
    }
    parts = []
    for key in Parts:
        value, facts = found[key]
        weight = setting.weights.weights[key]
        counted = setting.weights.unknown if value is None else value
        parts.append(Part(key, value, weight, weight * counted, facts))
    return tuple(parts)


Valued = tuple[float | None, Mapping[str, Any]]


def _tags(offer: Side, need: Side) -> Valued:
    """The share of the need's tags that the offer has."""
    if not need.tags or not offer.tags:
        return None, {}
    shared = sorted(offer.tags & need.tags)
    return len(shared) / len(need.tags), {"tags": shared, "of": len(need.tags)}


def _area(offer: Side, need: Side, near: Mapping[str, frozenset[str]]) -> Valued:
    if not offer.area or not need.area:
        return None, {}
    if offer.area == need.area:
        return 1.0, {"area": "same"}
    close = need.area in near.get(offer.area, ()) or offer.area in near.get(need.area, ())
    return (0.5, {"area": "near"}) if close else (0.0, {"area": "other"})


def _maturity(offer: Side, need: Side) -> Valued:
    """One where the offer is as far as is asked; a level short of it costs a quarter."""
    if offer.level is None:
        return None, {}
    wanted = need.level or 0
    return max(0.0, 1.0 - max(0, wanted - offer.level) / 4), {"has": offer.level, "wants": wanted}


def _money(offer: Side, need: Side) -> Valued:
    """One within the budget; beyond it the part of the price that it pays."""
    if offer.money is None or need.money is None:
        return None, {}
    fits = 1.0 if offer.money <= need.money else float(need.money / offer.money)
    return fits, {"price": offer.money, "budget": need.money}


def _place(offer: Side, need: Side) -> Valued:
    if not offer.street or not need.street:
        return None, {}
    return (1.0 if offer.street == need.street else 0.0), {"same": offer.street == need.street}


def _experience(offer: Side, need: Side, weights: Weights, learned: Learned) -> Valued:
    """The mean of what is known of their pairs of tags, held down by `doubt` silent votes."""
    best = max(weights.feedback.values())
    totals = [learned[pair] for pair in ((o, n) for o in offer.tags for n in need.tags)
              if pair in learned]  # fmt: skip
    if not totals:
        return 0.0, {"number": 0}
    values = [total / (best * (number + weights.doubt)) for total, number in totals]
    number = max(number for _total, number in totals)
    return max(-1.0, min(1.0, sum(values) / len(values))), {"number": number}


def _verdict(offer: Side, need: Side, setting: Setting) -> Valued:
    """What was said of this very pair, as a share of the best that can be said."""
    said = [w.verdict for w in setting.words if (w.offer, w.need) == (offer.key, need.key)]
    if not said:
        return 0.0, {}
    worth = [setting.weights.feedback[verdict] for verdict in said]
    most = max(abs(value) for value in setting.weights.feedback.values())
    counts = {verdict: said.count(verdict) for verdict in VERDICTS if verdict in said}
    return max(-1.0, min(1.0, sum(worth) / (most * len(worth)))), {"said": counts}
