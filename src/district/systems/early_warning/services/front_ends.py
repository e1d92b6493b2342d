"""Writing the register of front ends: by hand and from files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.systems.early_warning.models import FrontEnd
from district.systems.early_warning.names import FRONT_END, SAVE_FRONT_END
from district.systems.early_warning.services.placing import (
    check_placed,
    datastream_of,
    keep_placed,
    owned_placed,
    positive,
    put_values,
    thing_of,
)

_COLUMNS = {
    "code": "code",
    "name": "name",
    "lead_unit": "lead_unit_id",
    "lon": "lon",
    "lat": "lat",
    "view_range": "view_range",
    "height": "height",
    "heading_from": "heading_from",
    "heading_to": "heading_to",
    "active": "is_active",
}


@transaction.atomic
def save_front_end(values: Mapping[str, Any], known: FrontEnd | None, actor: Actor) -> FrontEnd:
    """Add a front end (`known` is None) or change one; `values` by the register's field keys.

    Raises NotPermitted, Invalid naming the field, and Conflict when the code is taken.
    """
    row = known or FrontEnd()
    if known is not None:
        authorise(actor, SAVE_FRONT_END, owned_placed(known))
    put_values(row, values, _COLUMNS)
    if "thing" in values:
        row.thing = thing_of(values["thing"])
    for key in ("bearing", "distance"):
        if key in values:
            setattr(row, key, datastream_of(key, values[key]))
    row.is_active = row.is_active is not False
    check_placed(row)
    _check(row)
    told = {
        "lon": str(row.lon),
        "lat": str(row.lat),
        "view_range": row.view_range,
        "height": row.height,
        "heading": [row.heading_from, row.heading_to],
        "thing": row.thing.code if row.thing else "",
        "active": row.is_active,
    }
    kept: FrontEnd = keep_placed(
        row, known, action=SAVE_FRONT_END, subject=FRONT_END, actor=actor, told=told
    )
    return kept


def _check(row: FrontEnd) -> None:
    positive(row, "view_range", 50_000)
    positive(row, "height", 1_000, least=0)
    sector = (row.heading_from, row.heading_to)
    if (sector[0] is None) != (sector[1] is None):
        raise Invalid("heading_from", _("起止方位要一起填写。"), _("请补全，环视的都留空。"))
    for key in ("heading_from", "heading_to"):
        if getattr(row, key) is not None:
            positive(row, key, 360, least=0)
    if row.thing and FrontEnd.objects.filter(thing=row.thing).exclude(pk=row.pk).exists():
        raise Invalid("thing", _("这个设备已是另一套监测前端。"), _("请核对设备编号。"))
    if (row.bearing is None) != (row.distance is None):
        raise Invalid("bearing", _("方位和距离的数据流要一起填写。"), _("请补全，没有的都留空。"))
