"""Locations: where something stands, with the street and community that it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.places.public import AreaLevel, area_codes_at
from district.kernel.sensing import checks
from district.kernel.sensing.models import (
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    Thing,
)
from district.kernel.sensing.names import SAVE, subject
from district.kernel.sensing.rights import authorise_change, authorise_new
from district.kernel.sensing.services.common import free, locked, write
from district.kernel.sensing.shapes import Shape, shape_of


def _ground(shape: Shape, *, recent: bool = False) -> dict[str, Any]:
    """The columns that follow from a geometry, the areas around its point among them."""
    at = [(float(shape.lon), float(shape.lat))]
    street, community = (
        area_codes_at(at, level, recent=recent)[0] or ""
        for level in (AreaLevel.STREET, AreaLevel.COMMUNITY)
    )
    return {
        "geometry": shape.geometry,
        "lon": shape.lon,
        "lat": shape.lat,
        "west": shape.west,
        "south": shape.south,
        "east": shape.east,
        "north": shape.north,
        "street": street,
        "community": community,
    }


@transaction.atomic
def save_location(
    *,
    name: str,
    geometry: Any,
    lead_unit: str,
    actor: Actor,
    description: str = "",
    properties: Any = None,
) -> Location:
    """Make a location known. Raises Invalid, NotPermitted."""
    unit = checks.unit_code_of(lead_unit)
    source = authorise_new(actor, unit)
    row = Location.objects.create(
        name=checks.text_of("name", name, 200, required=True),
        description=checks.text_of("description", description, 2000),
        lead_unit_id=unit,
        source=source,
        properties=checks.properties_of(properties),
        **_ground(shape_of(geometry), recent=True),
    )
    data = {"name": row.name, "unit": unit, "street": row.street, "community": row.community}
    record(subject("location", row.pk), "sensing.location.added", data, actor=actor)
    return row


@transaction.atomic
def change_location(key: int | str, values: Mapping[str, Any], *, actor: Actor) -> Location:
    """Change `name`, `description`, `geometry`, `properties` of a location, those that are given.

    Things that stand there stand at the new geometry, and so is what their readings are about
    unless it was given a geometry of its own. Raises Invalid, NotPermitted, NotFound.
    """
    row = locked(Location, key)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    before = row.geometry
    news: dict[str, Any] = {}
    if "name" in values:
        news["name"] = checks.text_of("name", values["name"], 200, required=True)
    if "description" in values:
        news["description"] = checks.text_of("description", values["description"], 2000)
    if "properties" in values:
        news["properties"] = checks.properties_of(values["properties"])
    if "geometry" in values:
        news |= _ground(shape_of(values["geometry"]))
    write(row, "location", news, actor=actor)
    made = FeatureOfInterest.objects.select_for_update(of=("self",)).filter(location=row).first()
    if made is not None and made.geometry == before:
        write(made, "feature", {"geometry": row.geometry}, actor=actor)
    return row


@transaction.atomic
def delete_location(key: int | str, *, actor: Actor) -> None:
    """Delete a location where nothing stands or stood. Raises Conflict, NotPermitted, NotFound."""
    row = locked(Location, key)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    message = _("这个地点有设备在用或曾经在用，不能删除。")
    free(row, Thing, "location_id", message)
    free(row, HistoricalLocation, "location_id", message)
    record(subject("location", row.pk), "sensing.location.deleted", {"name": row.name}, actor=actor)
    row.delete()


@transaction.atomic
def place_anew(*, actor: Actor) -> int:
    """Derive all streets and communities again, after areas were loaded; how many changed."""
    authorise(actor, SAVE)
    rows = list(Location.objects.order_by("pk"))
    at = [(float(row.lon), float(row.lat)) for row in rows]
    streets = area_codes_at(at, AreaLevel.STREET)
    communities = area_codes_at(at, AreaLevel.COMMUNITY)
    changed = 0
    for row, street, community in zip(rows, streets, communities, strict=True):
        news = {"street": street or "", "community": community or ""}
        changed += bool(write(row, "location", news, actor=actor))
    return changed
