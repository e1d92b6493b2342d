"""Rows of files and of forms become things and datastreams, through the services of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.kernel.sensing.models import Datastream, ObservedProperty, Sensor, Thing
from district.kernel.sensing.services.catalogue import save_property, save_sensor
from district.kernel.sensing.services.datastreams import change_datastream, register_datastream
from district.kernel.sensing.services.locations import change_location, save_location
from district.kernel.sensing.services.things import change_thing, move_thing, register_thing
from district.kernel.sensing.shapes import point


@transaction.atomic
def save_thing_row(values: Mapping[str, Any], existing: Thing | None, actor: Actor) -> Thing:
    """One row as a thing: code, name, lead_unit, and lon with lat.

    The point is the thing's own location, made or changed. Raises Invalid, NotPermitted.
    """
    lon, lat = values.get("lon"), values.get("lat")
    if (lon is None) != (lat is None):
        raise Invalid("lat", _("经度和纬度要么都填，要么都不填。"), _("请补全或都清空。"))
    plain = {key: values[key] for key in ("name", "description", "lead_unit") if key in values}
    plain = {key: value or "" for key, value in plain.items()}
    if existing is None:
        code, unit = values.get("code") or "", str(plain.pop("lead_unit", ""))
        row = register_thing(code=code, lead_unit=unit, actor=actor, **plain)
    else:
        row = change_thing(existing.pk, plain, actor=actor)
    if lon is not None and lat is not None:
        _stand_at(row, point(lon, lat), actor)
        row.refresh_from_db()
    return row


def _stand_at(row: Thing, geometry: dict[str, Any], actor: Actor) -> None:
    place = row.location
    if place is not None and place.geometry == geometry:
        return
    if place is not None and place.things.count() == 1 and place.geometry["type"] == "Point":
        # A corrected coordinate, not a move: the history of where it stood does not change.
        change_location(place.pk, {"geometry": geometry}, actor=actor)
        return
    made = save_location(name=row.name, geometry=geometry, lead_unit=row.lead_unit_id, actor=actor)
    move_thing(row.pk, made.pk, actor=actor)


_COLUMNS = (
    "name", "description", "unit_symbol", "observation_type", "lateness", "skew", "source",
    "lead_unit",
)  # fmt: skip


@transaction.atomic
def save_datastream_row(
    values: Mapping[str, Any], existing: Datastream | None, actor: Actor
) -> Datastream:
    """One row as a datastream: its thing by code, property and sensor by name.

    A property or sensor that is not there is made. Raises Invalid, NotPermitted.
    """
    thing = Thing.objects.filter(code=values.get("thing") or "", state=Thing.State.ACTIVE).first()
    if thing is None:
        raise Invalid("thing", _("没有这个编号的设备，或已停用。"), _("请先登记设备。"))
    plain = {key: values[key] for key in _COLUMNS if values.get(key) is not None}
    named = {
        "observed_property": _named(ObservedProperty, values.get("observed_property"), actor),
        "sensor": _named(Sensor, values.get("sensor") or _("未说明"), actor),
    }
    if existing is None:
        more = {**plain, **named, "code": values.get("code") or ""}
        return register_datastream(thing=thing.pk, actor=actor, **more)
    return change_datastream(existing.pk, {**plain, **named, "thing": thing.pk}, actor=actor)


def _named(model: type[Any], name: Any, actor: Actor) -> int:
    found = model.objects.filter(name=name or "").order_by("pk").first()
    if found is None:
        save: Any = save_property if model is ObservedProperty else save_sensor
        found = save(name=name or "", actor=actor)
    return int(found.pk)
