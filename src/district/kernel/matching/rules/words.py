"""The words of a text and what they weigh: pairs of Chinese characters, whole Latin words. Pure.

Weights are inverse document frequencies, likeness is the cosine of weighted vectors (Salton and
Buckley 1988, "Term-weighting approaches in automatic text retrieval").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

_FEW = 6
_RUN = re.compile(r"[一-鿿]+|[a-z0-9][a-z0-9.+-]+")


@lru_cache(maxsize=20_000)
def terms_of(text: str) -> Mapping[str, int]:
    """How often each term occurs. A single Chinese character between other signs is a term."""
    found: Counter[str] = Counter()
    for run in _RUN.findall(text.lower()):
        if run[0] < "一" or len(run) == 1:
            found[run] += 1
        else:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


def weights_of(texts: Iterable[str], widest: float = 0.5) -> dict[str, float]:
    """The weight of every term: log(1 + texts / texts with it).

    A term of more than half of the texts (`widest`) tells none of them apart and has no weight; of
    fewer than `_FEW` texts that is not known. Texts that were chosen for a term, so that most hold
    it, are asked with `widest` 1.
    """
    counted: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counted.update(terms_of(text).keys())
    return {
        term: math.log(1 + total / number)
        for term, number in counted.items()
        if total < _FEW or number <= total * widest
    }


def likeness(one: str, other: str, weights: Mapping[str, float]) -> float:
    """The cosine of the two texts, from 0 to 1; 0 where one has no term that has a weight."""
    first, second = _vector(one, weights), _vector(other, weights)
    if len(second) < len(first):
        first, second = second, first
    dot = sum(value * second[term] for term, value in first.items() if term in second)
    lengths = math.sqrt(sum(v * v for v in first.values()) * sum(v * v for v in second.values()))
    return min(dot / lengths, 1.0) if lengths else 0.0


def _vector(text: str, weights: Mapping[str, float]) -> dict[str, float]:
    return {
        term: (1 + math.log(count)) * weights[term]
        for term, count in terms_of(text).items()
        if term in weights
    }


def shared_words(one: str, other: str, weights: Mapping[str, float], most: int = 5) -> list[str]:
    """What both texts say, longest runs first by weight, as it stands in `one`.

    Neighbouring shared pairs are read together: 无人 and 人机 as 无人机.
    """
    both = terms_of(one).keys() & terms_of(other).keys() & weights.keys()
    found: dict[str, float] = {}
    for run in _RUN.findall(one.lower()):
        if run[0] < "一" or len(run) == 1:
            if run in both:
                found[run] = weights.get(run, 0.0)
            continue
        start, weight = -1, 0.0
        for at in range(len(run)):
            pair = run[at : at + 2]
            if len(pair) == 2 and pair in both and pair in run:
                start = at if start < 0 else start
                weight += weights.get(pair, 0.0)
            elif start >= 0:
                found[run[start : at + 1]] = weight
                start, weight = -1, 0.0
    inside = [word for word in found if any(word != o and word in o for o in found)]
    ranked = sorted((w for w in found if w not in inside), key=lambda w: (-found[w], w))
    return ranked[:most]
