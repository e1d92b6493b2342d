"""The newest values of many datastreams as a map layer: one query, compact JSON."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Aggregate, CharField, F, Func, TextField
from django.db.models.functions import Cast, Substr
from django.urls import reverse

from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.kernel.sensing.models import Datastream, State
from district.kernel.sensing.names import VIEW

#: So many at most, the oldest datastreams first.
MOST_ON_MAP = 20_000
_MINUTE = len("2025-09-26 04:00")


class _Row(Func):
    """One row as a JSON array."""

    function = "JSON_BUILD_ARRAY"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        """The same by its name there."""
        return self.as_sql(compiler, connection, function="JSON_ARRAY", **options)


class _Rows(Aggregate):
    """Many of them as one JSON array, as text."""

    template = "CAST(JSON_AGG(%(expressions)s) AS TEXT)"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        """The same there, where an array that comes out of a subquery is text."""
        array = "JSON_GROUP_ARRAY(JSON(%(expressions)s))"
        return self.as_sql(compiler, connection, template=array, **options)


def latest_points(actor: Actor, *, observed_property: int | None = None) -> str:
    """The datastreams that are in use, stand somewhere and were seen, as JSON for the map:
    `{"latest": {"address": ..., "rows": [[number, name, unit, value, time, lon, lat], ...]}}`.

    The number goes behind the address of the page; the time is UTC to the minute; longitude and
    latitude are millionths of a degree of WGS-84. One query however many, and the database writes
    the array: made here, ten thousand features cost more than their query.
    """
    rows = Datastream.objects.filter(
        visible(actor, VIEW).q("lead_unit"),
        state=State.ACTIVE,
        latest__isnull=False,
        thing__location__isnull=False,
    )
    if observed_property is not None:
        rows = rows.filter(observed_property=observed_property)
    row = _Row(
        F("number"),
        F("name"),
        F("unit_symbol"),
        F("latest__value"),
        Substr(Cast("latest__time", CharField()), 1, _MINUTE),
        # As the database has them, whole numbers.
        F("thing__location__lon"),
        F("thing__location__lat"),
    )
    listed = rows.order_by("pk").values(row=row)[:MOST_ON_MAP]
    found = listed.aggregate(rows=_Rows("row"))["rows"]
    address = json.dumps(reverse("sensing_datastream", args=[0]).removesuffix("0/"))
    return f'{{"latest":{{"address":{address},"rows":{found or "[]"}}}}}'
