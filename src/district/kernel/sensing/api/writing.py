"""Entities made, changed and taken away through the services, which decide who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.organisation.public import posts_of
from district.kernel.sensing import services, times
from district.kernel.sensing.api import reading
from district.kernel.sensing.api.addresses import Target
from district.kernel.sensing.api.context import Context
from district.kernel.sensing.api.entities import TYPES
from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.api.options import Options
from district.kernel.sensing.api.payloads import key_of, list_of, object_of, split
from district.kernel.sensing.models import Source

_MOST = 200


def create(context: Context, target: Target, given: Any) -> tuple[str, int]:
    """Make an entity in the set that is the target, with what is sent inside it; its set and key.

    All or nothing inside the caller's transaction. Raises Problem and what the services raise.
    """
    data = dict(object_of(given, target.set_name))
    _bind(target, data)
    maker = _MAKERS.get(target.set_name)
    if maker is None:
        raise Problem(405, _("不能在这里新建。"))
    return target.set_name, maker(context, data)


def _bind(target: Target, data: dict[str, Any]) -> None:
    """What is posted behind a way belongs to the entity that the way comes from."""
    if target.parent is None or target.nav is None:
        return
    owner = target.parent
    if target.nav.name == "Datastreams":
        name = _NAMES.get(type(owner).__name__, "Thing")
        data[name] = {"@iot.id": owner.pk}
    elif target.nav.name == "HistoricalLocations" and type(owner).__name__ == "Thing":
        data["Thing"] = {"@iot.id": owner.pk}
    elif target.nav.name == "Locations" and type(owner).__name__ == "Thing":
        data["Things"] = [{"@iot.id": owner.pk}]
    elif target.nav.name == "Things":
        data["Locations"] = [{"@iot.id": owner.pk}]
    else:
        raise Problem(405, _("不能在这里新建。"))


_NAMES = {"Sensor": "Sensor", "ObservedProperty": "ObservedProperty"}


def _unit(context: Context, values: dict[str, Any]) -> str:
    """The unit that is named, else the source's own, else the only one of the member."""
    if values.get("lead_unit"):
        return str(values.pop("lead_unit"))
    values.pop("lead_unit", None)
    if context.actor.kind == "source":
        found = Source.objects.filter(pk=int(context.actor.id)).values_list("lead_unit_id")
        return str(found[0][0]) if found else ""
    units = {post.unit for post in posts_of(context.actor)}
    return next(iter(units)) if len(units) == 1 else ""


def _thing(context: Context, data: dict[str, Any]) -> int:
    values, related = split(TYPES["Things"], data)
    places = list_of(related.pop("Locations", []), "Locations", 1)
    streams = list_of(related.pop("Datastreams", []), "Datastreams", _MOST)
    _none_left(related)
    unit = _unit(context, values)
    at = [_related(context, "Locations", place, unit) for place in places]
    row = services.register_thing(
        lead_unit=unit,
        actor=context.actor,
        location=at[0] if at else None,
        **_named(values),
    )
    for stream in streams:
        _datastream(context, {**object_of(stream, "Datastreams"), "Thing": {"@iot.id": row.pk}})
    return row.pk


def _location(context: Context, data: dict[str, Any]) -> int:
    known = key_of(data)
    things = list_of(data.pop("Things", []), "Things", _MOST)
    if known is None:
        values, related = split(TYPES["Locations"], data)
        _none_left(related)
        _need(values, "location", "geometry")
        unit = _unit(context, values)
        known = services.save_location(lead_unit=unit, actor=context.actor, **_named(values)).pk
    for thing in things:
        services.move_thing(_seen(context, "Things", thing), known, actor=context.actor)
    return known


def _historical(context: Context, data: dict[str, Any]) -> int:
    places = list_of(data.get("Locations", []), "Locations", 1)
    if not places or "Thing" not in data:
        raise Problem(400, _("HistoricalLocation 应有 Thing 和一个 Locations。"))
    at = _moment(data["time"]) if "time" in data else context.now
    thing, place = _seen(context, "Things", data["Thing"]), _seen(context, "Locations", places[0])
    return services.move_thing(thing, place, actor=context.actor, at=at).pk


def _moment(given: Any) -> Any:
    try:
        return times.parse(given if isinstance(given, str) else "")
    except ValueError:
        raise Problem(400, _("time：应为带时区的 ISO 8601 时间。")) from None


_PARTS = {
    "Sensor": ("Sensors", "sensor"),
    "ObservedProperty": ("ObservedProperties", "observed_property"),
    "FeatureOfInterest": ("FeaturesOfInterest", "feature"),
}


def _datastream(context: Context, data: dict[str, Any]) -> int:
    values, related = split(TYPES["Datastreams"], data)
    if "Thing" not in related:
        raise Problem(400, _("Datastream 应有 %(name)s。") % {"name": "Thing"})
    thing = related.pop("Thing")
    key = key_of(thing)
    key = _thing(context, thing) if key is None else _seen(context, "Things", thing)
    parts: dict[str, Any] = {}
    for name, (set_name, column) in _PARTS.items():
        if name in related:
            unit = str(values.get("lead_unit") or "")
            parts[column] = _related(context, set_name, related.pop(name), unit)
        elif column != "feature":
            raise Problem(400, _("Datastream 应有 %(name)s。") % {"name": name})
    _none_left(related)
    made = services.register_datastream(thing=key, actor=context.actor, **parts, **_named(values))
    return made.pk


def _sensor(context: Context, data: dict[str, Any]) -> int:
    values, related = split(TYPES["Sensors"], data)
    _none_left(related)
    return services.save_sensor(actor=context.actor, **_named(values)).pk


def _property(context: Context, data: dict[str, Any]) -> int:
    values, related = split(TYPES["ObservedProperties"], data)
    _none_left(related)
    return services.save_property(actor=context.actor, **_named(values)).pk


def _feature(context: Context, data: dict[str, Any]) -> int:
    values, related = split(TYPES["FeaturesOfInterest"], data)
    _none_left(related)
    _need(values, "feature", "geometry")
    unit = _unit(context, values)
    return services.save_feature(lead_unit=unit, actor=context.actor, **_named(values)).pk


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """The values with a name, which the services check: absent is as empty."""
    return {"name": "", **values}


def _need(values: dict[str, Any], name: str, column: str) -> None:
    if column not in values:
        raise Problem(400, _("没有 %(name)s。") % {"name": name})


def _none_left(related: dict[str, Any]) -> None:
    for name in related:
        raise Problem(501, _("不能在这里同时新建 %(name)s。") % {"name": name})


def _related(context: Context, set_name: str, given: Any, unit: str) -> int:
    """The key of a related entity: of one that is seen, or of one made now."""
    if key_of(given) is not None:
        return _seen(context, set_name, given)
    data = dict(object_of(given, set_name))
    if unit and set_name in ("Locations", "FeaturesOfInterest"):
        members = data.get("properties")
        if members is None or isinstance(members, dict):
            data["properties"] = {"unit": unit, **(members or {})}
    return _MAKERS[set_name](context, data)


def _seen(context: Context, set_name: str, given: Any) -> int:
    """The key of an entity that the caller sees, or Problem 400. Who may write a shared list's
    entries may name them all."""
    key = key_of(given)
    entity = TYPES[set_name]
    rows = entity.model._default_manager.filter(pk=key)
    if set_name not in ("Sensors", "ObservedProperties"):
        rows = rows.filter(context.sight.of(entity.model))
    if key is None or not rows.exists():
        raise Problem(400, _("没有这个 %(entity)s。") % {"entity": entity.name})
    return key


_MAKERS: dict[str, Callable[[Context, dict[str, Any]], int]] = {
    "Things": _thing,
    "Locations": _location,
    "HistoricalLocations": _historical,
    "Datastreams": _datastream,
    "Sensors": _sensor,
    "ObservedProperties": _property,
    "FeaturesOfInterest": _feature,
}
_CHANGERS: dict[str, Callable[..., Any]] = {
    "Things": services.change_thing,
    "Locations": services.change_location,
    "Datastreams": services.change_datastream,
    "Sensors": services.change_sensor,
    "ObservedProperties": services.change_property,
    "FeaturesOfInterest": services.change_feature,
}
_ENDERS: dict[str, Callable[..., Any]] = {
    "Things": services.retire_thing,
    "Datastreams": services.retire_datastream,
    "Locations": services.delete_location,
    "Sensors": services.delete_sensor,
    "ObservedProperties": services.delete_property,
    "FeaturesOfInterest": services.delete_feature,
}


def change(context: Context, target: Target, given: Any) -> None:
    """Change what is sent of the entity; what is not sent stays."""
    changer = _CHANGERS.get(target.set_name)
    if changer is None or target.entity is None:
        raise Problem(405, _("不能修改。"))
    values, related = split(target.entity, given)
    if target.set_name == "Datastreams":
        for name, (set_name, column) in _PARTS.items():
            if name in related:
                values[column] = _seen(context, set_name, related.pop(name))
        if "Thing" in related:
            values["thing"] = key_of(related.pop("Thing"))
    places = related.pop("Locations", None) if target.set_name == "Things" else None
    # A client that writes back a whole entity sends what it had read of others, too.
    related = {name: value for name, value in related.items() if value}
    _none_left(related)
    changer(target.row.pk, values, actor=context.actor)
    for place in list_of(places or [], "Locations", 1):
        key = _related(context, "Locations", place, target.row.lead_unit_id)
        services.move_thing(target.row.pk, key, actor=context.actor)


def patch(context: Context, target: Target, given: Any) -> None:
    """Change by JSON Patch (RFC 6902): add, replace, remove and test of properties and members."""
    if target.entity is None:
        raise Problem(405, _("不能修改。"))
    shown = reading.rendered(context, target.entity, [target.row], _PLAIN)[0]
    whole = {name: value for name, value in shown.items() if "@iot." not in name}
    before = {name: dict(v) if isinstance(v, dict) else v for name, v in whole.items()}
    for step in list_of(given, "JSON Patch", _MOST):
        _apply(whole, object_of(step, "JSON Patch"))
    news = {name: value for name, value in whole.items() if before.get(name) != value}
    change(context, target, news)


def _apply(whole: dict[str, Any], step: dict[str, Any]) -> None:
    operation, pointer = step.get("op"), step.get("path")
    names = [part.replace("~1", "/").replace("~0", "~") for part in str(pointer).split("/")[1:]]
    if operation not in ("add", "replace", "remove", "test") or not names:
        raise Problem(501, _("JSON Patch：支持 add、replace、remove、test。"))
    here: Any = whole
    for name in names[:-1]:
        here = here.get(name) if isinstance(here, dict) else None
    if not isinstance(here, dict) or (operation != "add" and names[-1] not in here):
        raise Problem(400, _("JSON Patch：没有 %(path)s。") % {"path": str(pointer)[:80]})
    if operation == "test":
        if here[names[-1]] != step.get("value"):
            raise Problem(
                409, _("JSON Patch：%(path)s 已不是这个值。") % {"path": str(pointer)[:80]}
            )
    elif operation == "remove":
        del here[names[-1]]
    else:
        here[names[-1]] = step.get("value")


def end(context: Context, target: Target) -> None:
    """Take an entity away: things and datastreams are retired, others deleted where nothing needs
    them."""
    ender = _ENDERS.get(target.set_name)
    if ender is None or target.row is None:
        raise Problem(405, _("不能删除。"))
    ender(target.row.pk, actor=context.actor)


def by_key(context: Context, set_name: str, key: int) -> dict[str, Any]:
    """An entity as it stands now, as JSON; only its id where the caller does not see it."""
    entity = TYPES[set_name]
    rows = list(reading.rows_of(context, entity, Q(pk=key), _PLAIN))
    if not rows:
        return {"@iot.id": key, "@iot.selfLink": context.link(set_name, key)}
    return reading.rendered(context, entity, rows, _PLAIN)[0]


_PLAIN = Options()
