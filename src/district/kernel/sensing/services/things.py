"""Things: registered, changed, moved, retired."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, record
from district.kernel.sensing import checks
from district.kernel.sensing.models import (
    Datastream,
    HistoricalLocation,
    Location,
    Thing,
)
from district.kernel.sensing.names import subject
from district.kernel.sensing.rights import Sight, authorise_change, authorise_new
from district.kernel.sensing.services.common import created, locked, write
from district.kernel.sensing.services.datastreams import end_datastreams, feature_at

ACTIVE = Thing.State.ACTIVE


def _code(given: str, but: int = 0) -> str:
    code = checks.code_of("code", given, 60) if given else f"t-{secrets.token_hex(6)}"
    if Thing.objects.filter(code=code).exclude(pk=but).exists():
        raise Invalid("code", _("设备编号已经有了。"), _("请换一个编号，或修改原有的设备。"))
    return code


@transaction.atomic
def register_thing(
    *,
    name: str,
    lead_unit: str,
    actor: Actor,
    code: str = "",
    description: str = "",
    properties: Any = None,
    location: int | None = None,
) -> Thing:
    """Make a thing known, at a location (its key) if it has one. Without a code it is given one.

    Raises Invalid naming the field, NotPermitted.
    """
    unit = checks.unit_code_of(lead_unit)
    source = authorise_new(actor, unit)
    row = created(
        Thing,
        code=_code(code),
        name=checks.text_of("name", name, 200, required=True),
        description=checks.text_of("description", description, 2000),
        properties=checks.properties_of(properties),
        lead_unit_id=unit,
        source=source,
        created_at=clock.now(),
    )
    data = {"code": row.code, "name": row.name, "unit": unit}
    record(subject("thing", row.pk), "sensing.thing.added", data, actor=actor)
    if location is not None:
        _move(row, location, clock.now(), actor)
    return row


@transaction.atomic
def change_thing(key: int | str, values: Mapping[str, Any], *, actor: Actor) -> Thing:
    """Change `code`, `name`, `description`, `properties`, `lead_unit` of a thing, those given.

    Another unit must be one of which the actor may register things too. Its datastreams stay with
    their unit. Raises Invalid, NotPermitted, NotFound.
    """
    row = locked(Thing, key, state=ACTIVE)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    news: dict[str, Any] = {}
    if "code" in values:
        news["code"] = _code(str(values["code"] or ""), row.pk) if values["code"] else row.code
    if "name" in values:
        news["name"] = checks.text_of("name", values["name"], 200, required=True)
    if "description" in values:
        news["description"] = checks.text_of("description", values["description"], 2000)
    if "properties" in values:
        news["properties"] = checks.properties_of(values["properties"])
    if "lead_unit" in values:
        news["lead_unit_id"] = checks.unit_code_of(values["lead_unit"])
        authorise_new(actor, news["lead_unit_id"])
    write(row, "thing", news, actor=actor)
    return row


@transaction.atomic
def move_thing(
    key: int | str, location: int, *, actor: Actor, at: datetime | None = None
) -> HistoricalLocation:
    """Let a thing stand at a location since a moment (now). Raises Invalid, NotPermitted, NotFound.

    A moment before the thing's newest one is noted, but the thing stands where it was last.
    """
    row = locked(Thing, key, state=ACTIVE)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    return _move(row, location, at or clock.now(), actor)


def _move(row: Thing, location: int, at: datetime, actor: Actor) -> HistoricalLocation:
    place = Location.objects.filter(Sight(actor).of(Location), pk=location).first()
    if place is None:
        raise Invalid("location", _("没有这个地点。"), _("请先登记地点。"))
    newer = HistoricalLocation.objects.filter(thing=row, time__gt=at).exists()
    stood = HistoricalLocation.objects.create(thing=row, location=place, time=at)
    if not newer:
        write(row, "thing", {"location_id": place.pk}, actor=actor)
        _give_features(row, place)
    return stood


def _give_features(row: Thing, place: Location) -> None:
    """Datastreams whose feature came from where the thing stood are about where it stands now."""
    streams = Datastream.objects.filter(thing=row)
    moved = streams.filter(feature__location__isnull=False) | streams.filter(feature=None)
    keys = list(moved.values_list("pk", flat=True))
    if keys:
        Datastream.objects.filter(pk__in=keys).update(feature=feature_at(place))


@transaction.atomic
def retire_thing(key: int | str, *, actor: Actor) -> Thing:
    """Take a thing and its datastreams out of use; rows and readings stay. Again changes nothing.

    Raises NotPermitted, NotFound.
    """
    row = locked(Thing, key)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    if row.state == ACTIVE:
        at = clock.now()
        end_datastreams(Datastream.objects.filter(thing=row), at, actor=actor)
        write(row, "thing", {"state": Thing.State.RETIRED, "retired_at": at}, actor=actor)
    return row
