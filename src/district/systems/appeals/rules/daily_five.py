"""民生诉求每日5条: the appeals that most need a leader's eye, by a stated score. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

How = Literal["red", "yellow", "emergency", "urgent", "many", "returned", "reopened", "unhappy"]

#: The weights, as the page states them. A district that weighs otherwise changes them here.
WEIGHTS: dict[How, float] = {
    "red": 4.0,
    "yellow": 1.5,
    "emergency": 4.0,
    "urgent": 2.0,
    "many": 1.0,  # for every doubling of the people who report it
    "returned": 1.5,  # for every return
    "reopened": 2.5,  # for every time that it was handled again
    "unhappy": 2.0,
}
HOW_MANY = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an open appeal the score looks at."""

    key: str
    light: str
    grade: str
    reporters: int
    returns: int
    reopens: int
    satisfaction: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """An appeal with its score and the parts that it is made of, the weightiest first."""

    key: str
    score: float
    because: tuple[tuple[How, float], ...]


def score(standing: Standing) -> Scored:
    """How much an appeal needs a leader's eye: the sum of the parts that apply."""
    parts: list[tuple[How, float]] = []
    if standing.light == "red":
        parts.append(("red", WEIGHTS["red"]))
    elif standing.light == "yellow":
        parts.append(("yellow", WEIGHTS["yellow"]))
    if standing.grade == "emergency":
        parts.append(("emergency", WEIGHTS["emergency"]))
    elif standing.grade == "urgent":
        parts.append(("urgent", WEIGHTS["urgent"]))
    if standing.reporters > 1:
        parts.append(("many", round(WEIGHTS["many"] * math.log2(standing.reporters), 2)))
    if standing.returns:
        parts.append(("returned", WEIGHTS["returned"] * standing.returns))
    if standing.reopens:
        parts.append(("reopened", WEIGHTS["reopened"] * standing.reopens))
    if standing.satisfaction == "unhappy":
        parts.append(("unhappy", WEIGHTS["unhappy"]))
    parts.sort(key=lambda part: -part[1])
    return Scored(standing.key, round(sum(weight for _how, weight in parts), 2), tuple(parts))


def choose(standings: Iterable[Standing], many: int = HOW_MANY) -> list[Scored]:
    """The appeals with the highest scores, highest first; ties by key. None that scores nothing."""
    scored = [found for found in map(score, standings) if found.score > 0]
    return sorted(scored, key=lambda found: (-found.score, found.key))[:many]
