"""Who usually answers for a topic: departments scored by their topic words. Pure.

A department's score is the sum of the weights of its topic words that the text says. A word
weighs more the longer it is (it says more) and the fewer departments claim it (inverse
document frequency, Sparck Jones 1972). Words in what is measured count more than words
elsewhere in the sentence, words of the surrounding item less.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: How much a word counts by where it stands.
FOCUS_WEIGHT, TEXT_WEIGHT, CONTEXT_WEIGHT = 2.0, 1.0, 0.35
#: A unit that the text names by its own name.
NAMED_WEIGHT = 6.0
#: Less than this is a guess, not a suggestion.
MINIMUM_SCORE = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that can own work: `topics` are words of the plan that it answers for."""

    code: str
    name: str
    short_name: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A word that spoke for a unit, and how much."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit with its score, its share of the best three's scores, and why, best word first."""

    code: str
    score: float
    certainty: float
    reasons: tuple[Topic, ...]


class Owners:
    """The candidates with their words' weights; build once, ask for many texts."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.candidates = tuple(candidates)
        claimed: dict[str, set[str]] = defaultdict(set)
        for unit in self.candidates:
            for word in unit.topics:
                claimed[word].add(unit.code)
        count = max(len(self.candidates), 1)
        self._weight = {
            word: _length_weight(word) * (1 + math.log(count / len(units)))
            for word, units in claimed.items()
        }

    def suggest(
        self, text: str, *, focus: str = "", context: str = "", limit: int = 3
    ) -> list[Suggestion]:
        """The units that most likely own `text`, best first; none where no word is known.

        `focus` is what is counted (subject and measure), `context` the item around it.
        """
        scored: list[tuple[float, int, Candidate, tuple[Topic, ...]]] = []
        for place, unit in enumerate(self.candidates):
            reasons = self._reasons(unit, text, focus, context)
            score = sum(topic.weight for topic in reasons)
            if score >= MINIMUM_SCORE:
                scored.append((-score, place, unit, reasons))
        scored.sort(key=lambda row: row[:2])
        total = -sum(row[0] for row in scored[:3]) or 1.0
        return [
            Suggestion(unit.code, -negative, -negative / total, reasons)
            for negative, _place, unit, reasons in scored[:limit]
        ]

    def _reasons(self, unit: Candidate, text: str, focus: str, context: str) -> tuple[Topic, ...]:
        found: list[Topic] = []
        for word in _longest(unit.topics, (focus, text, context)):
            place = (
                FOCUS_WEIGHT if word in focus else TEXT_WEIGHT if word in text else CONTEXT_WEIGHT
            )
            found.append(Topic(word, self._weight[word] * place))
        for name in (unit.name, unit.short_name):
            if len(name) > 2 and name in text:
                found.append(Topic(name, NAMED_WEIGHT))
                break
        return tuple(sorted(found, key=lambda topic: -topic.weight))


def _length_weight(word: str) -> float:
    return min(len(word), 6) / 3


def _longest(words: Sequence[str], places: Sequence[str]) -> list[str]:
    """The words that stand in any place, without those inside a longer one that does."""
    present = [word for word in dict.fromkeys(words) if any(word in place for place in places)]
    return [
        word for word in present if not any(word != other and word in other for other in present)
    ]
