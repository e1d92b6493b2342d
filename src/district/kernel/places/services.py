"""All writes of places."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor, Entry, Subject, record_many
from district.kernel.organisation.public import Level, Unit, authorise
from district.kernel.places.geojson import AreaRow
from district.kernel.places.models import Area

_FIELDS = (
    "name", "level", "parent_code", "geometry", "lon", "lat", "approximate", "source", "licence",
    "note",
)  # fmt: skip


@dataclass(frozen=True)
class AreasLoaded:
    """What a load did: codes of areas created and changed; how many were as stated."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


@transaction.atomic
def load_areas(rows: Sequence[AreaRow], *, actor: Actor) -> AreasLoaded:
    """Make the areas be as `rows` state; the same rows again change nothing.

    An area's code must be that of a unit of the same level; its name, where the file has none,
    and its parent are the unit's. History keeps a hash of each shape, not the shape. Raises
    Invalid, and writes nothing, for codes that no unit has.
    """
    authorise(actor, "places.area.load")
    units = Unit.objects.in_bulk([row.code for row in rows])
    _refuse_unknown(rows, units)
    known = Area.objects.in_bulk([row.code for row in rows])
    revision = time.time_ns()
    created: list[Area] = []
    changed: list[Area] = []
    entries: list[Entry] = []
    for row in rows:
        area = known.get(row.code)
        before = _facts(area) if area else {}
        after = _values(row, units[row.code])
        if area is None:
            area = Area(pk=row.code)
            created.append(area)
        elif all(getattr(area, name) == value for name, value in after.items()):
            continue
        else:
            changed.append(area)
        for name, value in after.items():
            setattr(area, name, value)
        area.loaded_at, area.revision = clock.now(), revision
        verb = "changed" if before else "created"
        data = {"before": before, "after": _facts(area)} if before else _facts(area)
        entries.append(Entry(Subject("places.area", row.code), f"places.area.{verb}", data))
    Area.objects.bulk_create(created, batch_size=100)
    Area.objects.bulk_update(changed, [*_FIELDS, "loaded_at", "revision"], batch_size=50)
    record_many(entries, actor=actor)
    return AreasLoaded(
        tuple(area.pk for area in created),
        tuple(area.pk for area in changed),
        len(rows) - len(entries),
    )


def _refuse_unknown(rows: Sequence[AreaRow], units: dict[str, Unit]) -> None:
    unknown = [row.code for row in rows if row.code not in units]
    if unknown:
        raise Invalid(
            "file",
            _("单位表里没有这些编码:%(codes)s。") % {"codes": "、".join(unknown[:20])},
            _("请先载入单位表，或改正编码。"),
        )
    wrong = [row.code for row in rows if units[row.code].level != row.level]
    if wrong:
        raise Invalid(
            "file",
            _("这些编码在单位表里是另一层级:%(codes)s。") % {"codes": "、".join(wrong[:20])},
            _("请改正要素的 level 属性。"),
        )


def _values(row: AreaRow, unit: Unit) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _FIELDS}
    values["name"] = row.name or unit.name
    values["parent_code"] = row.parent_code or (
        "" if unit.level == Level.DISTRICT else unit.parent_id or ""
    )
    return values


def _facts(area: Area) -> dict[str, Any]:
    shape = json.dumps(area.geometry, sort_keys=True, separators=(",", ":"))
    return {
        "name": area.name,
        "level": area.level,
        "parent_code": area.parent_code,
        "geometry_sha256": hashlib.sha256(shape.encode()).hexdigest(),
        "approximate": area.approximate,
        "source": area.source,
        "licence": area.licence,
        "note": area.note,
    }
