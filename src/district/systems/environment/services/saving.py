"""Writing the registers of places: by hand and from files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Level, Owned, Unit, authorise
from district.kernel.sensing.public import Thing
from district.systems.environment.models import (
    AirStation,
    Estate,
    NoisePoint,
    RiverSection,
    Site,
    WastePoint,
)
from district.systems.environment.names import SAVE_PLACE, SAVE_POINT, SAVE_SITE

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{1,29}")
_COMMON = {
    "code": "code",
    "name": "name",
    "street": "street_unit_id",
    "lead_unit": "lead_unit_id",
    "lon": "lon",
    "lat": "lat",
    "active": "is_active",
}
#: How many letters a text may have, and how many it must.
_TEXTS = {
    "name": (2, 120),
    "firm": (2, 120),
    "project": (0, 120),
    "address": (0, 200),
    "river": (1, 60),
    "estate": (0, 120),
}


@dataclass(frozen=True)
class Kind:
    """A register of places: its model, the right to write it, its own columns by field key, what a
    new row has where nothing is said."""

    model: type[Any]
    action: str
    columns: Mapping[str, str]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[Any], None] = lambda _row: None


def _check_section(row: RiverSection) -> None:
    if row.reach is not None and Decimal(row.reach) <= 0:
        raise Invalid("reach", _("代表河长须大于0。"), _("请改正，或留空。"))


def _check_point(row: NoisePoint) -> None:
    of_site = row.limits == NoisePoint.Limits.SITE
    if of_site != (row.site_id is not None):
        raise Invalid(
            "site", _("施工场界的监测点要写明工地，其他的不写。"), _("请核对功能区和工地编号。")
        )


def _check_site(row: Site) -> None:
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        raise Invalid("ends_on", _("完工日期早于开工日期。"), _("请核对日期。"))


def _check_estate(row: Estate) -> None:
    accepted = row.state == Estate.State.ACCEPTED
    if accepted != (row.accepted_on is not None):
        raise Invalid(
            "accepted_on", _("已验收的要写明验收日期，其他的不写。"), _("请核对状态和日期。")
        )


def _check_waste(row: WastePoint) -> None:
    if row.taking_part > row.households:
        raise Invalid("taking_part", _("参与户数多于服务户数。"), _("请核对户数。"))
    checked = row.state in (WastePoint.State.GOOD, WastePoint.State.BAD)
    if checked and row.inspected_on is None:
        raise Invalid("inspected_on", _("检查过的要写明检查日期。"), _("请补填日期。"))


_THING = {"thing": "thing_id"}
STATION = Kind(AirStation, SAVE_POINT, {**_THING, "counts": "counts"}, {"counts": True})
SECTION = Kind(
    RiverSection,
    SAVE_POINT,
    {**_THING, "river": "river", "target": "target", "assessed": "assessed", "reach": "reach"},
    {"assessed": True},
    _check_section,
)
POINT = Kind(
    NoisePoint,
    SAVE_POINT,
    {**_THING, "limits": "limits", "site": "site_id"},
    check=_check_point,
)
SITE = Kind(
    Site,
    SAVE_SITE,
    {name: name for name in ("firm", "project", "address", "starts_on", "ends_on")},
    check=_check_site,
)
_HOUSES = {"community": "community_unit_id", "state": "state", "households": "households"}
WASTE = Kind(
    WastePoint,
    SAVE_PLACE,
    {**_HOUSES, "estate": "estate", "inspected_on": "inspected_on", "taking_part": "taking_part"},
    {"state": WastePoint.State.UNCHECKED, "households": 0, "taking_part": 0},
    _check_waste,
)
ESTATE = Kind(
    Estate,
    SAVE_PLACE,
    {**_HOUSES, "accepted_on": "accepted_on"},
    {"state": Estate.State.PLANNED, "households": 0},
    _check_estate,
)


def saver(kind: Kind) -> Callable[[Mapping[str, Any], Any, Actor], Any]:
    """The service that writes rows of a kind, as a register's import calls it."""

    def save(values: Mapping[str, Any], known: Any, actor: Actor) -> Any:
        return save_row(kind, values, known, actor)

    return save


@transaction.atomic
def save_row(kind: Kind, values: Mapping[str, Any], known: Any, actor: Actor) -> Any:
    """Add a row (`known` is None) or change one; `values` by the register's field keys.

    Raises NotPermitted, Invalid naming the field, and Conflict when the code is taken.
    """
    row = known or kind.model()
    if known is not None:
        authorise(actor, kind.action, Owned(known.lead_unit_id))
    for key, column in {**_COMMON, **kind.columns}.items():
        if key in values:
            _set(row, key, column, values[key])
    for name, value in kind.defaults.items():
        if getattr(row, name) in (None, ""):
            setattr(row, name, value)
    row.is_active = row.is_active is not False
    _check(row, kind)
    authorise(actor, kind.action, Owned(row.lead_unit_id))
    if kind.model.objects.filter(code=row.code).exclude(pk=row.pk).exists():
        raise Conflict(_("编号 %(code)s 已经登记过。") % {"code": row.code})
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    _tell_history(row, new=known is None, actor=actor)
    return row


def _set(row: Any, key: str, column: str, given: Any) -> None:
    value = given.strip() if isinstance(given, str) else given
    if key == "thing":
        value = _thing(value)
    elif key == "site":
        value = _site(value)
    elif value is None and key in _TEXTS:
        value = ""
    elif value == "" and column.endswith(("_id", "_on")):
        value = None
    setattr(row, column, value)


def _thing(code: Any) -> int | None:
    if not code:
        return None
    found = Thing.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid("thing", _("没有这个编号的设备。"), _("请先在感知设备中登记，或留空。"))
    return int(found)


def _site(code: Any) -> Any:
    if not code:
        return None
    found = Site.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid("site", _("没有这个编号的工地。"), _("请先登记工地。"))
    return found


def _check(row: Any, kind: Kind) -> None:
    if not _CODE.fullmatch(row.code or ""):
        raise Invalid("code", _("编号不对。"), _("请用2到30个字母、数字和横线。"))
    columns = {**_COMMON, **kind.columns}
    for key, (least, most) in _TEXTS.items():
        if key in columns and not least <= len(getattr(row, key) or "") <= most:
            raise Invalid(
                key,
                _("“%(name)s”的长度不对。") % {"name": _label(row, key)},
                _("请填写%(least)s到%(most)s个字。") % {"least": least, "most": most},
            )
    for key, column in columns.items():
        choices = row._meta.get_field(column).choices
        if choices and getattr(row, column) not in dict(choices):
            label = _label(row, column)
            raise Invalid(key, _("“%(name)s”不对。") % {"name": label}, _("请从列表中选择。"))
    _check_unit("street", row.street_unit_id, Level.STREET)
    _check_unit("lead_unit", row.lead_unit_id, None)
    if getattr(row, "community_unit_id", None):
        _check_unit("community", row.community_unit_id, Level.COMMUNITY)
    if (row.lon is None) != (row.lat is None):
        raise Invalid("lon", _("经度和纬度要一起填写。"), _("请补全，或都留空。"))
    for key, given, most in (("lon", row.lon, 180), ("lat", row.lat, 90)):
        if given is not None and abs(Decimal(given)) > most:
            raise Invalid(key, _("位置不在地球上。"), _("请填写WGS-84的经纬度。"))
    for key in ("households", "taking_part"):
        if key in columns and (getattr(row, key) or 0) < 0:
            raise Invalid(key, _("户数不能小于0。"), _("请改正。"))
    kind.check(row)


def _label(row: Any, column: str) -> str:
    return str(row._meta.get_field(column).verbose_name)


def _check_unit(name: str, code: str | None, level: str | None) -> None:
    found = Unit.objects.filter(pk=code or "", is_active=True)
    if not (found.filter(level=level) if level else found).exists():
        raise Invalid(name, _("没有这个单位。"), _("请从单位列表中选择。"))


def _tell_history(row: Any, *, new: bool, actor: Actor) -> None:
    data = {"code": row.code, "name": row.name, "lead_unit": row.lead_unit_id}
    for name in ("state", "target", "limits", "firm"):
        if hasattr(row, name):
            data[name] = str(getattr(row, name))
    kind = "environment.place.added" if new else "environment.place.changed"
    subject = Subject(f"environment.{row._meta.model_name}", str(row.pk))
    record(subject, kind, data, actor=actor)
