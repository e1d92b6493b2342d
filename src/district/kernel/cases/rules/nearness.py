"""How near two reports are in place, time and words: what makes a likely duplicate. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

#: The side of a square in degrees of latitude and longitude: about 550 m by 510 m in Shenzhen.
STEP = Decimal("0.005")
#: Reports this far apart, or this long, have nothing to do with each other.
FAR_METRES = 500.0
LONG = timedelta(days=14)
#: From this likeness on a duplicate is offered.
OFFERED = 0.55


@dataclass(frozen=True)
class Spot:
    """What of a report says whether it is the same thing as another."""

    text: str
    at: datetime
    lon: float | None = None
    lat: float | None = None
    matter: str = ""

    @cached_property
    def pairs(self) -> frozenset[str]:
        """`grams` of the text: one report is compared with up to sixty others."""
        return grams(self.text)


def cell_of(lon: Decimal | float | None, lat: Decimal | float | None) -> str:
    """The square that a point (WGS-84 degrees) lies in; "" without a point."""
    if lon is None or lat is None:
        return ""
    return f"{int(Decimal(str(lon)) // STEP)}:{int(Decimal(str(lat)) // STEP)}"


def cells_around(cell: str) -> list[str]:
    """The square and its eight neighbours."""
    if not cell:
        return []
    x, y = (int(part) for part in cell.split(":"))
    return [f"{x + dx}:{y + dy}" for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


def metres(a: Spot, b: Spot) -> float | None:
    """The distance on the ground, on a sphere of 6,371 km; None where a point is missing."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return None
    mean = math.radians((a.lat + b.lat) / 2)
    dx = math.radians(b.lon - a.lon) * math.cos(mean)
    dy = math.radians(b.lat - a.lat)
    return 6_371_000.0 * math.hypot(dx, dy)


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters, without marks and spaces, width and case folded."""
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(char for char in folded if char.isalnum())
    return frozenset(kept[i : i + 2] for i in range(len(kept) - 1))


def words_alike(first: frozenset[str], second: frozenset[str]) -> float:
    """From 0 to 1: the share of letter pairs in common, of the shorter text (overlap)."""
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def phrases_in_common(mine: str, other: str, most: int = 3) -> tuple[str, ...]:
    """The longest pieces of `mine` that `other` holds too, at most so many, longest first.

    At least two letters, without digits and marks. They tell somebody why two reports are alike
    in words that they wrote themselves, and nothing else of what another person wrote.
    """
    theirs = _letters(other)
    text = re.sub(r"[\W\d_]+", "\n", unicodedata.normalize("NFKC", mine))
    found: list[str] = []
    for piece in text.split("\n"):
        at = 0
        while at < len(piece) - 1:
            end = at
            while end < len(piece) and piece[at : end + 1].lower() in theirs:
                end += 1
            if end - at >= 2:
                found.append(piece[at:end])
            at = max(end, at + 1)
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True)[:most])


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "\n", unicodedata.normalize("NFKC", text)).lower()


def likeness(a: Spot, b: Spot) -> float:
    """From 0 to 1 how likely two reports are one thing; symmetric.

    Place counts most, then words, then time; the same matter helps, another one hinders. Reports
    beyond `FAR_METRES` or `LONG` are 0.
    """
    apart = abs(a.at - b.at)
    if apart > LONG:
        return 0.0
    distance = metres(a, b)
    if distance is not None and distance > FAR_METRES:
        return 0.0
    words = words_alike(a.pairs, b.pairs)
    near = 0.4 if distance is None else 1.0 - distance / FAR_METRES
    soon = 1.0 - apart / LONG
    matter = 0.5 if not (a.matter and b.matter) else float(a.matter == b.matter)
    return 0.4 * near + 0.3 * words + 0.1 * soon + 0.2 * matter
