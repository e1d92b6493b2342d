"""Writing the register of water stations and what their forecasts read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid, NotFound
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.systems.early_warning.models import Station, StationInput
from district.systems.early_warning.names import SAVE_STATION, STATION
from district.systems.early_warning.services.placing import (
    check_placed,
    datastream_of,
    keep_placed,
    owned_placed,
    put_values,
)

_COLUMNS = {
    "code": "code",
    "name": "name",
    "kind": "kind",
    "lead_unit": "lead_unit_id",
    "lon": "lon",
    "lat": "lat",
    "warning_level": "warning_level",
    "danger_level": "danger_level",
    "active": "is_active",
}
_MOST_INPUTS = 12


@transaction.atomic
def save_station(values: Mapping[str, Any], known: Station | None, actor: Actor) -> Station:
    """Add a station (`known` is None) or change one; `values` by the register's field keys.

    Raises NotPermitted, Invalid naming the field, and Conflict when the code is taken.
    """
    row = known or Station()
    if known is not None:
        authorise(actor, SAVE_STATION, owned_placed(known))
    put_values(row, values, _COLUMNS)
    if "level" in values or known is None:
        found = datastream_of("level", values.get("level"), required=True)
        assert found is not None  # noqa: S101  # required says so
        row.level = found
    row.is_active = row.is_active is not False
    check_placed(row)
    if row.kind not in Station.Kind.values:
        raise Invalid("kind", _("没有这个类别。"), _("请从列表中选择。"))
    marks = (row.warning_level, row.danger_level)
    if marks[0] is not None and marks[1] is not None and marks[1] < marks[0]:
        raise Invalid("danger_level", _("保证水位低于警戒水位。"), _("请核对两个水位。"))
    told = {
        "kind": row.kind,
        "level": row.level.code,
        "warning_level": str(row.warning_level or ""),
        "danger_level": str(row.danger_level or ""),
        "active": row.is_active,
    }
    kept: Station = keep_placed(
        row, known, action=SAVE_STATION, subject=STATION, actor=actor, told=told
    )
    return kept


@transaction.atomic
def save_input(values: Mapping[str, Any], known: StationInput | None, actor: Actor) -> StationInput:
    """Let a station's forecast read a datastream, or say anew of what kind it is.

    Raises NotPermitted, Invalid naming the field, NotFound.
    """
    code = str(values.get("station") or (known.station.code if known else "")).strip()
    station = Station.objects.filter(code=code).first()
    if station is None:
        raise Invalid("station", _("没有这个水位站。"), _("请先登记水位站。"))
    authorise(actor, SAVE_STATION, owned_placed(station))
    given = values.get("datastream") or (known.datastream.code if known else "")
    datastream = datastream_of("datastream", given, required=True)
    assert datastream is not None  # noqa: S101  # required says so
    kind = values.get("kind") or (known.kind if known else "")
    if kind not in StationInput.Kind.values:
        raise Invalid("kind", _("没有这个类别。"), _("请从列表中选择。"))
    if datastream.pk == station.level_id:
        raise Invalid("datastream", _("这是本站自己的水位。"), _("请选择上游的雨量或水位数据流。"))
    others = station.inputs.exclude(pk=known.pk) if known else station.inputs.all()
    if others.count() >= _MOST_INPUTS:
        raise Invalid(
            "datastream",
            _("一个站最多%(most)s个依据。") % {"most": _MOST_INPUTS},
            _("请只留最能说明问题的。"),
        )
    row = known or StationInput(station=station)
    row.datastream, row.kind = datastream, kind
    row.save()
    told = {"station": station.code, "datastream": datastream.code, "kind": kind}
    subject = Subject(STATION, str(station.pk))
    record(subject, "early_warning.station.input", told, actor=actor)
    return row


@transaction.atomic
def drop_input(station_id: Any, input_id: Any, *, actor: Actor) -> None:
    """Let a station's forecast read a datastream no longer. Raises NotFound, NotPermitted."""
    row = (
        StationInput.objects.select_related("station", "datastream")
        .filter(pk=input_id, station=station_id)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这项预报依据。"))
    authorise(actor, SAVE_STATION, owned_placed(row.station))
    told = {"station": row.station.code, "datastream": row.datastream.code, "kind": ""}
    subject = Subject(STATION, str(row.station.pk))
    record(subject, "early_warning.station.input", told, actor=actor)
    row.delete()
