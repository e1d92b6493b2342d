"""What the model sees of a text: pieces of one and two characters, and words in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

#: Longer appeals are read so far; who reports something says what it is near the beginning.
LONGEST = 300
_NUMBER = re.compile(r"\d+")
_BREAK = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[a-z][a-z0-9]+")


def normalised(text: str) -> str:
    """The text in small half-width letters, every number a 0, spaces and punctuation one space."""
    plain = unicodedata.normalize("NFKC", text[: 2 * LONGEST]).lower()[:LONGEST]
    return _BREAK.sub(" ", _NUMBER.sub("0", plain)).strip()


def features(text: str) -> dict[str, int]:
    """How often each feature occurs in the text; none where there is nothing to read."""
    plain = normalised(text)
    counts: dict[str, int] = {}
    for piece in plain.replace(" ", ""):
        counts[piece] = counts.get(piece, 0) + 1
    for first, second in pairwise(plain):
        if first != " " and second != " ":
            piece = first + second
            counts[piece] = counts.get(piece, 0) + 1
    for word in _LATIN.findall(plain):
        counts["=" + word] = counts.get("=" + word, 0) + 1
    return counts
