"""Streets, communities and the district's box, as the public pages offer them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from district.kernel.base.recent import kept_for
from district.kernel.organisation.public import Level, Unit, units
from district.kernel.places.public import areas_geojson
from district.systems.appeals.rules.places import Box, box_of


@dataclass(frozen=True)
class Street:
    """A street with its communities."""

    unit: Unit
    communities: tuple[Unit, ...]


@kept_for(30)
def streets() -> tuple[Street, ...]:
    """The streets in use with their communities, in order; as of half a minute ago at most."""
    below: dict[str, list[Unit]] = {}
    for unit in units(level=Level.COMMUNITY):
        below.setdefault(unit.parent_id or "", []).append(unit)
    return tuple(Street(unit, tuple(below.get(unit.pk, ()))) for unit in units(level=Level.STREET))


def named(code: str) -> tuple[str, str] | None:
    """The street and community that a choice names (community "" for a whole street)."""
    return _choices().get(code) if code else None


@kept_for(30)
def _choices() -> dict[str, tuple[str, str]]:
    found = {street.unit.pk: (street.unit.pk, "") for street in streets()}
    for street in streets():
        found |= {each.pk: (street.unit.pk, each.pk) for each in street.communities}
    return found


@kept_for(30)
def district_box() -> Box | None:
    """The box around the district's shapes; None where none are loaded."""
    shapes = areas_geojson("street")["features"]
    return box_of(point for shape in shapes for point in _points(shape["geometry"]["coordinates"]))


def _points(coordinates: list[Any]) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], int | float):
        yield (coordinates[0], coordinates[1])
        return
    for part in coordinates:
        yield from _points(part)


def street_shapes() -> dict[str, Any]:
    """The streets' shapes as the public maps take them, named in the language of the page."""
    names = {street.unit.pk: street.unit.display_name for street in streets()}
    found = areas_geojson("street")["features"]
    features = [
        {
            "type": "Feature",
            "geometry": feature["geometry"],
            "properties": {
                "id": feature["id"],
                "name": names.get(feature["id"], feature["properties"]["name"]),
            },
        }
        for feature in found
    ]
    return {
        "areas": {"type": "FeatureCollection", "features": features},
        "approximate": any(each["properties"]["approximate"] for each in found),
    }
