"""Sensors, observed properties and features of interest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, record
from district.kernel.sensing import checks
from district.kernel.sensing.models import (
    Datastream,
    FeatureOfInterest,
    ObservedProperty,
    Sensor,
)
from district.kernel.sensing.names import subject
from district.kernel.sensing.rights import (
    authorise_catalogue_change,
    authorise_catalogue_entry,
    authorise_change,
    authorise_new,
)
from district.kernel.sensing.services.common import free, locked, write
from district.kernel.sensing.shapes import shape_of

_SENSOR = {"name": 200, "description": 2000, "encoding_type": 100, "metadata": 20_000}
_PROPERTY = {"name": 200, "definition": 300, "description": 2000}
_FEATURE = {"name": 200, "description": 2000}


def _checked(values: Mapping[str, Any], texts: Mapping[str, int]) -> dict[str, Any]:
    news: dict[str, Any] = {
        name: checks.text_of(name, values[name], most, required=name == "name")
        for name, most in texts.items()
        if name in values
    }
    if "properties" in values:
        news["properties"] = checks.properties_of(values["properties"])
    if "geometry" in values:
        news["geometry"] = shape_of(values["geometry"], "feature").geometry
    return news


@transaction.atomic
def save_sensor(*, name: str, actor: Actor, **more: Any) -> Sensor:
    """Make an instrument known: `description`, `encoding_type`, `metadata`, `properties`.

    Raises Invalid, NotPermitted.
    """
    source = authorise_catalogue_entry(actor)
    row = Sensor.objects.create(source=source, **_checked({"name": name, **more}, _SENSOR))
    record(subject("sensor", row.pk), "sensing.sensor.added", {"name": row.name}, actor=actor)
    return row


@transaction.atomic
def save_property(*, name: str, actor: Actor, **more: Any) -> ObservedProperty:
    """What can be observed: `definition`, `description`, `properties`.

    The same name and definition are the same property, which is returned as it is. Raises
    Invalid, NotPermitted.
    """
    source = authorise_catalogue_entry(actor)
    values = _checked({"name": name, **more}, _PROPERTY)
    key = {"name": values.pop("name"), "definition": values.pop("definition", "")}
    row, made = ObservedProperty.objects.get_or_create(**key, defaults={"source": source, **values})
    if made:
        record(subject("property", row.pk), "sensing.property.added", key, actor=actor)
    return row


@transaction.atomic
def save_feature(
    *, name: str, geometry: Any, lead_unit: str, actor: Actor, **more: Any
) -> FeatureOfInterest:
    """What readings are about: `description`, `properties`. Raises Invalid, NotPermitted."""
    unit = checks.unit_code_of(lead_unit)
    source = authorise_new(actor, unit)
    values = _checked({"name": name, "geometry": geometry, **more}, _FEATURE)
    row = FeatureOfInterest.objects.create(lead_unit_id=unit, source=source, **values)
    data = {"name": row.name, "unit": unit}
    record(subject("feature", row.pk), "sensing.feature.added", data, actor=actor)
    return row


@transaction.atomic
def change_sensor(key: int | str, values: Mapping[str, Any], *, actor: Actor) -> Sensor:
    """Change what is given of a sensor. Raises Invalid, NotPermitted, NotFound."""
    row = locked(Sensor, key)
    authorise_catalogue_change(actor, row.source_id)
    write(row, "sensor", _checked(values, _SENSOR), actor=actor)
    return row


@transaction.atomic
def change_property(key: int | str, values: Mapping[str, Any], *, actor: Actor) -> ObservedProperty:
    """Change what is given of a property. Raises Invalid, NotPermitted, NotFound."""
    row = locked(ObservedProperty, key)
    authorise_catalogue_change(actor, row.source_id)
    news = _checked(values, _PROPERTY)
    name, definition = news.get("name", row.name), news.get("definition", row.definition)
    same = ObservedProperty.objects.filter(name=name, definition=definition)
    if same.exclude(pk=row.pk).exists():
        raise Invalid("name", _("已有同名同定义的观测属性。"), _("请使用原有的一条。"))
    write(row, "property", news, actor=actor)
    return row


@transaction.atomic
def change_feature(key: int | str, values: Mapping[str, Any], *, actor: Actor) -> FeatureOfInterest:
    """Change what is given of a feature. Raises Invalid, NotPermitted, NotFound."""
    row = locked(FeatureOfInterest, key)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    write(row, "feature", _checked(values, _FEATURE), actor=actor)
    return row


@transaction.atomic
def delete_sensor(key: int | str, *, actor: Actor) -> None:
    """Delete a sensor that no datastream names. Raises Conflict, NotPermitted, NotFound."""
    row = locked(Sensor, key)
    authorise_catalogue_change(actor, row.source_id)
    free(row, Datastream, "sensor_id", _("有数据流使用这个传感器，不能删除。"))
    record(subject("sensor", row.pk), "sensing.sensor.deleted", {"name": row.name}, actor=actor)
    row.delete()


@transaction.atomic
def delete_property(key: int | str, *, actor: Actor) -> None:
    """Delete a property that no datastream names. Raises Conflict, NotPermitted, NotFound."""
    row = locked(ObservedProperty, key)
    authorise_catalogue_change(actor, row.source_id)
    free(row, Datastream, "observed_property_id", _("有数据流使用这个观测属性，不能删除。"))
    record(subject("property", row.pk), "sensing.property.deleted", {"name": row.name}, actor=actor)
    row.delete()


@transaction.atomic
def delete_feature(key: int | str, *, actor: Actor) -> None:
    """Delete a feature that no datastream is about. Raises Conflict, NotPermitted, NotFound."""
    row = locked(FeatureOfInterest, key)
    authorise_change(actor, row.lead_unit_id, row.source_id)
    free(row, Datastream, "feature_id", _("有数据流使用这个观测对象，不能删除。"))
    record(subject("feature", row.pk), "sensing.feature.deleted", {"name": row.name}, actor=actor)
    row.delete()
