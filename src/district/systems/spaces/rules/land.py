"""Codes of parcels that somebody may have meant. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher


def nearest(code: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The codes most like a code, letter case aside, the likest first; only such as agree in more
    than half of their characters. Of equally like ones the first by the alphabet."""
    wanted = code.strip().upper()
    scored = []
    for one in known:
        likeness = SequenceMatcher(None, wanted, one.upper(), autojunk=False).ratio()
        if likeness > 0.5:
            scored.append((-likeness, one))
    return [one for _score, one in sorted(scored)[:most]]
