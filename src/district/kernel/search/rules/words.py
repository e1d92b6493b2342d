"""Words of Chinese: rjieba (jieba-rs), by its own dictionary alone, without guessing names.

Only questions and the ranking of hits ask for words; the index holds none, so that another
dictionary needs no other index.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _segmenter() -> Any:
    """Read in when it is first needed: the dictionary costs some time and memory."""
    import rjieba

    return rjieba.Jieba()


def words(text: str) -> list[str]:
    """The words of a text, in order and without gaps."""
    found: list[str] = _segmenter().cut(text, False)
    return found


def boundaries(text: str) -> tuple[set[int], set[int]]:
    """Where words begin and where they end, also words within longer ones."""
    found = _segmenter().tokenize(text, "search", False)
    return {start for _word, start, _end in found}, {end for _word, _start, end in found}
