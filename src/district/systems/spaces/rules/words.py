"""How much of what a firm says it does is said of a unit. Pure.

Terms are pairs of Chinese characters and whole Latin words. All count alike, so that a unit's
score is the same among all units and by itself.
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
        """For every text 0 to 1; NaN where it says nothing, or the use has no words."""
        terms = terms_of(use)
        if not terms:
            return np.full(len(self._texts), np.nan)
        shared = sum((self._holding(term) for term in terms), np.zeros(len(self._texts)))
        return np.where(self._silent, np.nan, shared / len(terms))
