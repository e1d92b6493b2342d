"""What the public may know of a place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

#: A thousandth of a degree: about 100 m in Shenzhen.
_GRID = Decimal("0.001")
#: Shapes are approximate; a point this far outside of them may still be ours (about 3 km).
_MARGIN = 0.03

Box = tuple[float, float, float, float]


def rounded(value: Decimal) -> float:
    """A coordinate to about 100 m: which house it is, it does not tell."""
    return float(round(value / _GRID) * _GRID)


def box_of(points: Iterable[tuple[float, float]]) -> Box | None:
    """The box (west, south, east, north) around points, with a margin; None without any."""
    lons, lats = [], []
    for lon, lat in points:
        lons.append(lon)
        lats.append(lat)
    if not lons:
        return None
    return (min(lons) - _MARGIN, min(lats) - _MARGIN, max(lons) + _MARGIN, max(lats) + _MARGIN)


def within(box: Box | None, lon: float, lat: float) -> bool:
    """Whether a point lies in the box; true where no box is known."""
    if box is None:
        return True
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def distance_text(metres: int) -> int:
    """A distance as it is told: to ten metres, never below ten."""
    return max(10, round(metres / 10) * 10)
