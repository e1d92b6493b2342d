"""Which voids of a later survey are those of an earlier one: by road and place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from district.systems.early_warning.rules.ground import flat_distance


@dataclass(frozen=True)
class VoidPlace:
    """A void's key, road and place in degrees."""

    key: str
    road: str
    lon: float
    lat: float


def same_voids(
    earlier: Iterable[VoidPlace], later: Iterable[VoidPlace], metres: float
) -> dict[str, tuple[str, float]]:
    """The earlier void of each later one that lies within so many metres on the same road, with
    the distance: the nearest pairs first, each void in one pair."""
    by_road: dict[str, list[VoidPlace]] = {}
    for one in earlier:
        by_road.setdefault(one.road, []).append(one)
    pairs = sorted(
        (flat_distance(old.lon, old.lat, new.lon, new.lat), new.key, old.key)
        for new in later
        for old in by_road.get(new.road, ())
    )
    found: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for distance, new_key, old_key in pairs:
        if distance > metres:
            break
        if new_key not in found and old_key not in taken:
            found[new_key] = (old_key, distance)
            taken.add(old_key)
    return found
