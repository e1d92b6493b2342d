"""Which unit a text of the plan probably concerns, from the words that units answer for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class UnitTopics:
    """A unit's code, the names it goes by, and the words it answers for."""

    code: str
    names: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """A unit suggested for a text, the words that speak for it, and how strongly."""

    unit: str
    words: tuple[str, ...]
    score: int


@dataclass(frozen=True)
class TopicIndex:
    """The topics of many units, in the order of the units."""

    units: tuple[UnitTopics, ...]

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The units that `text` probably concerns, the likeliest first; [] when no word fits.

        A word found counts with the square of its length, since long words are specific; a word
        inside a longer one of the same unit does not count again. A unit called by its name
        comes before all others. A suggestion is for a planner to confirm, never an assignment.
        """
        found = []
        for unit in self.units:
            words = _longest(word for word in unit.words if word and word in text)
            score = sum(len(word) ** 2 for word in words)
            named = tuple(name for name in unit.names if len(name) > 2 and name in text)
            if named:
                score += 10_000
            if score:
                found.append(Suggestion(unit.code, named[:1] + words, score))
        return sorted(found, key=lambda item: -item.score)[:limit]


def _longest(words: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        if not any(word in longer for longer in kept):
            kept.append(word)
    return tuple(kept)
