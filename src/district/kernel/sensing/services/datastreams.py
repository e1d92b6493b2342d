"""Datastreams: registered, changed, retired."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, record
from district.kernel.sensing import checks
from district.kernel.sensing.models import (
    Datastream,
    FeatureOfInterest,
    Location,
    ObservationType,
    ObservedProperty,
    Sensor,
    Source,
    State,
    Thing,
)
from district.kernel.sensing.names import subject
from district.kernel.sensing.rights import Sight, authorise_change, authorise_new
from district.kernel.sensing.services.common import created, locked, write

DEFAULT_LATENESS, DEFAULT_SKEW = 3600, 60


def _code(given: str, but: int = 0) -> str:
    code = checks.code_of("code", given, 80) if given else f"d-{secrets.token_hex(6)}"
    if Datastream.objects.filter(code=code).exclude(pk=but).exists():
        raise Invalid("code", _("数据流编号已经有了。"), _("请换一个编号，或修改原有的数据流。"))
    return code


@transaction.atomic
def register_datastream(
    *,
    thing: int,
    sensor: int,
    observed_property: int,
    name: str,
    actor: Actor,
    feature: int | None = None,
    source: str | None = None,
    lead_unit: str = "",
    **more: Any,
) -> Datastream:
    """Make a datastream of a thing known; its unit is the thing's unless another is named.

    `thing`, `sensor`, `observed_property` and `feature` are keys; without a feature it is what
    the thing's location gives. `source` is the code of who may write it; what a source registers
    is its own. `more`: `code`, `description`, `properties`, `observation_type`, `unit_name`,
    `unit_symbol`, `unit_definition`, `lateness` and `skew` (seconds). Raises Invalid, NotPermitted.
    """
    of = Thing.objects.filter(pk=thing, state=State.ACTIVE).first()
    if of is None:
        raise Invalid("thing", _("没有这个设备，或已停用。"), _("请先登记设备。"))
    unit = checks.unit_code_of(lead_unit) if lead_unit else of.lead_unit_id
    registering = authorise_new(actor, unit)
    if registering is not None:
        authorise_change(actor, of.lead_unit_id, of.source_id)
    elif unit != of.lead_unit_id:
        authorise_new(actor, of.lead_unit_id)
    checked = _checked({"name": name, "lateness": DEFAULT_LATENESS, "skew": DEFAULT_SKEW, **more})
    row = created(
        Datastream,
        thing=of,
        code=_code(str(more.get("code") or "")),
        lead_unit_id=unit,
        source=registering or _writer(source),
        created_at=clock.now(),
        sensor=_found(Sensor, "sensor", sensor, actor),
        observed_property=_found(ObservedProperty, "observed_property", observed_property, actor),
        feature=_feature(of, feature, actor),
        **checked,
    )
    data = {"code": row.code, "name": row.name, "thing": of.code, "unit": unit}
    data["source"] = row.source.code if row.source else ""
    record(subject("datastream", row.pk), "sensing.datastream.added", data, actor=actor)
    return row


@transaction.atomic
def change_datastream(key: int | str, values: Mapping[str, Any], *, actor: Actor) -> Datastream:
    """Change what is given of a datastream; names as for `register_datastream`.

    The kind of its results and its thing stay: readings would mean something else. A source may
    not change who writes it. Raises Invalid, NotPermitted, NotFound.
    """
    row = locked(Datastream, key, state=State.ACTIVE)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    _check_fixed(row, values)
    news = _checked(values)
    if values.get("code"):
        news["code"] = _code(str(values["code"]), row.pk)
    if "lead_unit" in values:
        news["lead_unit_id"] = checks.unit_code_of(values["lead_unit"])
        authorise_new(actor, news["lead_unit_id"])
    if "source" in values and actor.kind != "source":
        writer = _writer(values["source"])
        news["source_id"] = writer.pk if writer else None
    for name, model in _KINDS.items():
        if values.get(name) is not None:
            news[f"{name}_id"] = _found(model, name, values[name], actor).pk
    write(row, "datastream", news, actor=actor)
    return row


def _check_fixed(row: Datastream, values: Mapping[str, Any]) -> None:
    given = values.get("observation_type", row.observation_type)
    if given != row.observation_type:
        raise Invalid(
            "observation_type", _("结果类型登记后不能更改。"), _("请停用这个数据流，另建一个。")
        )
    if values.get("thing", row.thing_id) != row.thing_id:
        raise Invalid("thing", _("数据流不能换设备。"), _("请停用这个数据流，另建一个。"))


_TEXTS = {
    "name": 200,
    "description": 2000,
    "unit_name": 100,
    "unit_symbol": 30,
    "unit_definition": 300,
}
_KINDS: dict[str, type[Any]] = {
    "sensor": Sensor,
    "observed_property": ObservedProperty,
    "feature": FeatureOfInterest,
}


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The plain columns of a datastream among `values`."""
    news: dict[str, Any] = {
        name: checks.text_of(name, values[name], most, required=name == "name")
        for name, most in _TEXTS.items()
        if name in values
    }
    for name in ("lateness", "skew"):
        if name in values:
            news[name] = checks.seconds_of(name, values[name])
    if "properties" in values:
        news["properties"] = checks.properties_of(values["properties"])
    if "observation_type" in values:
        news["observation_type"] = checks.choice_of(
            "observation_type", values["observation_type"], ObservationType.values
        )
    return news


def _writer(code: Any) -> Source | None:
    """The source that may write, by its code, of whatever unit: gateways serve many."""
    if not code:
        return None
    found = Source.objects.filter(code=str(code)[:40]).first()
    if found is None:
        raise Invalid(
            "source",
            _("没有编号为 %(code)s 的来源。") % {"code": str(code)[:40]},
            _("请先登记来源，或空着。"),
        )
    return found


def _found(model: type[Any], name: str, key: Any, actor: Actor) -> Any:
    """The row of that key. Sensors and properties are shared; a feature must be seen."""
    rows = model.objects.filter(Sight(actor).of(model) if model is FeatureOfInterest else Q())
    found = rows.filter(pk=key).first() if isinstance(key, int) else None
    if found is None:
        raise Invalid(
            name, _("没有这个%(name)s。") % {"name": model._meta.verbose_name}, _("请先登记。")
        )
    return found


def feature_at(place: Location) -> FeatureOfInterest:
    """The feature that a location gives, made when it is first needed."""
    found, _made = FeatureOfInterest.objects.get_or_create(
        location=place,
        defaults={
            "name": place.name,
            "geometry": place.geometry,
            "lead_unit_id": place.lead_unit_id,
            "source_id": place.source_id,
        },
    )
    return found


def _feature(of: Thing, feature: int | None, actor: Actor) -> FeatureOfInterest | None:
    if feature is not None:
        found: FeatureOfInterest = _found(FeatureOfInterest, "feature", feature, actor)
        return found
    return feature_at(of.location) if of.location else None


@transaction.atomic
def retire_datastream(key: int | str, *, actor: Actor) -> Datastream:
    """Take a datastream out of use; its readings stay. Again changes nothing.

    Raises NotPermitted, NotFound.
    """
    row = locked(Datastream, key)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    if row.state == State.ACTIVE:
        end_datastreams(Datastream.objects.filter(pk=row.pk), clock.now(), actor=actor)
        row.refresh_from_db()
    return row


def end_datastreams(rows: QuerySet[Datastream], at: datetime, *, actor: Actor) -> None:
    """Retire those of the rows that are in use, inside the caller's transaction and rights."""
    for row in rows.filter(state=State.ACTIVE).select_for_update(of=("self",)):
        write(row, "datastream", {"state": State.RETIRED, "retired_at": at}, actor=actor)
