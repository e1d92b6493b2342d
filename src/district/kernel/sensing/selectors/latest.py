"""The newest values of many datastreams as a map layer: one query, compact JSON."""

from __future__ import annotations

import json

from django.db.models import CharField, FloatField
from django.db.models.functions import Cast
from django.urls import reverse

from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.sensing.models import Datastream, State
from district.kernel.sensing.names import VIEW

_SCALE = 10**6  # places of longitude and latitude as they are kept
#: So many at most; `truncated` says where there are more.
MOST = 20_000


def latest_points(actor: Actor, *, observed_property: int | None = None) -> str:
    """The datastreams that are in use, stand somewhere and were seen, as the map's JSON.

    Each has its name, newest value with unit, and time (UTC). One query however many; built as
    text, because as objects ten thousand features cost more than their query.
    """
    rows = Datastream.objects.filter(
        visible(actor, VIEW).q("lead_unit"),
        state=State.ACTIVE,
        latest__isnull=False,
        thing__location__isnull=False,
    )
    if observed_property is not None:
        rows = rows.filter(observed_property=observed_property)
    # As the database has them: making decimals and moments of them costs more than the query.
    columns = rows.annotate(
        lon=Cast("thing__location__lon", FloatField()),
        lat=Cast("thing__location__lat", FloatField()),
        at=Cast("latest__time", CharField()),
    )
    listed = list(
        columns.order_by("pk").values_list(
            "number", "name", "unit_symbol", "latest__value", "at", "lon", "lat"
        )[: MOST + 1]
    )
    base = reverse("sensing_datastream", args=[0]).rstrip("0/")
    words = json.encoder.encode_basestring
    features = [
        f'{{"type":"Feature","properties":{{"id":"{number}","title":{words(name)},'
        f'"note":{words(f"{value:.6g} {unit} · {at[:16]}Z")},"url":"{base}/{number}/"}},'
        f'"geometry":{{"type":"Point","coordinates":[{lon / _SCALE},{lat / _SCALE}]}}}}'
        for number, name, unit, value, at, lon, lat in listed[:MOST]
    ]
    more = ',"truncated":true' if len(listed) > MOST else ""
    return f'{{"points":{{"type":"FeatureCollection","features":[{",".join(features)}]}}{more}}}'
