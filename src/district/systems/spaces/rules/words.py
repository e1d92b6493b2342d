"""How much of what a firm says it does is said of a unit. Pure.

Terms are pairs of Chinese characters and whole Latin words, weighed by how few units are spoken of
with them (inverse document frequency).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from district.kernel.matching.public import terms_of


class Words:
    """The texts of units, and what share of a use's words each of them has."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [text.lower() for text in texts]
        self._silent = np.array([not text for text in texts], np.bool_)
        self._holding = cache(self._found)
        self.shares = cache(self._shares)

    def _found(self, term: str) -> Any:
        return np.array([term in text for text in self._texts], np.bool_)

    def _shares(self, use: str) -> Any:
        """For every text 0 to 1, NaN where it says nothing or the use has no word that any has."""
        total, shared = 0.0, np.zeros(len(self._texts))
        for term in terms_of(use):
            holding = self._holding(term)
            number = int(holding.sum())
            if number:
                weight = float(np.log(1 + len(holding) / number))
                total += weight
                shared += weight * holding
        if not total:
            return np.full(len(self._texts), np.nan)
        return np.where(self._silent, np.nan, np.minimum(shared / total, 1.0))
