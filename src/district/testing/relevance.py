"""How rankings are scored on a labelled set, and the keyword search that they are held against.

Shared by the sets of partners and of spaces (docs/partners.md, docs/spaces-set.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from district.kernel.matching.public import terms_of

#: BM25 as Robertson and Zaragoza (2009) recommend it.
_K1, _B = 1.2, 0.75


class Labelled(Protocol):
    """A question of a set; `judged` has the grade of every answer that is not 0."""

    @property
    def judged(self) -> Mapping[str, int]: ...


Q = TypeVar("Q", bound=Labelled)


class Keywords:
    """BM25 over the terms of texts (pairs of Chinese characters, whole Latin words)."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {key: Counter(terms_of(text)) for key, text in texts.items()}
        self._mean = sum(map(Counter.total, self._texts.values())) / len(self._texts)

    def __call__(
        self, asked: str, left_out: Callable[[str], bool] = lambda _key: False
    ) -> list[str]:
        """The keys of the texts that share a term with what is asked, the best first."""
        number = len(self._texts)
        found: dict[str, float] = {}
        for term in terms_of(asked):
            holding = [key for key, text in self._texts.items() if term in text]
            weight = math.log(1 + (number - len(holding) + 0.5) / (len(holding) + 0.5))
            for key in holding:
                text = self._texts[key]
                often, length = text[term], text.total() / self._mean
                found[key] = found.get(key, 0) + weight * often * (_K1 + 1) / (
                    often + _K1 * (1 - _B + _B * length)
                )
        kept = [key for key in found if not left_out(key)]
        return sorted(kept, key=lambda key: (-found[key], key))


def recall_at_10(ranking: Callable[[Q], Sequence[str]], asked: Iterable[Q]) -> float:
    """The mean over questions of: relevant answers among the first ten, by as many as could be."""
    shares = [
        len(set(ranking(one)[:10]) & one.judged.keys()) / min(10, len(one.judged)) for one in asked
    ]
    return sum(shares) / len(shares)


def ndcg_at_10(ranking: Callable[[Q], Sequence[str]], asked: Iterable[Q]) -> float:
    """The mean normalised discounted cumulative gain of the first ten (gain 2**grade - 1)."""

    def gain(grades: Iterable[int]) -> float:
        return sum((2.0**grade - 1) / math.log2(at + 2) for at, grade in enumerate(grades))

    shares = []
    for one in asked:
        best = sorted(one.judged.values(), reverse=True)[:10]
        shares.append(gain(one.judged.get(k, 0) for k in ranking(one)[:10]) / gain(best))
    return sum(shares) / len(shares)
