"""Writing the registers of space and land: by hand and from files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.masking import without_numbers
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Level, Owned, Unit, authorise
from district.systems.spaces.models import Building, Floor, LandParcel, Park, SpaceUnit
from district.systems.spaces.names import SAVE, SAVE_PARCEL
from district.systems.spaces.rules.plans import outline_of
from district.systems.spaces.selectors.rights import owned_park

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{1,29}")
#: The largest that a number of a space may be, in its unit.
_MOST = Decimal(10_000_000)
#: A building has at most so many floors, and so many below the ground.
_HIGHEST, _LOWEST = 150, -10


@dataclass(frozen=True)
class Kind:
    """A register: its model, the right to write it, its columns by field key, what a new row has
    where nothing is said, who owns a row, what is wrong with one, and what else is looked up."""

    model: type[Any]
    action: str
    columns: Mapping[str, str]
    owned: Callable[[Any], Owned]
    check: Callable[[Any], None]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    look_up: Callable[[Any, Mapping[str, Any]], None] = lambda _row, _values: None
    name: str = ""


def _own(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_PLACED = {
    "code": "code",
    "name": "name",
    "street": "street_unit_id",
    "lead_unit": "lead_unit_id",
    "lon": "lon",
    "lat": "lat",
}


def saver(kind: Kind) -> Callable[[Mapping[str, Any], Any, Actor], Any]:
    """What a register's import calls to save a row."""

    def save(values: Mapping[str, Any], known: Any, actor: Actor) -> Any:
        return save_row(kind, values, known, actor)

    return save


@transaction.atomic
def save_row(kind: Kind, values: Mapping[str, Any], known: Any, actor: Actor) -> Any:
    """Add a row (`known` None) or change one; `values` go by the register's field keys.

    Raises Invalid naming the field, Conflict for a code that is taken, and NotPermitted where the
    actor may not change what it is or what it would become.
    """
    row = kind.model() if known is None else kind.model.objects.get(pk=known.pk)
    if known is not None:
        authorise(actor, kind.action, kind.owned(row))
    kind.look_up(row, values)
    for key, column in kind.columns.items():
        if key in values:
            setattr(row, column, _clean(row, column, values[key]))
    for name, value in kind.defaults.items():
        if getattr(row, name) in (None, ""):
            setattr(row, name, value)
    _check_columns(row, kind)
    kind.check(row)
    authorise(actor, kind.action, kind.owned(row))
    if hasattr(row, "code") and _taken(kind, row):
        raise Conflict(_("编号 %(code)s 已经登记过。") % {"code": row.code})
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    if getattr(row, "floor_is_new", False):
        _tell_history(row.floor, new=True, actor=actor)
    _tell_history(row, new=known is None, actor=actor)
    return row


def _taken(kind: Kind, row: Any) -> bool:
    found: bool = kind.model.objects.filter(code=row.code).exclude(pk=row.pk).exists()
    return found


def _clean(row: Any, column: str, given: Any) -> Any:
    """A value as its column keeps it: no spaces around texts, nothing instead of an empty text."""
    value = given.strip() if isinstance(given, str) else given
    kept = row._meta.get_field(column)
    if isinstance(kept, models.CharField):
        return "" if value is None else value
    if isinstance(kept, models.JSONField):
        return value or []
    return None if value == "" else value


def _check_columns(row: Any, kind: Kind) -> None:
    if hasattr(row, "code") and not _CODE.fullmatch(row.code or ""):
        raise Invalid("code", _("编号不对。"), _("请用2到30个字母、数字和横线。"))
    for key, column in kind.columns.items():
        kept, value = row._meta.get_field(column), getattr(row, column)
        label = str(kept.verbose_name)
        if isinstance(kept, models.CharField):
            _check_text(key, label, value, kept)
        elif key in ("lon", "lat"):
            continue
        elif isinstance(value, Decimal | int) and not isinstance(value, bool):
            _check_number(key, label, Decimal(value))
        elif value is None and not kept.null:
            raise Invalid(key, _("还没有填写“%(name)s”。") % {"name": label}, _("请补填。"))


def _check_text(key: str, label: str, value: str, kept: Any) -> None:
    if kept.choices:
        if value not in dict(kept.choices) and not (value == "" and kept.blank):
            raise Invalid(key, _("“%(name)s”不对。") % {"name": label}, _("请从列表中选择。"))
        return
    least = 0 if kept.blank else 2
    if not least <= len(value) <= kept.max_length:
        raise Invalid(
            key,
            _("“%(name)s”的长度不对。") % {"name": label},
            _("请填写%(least)s到%(most)s个字。") % {"least": least, "most": kept.max_length},
        )


def _check_number(key: str, label: str, value: Decimal) -> None:
    if key == "number":
        return
    if not value.is_finite() or not 0 <= value <= _MOST:
        raise Invalid(
            key,
            _("“%(name)s”不对。") % {"name": label},
            _("请填写0到%(most)s之间的数。") % {"most": f"{_MOST:,}"},
        )


def _check_unit(name: str, code: str | None, level: str | None) -> None:
    found = Unit.objects.filter(pk=code or "", is_active=True)
    if not (found.filter(level=level) if level else found).exists():
        raise Invalid(name, _("没有这个单位。"), _("请从单位列表中选择。"))


def _check_placed(row: Any) -> None:
    _check_unit("street", row.street_unit_id, Level.STREET)
    _check_unit("lead_unit", row.lead_unit_id, None)
    if (row.lon is None) != (row.lat is None):
        raise Invalid("lon", _("经度和纬度要一起填写。"), _("请补全，或都留空。"))
    for key, given, most in (("lon", row.lon, 180), ("lat", row.lat, 90)):
        if given is not None and abs(Decimal(given)) > most:
            raise Invalid(key, _("位置不在地球上。"), _("请填写WGS-84的经纬度。"))


def _check_park(row: Park) -> None:
    _check_placed(row)
    if row.service_unit_id:
        _check_unit("service_unit", row.service_unit_id, None)


def _check_building(row: Building) -> None:
    state = Building.State
    if row.factory_area > row.area:
        raise Invalid("factory_area", _("厂房面积大于建筑面积。"), _("请核对面积。"))
    if not 1 <= row.storeys <= _HIGHEST:
        raise Invalid("storeys", _("层数不对。"), _("请填写1到150。"))
    if (row.state == state.COMPLETED) != (row.completed_on is not None):
        raise Invalid(
            "completed_on", _("已完工的要写明完工日期，其他的不写。"), _("请核对状态和日期。")
        )
    if row.state != state.PLANNED and row.started_on is None and row.upstairs:
        raise Invalid("started_on", _("动工的工业上楼项目要写明动工日期。"), _("请补填日期。"))
    if row.state == state.PLANNED and row.started_on is not None:
        raise Invalid("started_on", _("未动工的不写动工日期。"), _("请核对状态和日期。"))
    if row.started_on and row.completed_on and row.completed_on < row.started_on:
        raise Invalid("completed_on", _("完工日期早于动工日期。"), _("请核对日期。"))


def _check_outline(row: Any) -> None:
    given: Any = row.outline
    try:
        if isinstance(given, str):
            given = json.loads(given)
        row.outline = [list(point) for point in outline_of(given)]
    except ValueError as error:  # OutlineError is one, and so is what json raises
        raise Invalid(
            "outline",
            _("轮廓不对。"),
            _("请按 [[0,0],[20,0],[20,10],[0,10]] 的样子填写各角点的坐标（米），或留空。"),
        ) from error


def _check_floor(row: Floor) -> None:
    if row.number == 0 or not _LOWEST <= row.number <= _HIGHEST:
        raise Invalid("number", _("楼层不对。"), _("地上填1到150，地下填-1到-10。"))
    _check_outline(row)


def _check_space(row: SpaceUnit) -> None:
    if row.area <= 0:
        raise Invalid("area", _("面积须大于0。"), _("请改正。"))
    if row.lifts == 0 and row.lift_load:
        raise Invalid("lift_load", _("没有货梯，却有货梯载重。"), _("请核对货梯数和载重。"))
    if without_numbers(row.description) != row.description:
        raise Invalid("description", _("说明里有电话或证件号。"), _("请删去个人联系方式。"))
    _check_outline(row)


def _check_parcel(row: LandParcel) -> None:
    _check_placed(row)
    done = row.state == LandParcel.State.TRANSFERRED
    if done != (row.transferred_on is not None):
        raise Invalid(
            "transferred_on", _("已出让的要写明出让日期，其他的不写。"), _("请核对状态和日期。")
        )
    if row.area <= 0:
        raise Invalid("area", _("面积须大于0。"), _("请改正。"))


def _park_of(row: Building, values: Mapping[str, Any]) -> None:
    if "park" in values or row.park_id is None:
        row.park = _found(Park.objects.all(), "park", values.get("park"), _("没有这个编号的园区。"))


def _building_of(row: Floor, values: Mapping[str, Any]) -> None:
    if "building" in values or row.building_id is None:
        row.building = _found(
            Building.objects.select_related("park"),
            "building",
            values.get("building"),
            _("没有这个编号的楼栋。"),
        )


def _floor_of(row: Any, values: Mapping[str, Any]) -> None:
    """The floor by the building's code and its number; one that is not there yet is made."""
    known = row.floor if row.floor_id else None
    if known is not None and not {"building", "storey"} & set(values):
        return
    code = values.get("building") or (known.building.code if known else None)
    number = values.get("storey", known.number if known else None)
    building = _found(
        Building.objects.select_related("park"), "building", code, _("没有这个编号的楼栋。")
    )
    if not isinstance(number, int):
        raise Invalid("storey", _("还没有填写楼层。"), _("地上填1到150，地下填-1到-10。"))
    floor = Floor(building=building, number=number)
    _check_floor(floor)
    # Before the row itself is looked at; what refuses the row undoes this, too.
    row.floor, row.floor_is_new = Floor.objects.get_or_create(building=building, number=number)
    row.floor.building = building


def _found(rows: QuerySet[Any], name: str, code: Any, problem: str) -> Any:
    found = rows.filter(code=code or "").first()
    if found is None:
        raise Invalid(name, problem, _("请先登记，或核对编号。"))
    return found


PARK = Kind(
    Park,
    SAVE,
    {
        **_PLACED,
        **_own("address", "industries"),
        "service_unit": "service_unit_id",
        "active": "is_active",
    },
    owned_park,
    _check_park,
    {"is_active": True},
    name="park",
)
BUILDING = Kind(
    Building,
    SAVE,
    _own(
        "code", "name", "upstairs", "state", "area", "factory_area", "storeys",
        "started_on", "completed_on",
    ),
    lambda row: owned_park(row.park),
    _check_building,
    {"factory_area": Decimal(0), "state": Building.State.COMPLETED, "upstairs": False},
    _park_of,
    name="building",
)  # fmt: skip
FLOOR = Kind(
    Floor,
    SAVE,
    _own("number", "outline"),
    lambda row: owned_park(row.building.park),
    _check_floor,
    {},
    _building_of,
    name="floor",
)
UNIT = Kind(
    SpaceUnit,
    SAVE,
    {
        **_own(
            "code", "name", "area", "load", "height", "lifts", "lift_load", "power", "hazard",
            "drainage", "price", "description", "outline",
        ),
        "active": "is_active",
    },
    lambda row: owned_park(row.floor.building.park),
    _check_space,
    {"is_active": True},
    _floor_of,
    name="unit",
)  # fmt: skip
PARCEL = Kind(
    LandParcel,
    SAVE_PARCEL,
    {**_PLACED, **_own("area", "use", "state", "transferred_on", "transferee")},
    lambda row: Owned(row.lead_unit_id),
    _check_parcel,
    {"state": LandParcel.State.RESERVED},
    name="parcel",
)


def subject_of(row: Any) -> Subject:
    """How history calls a row of these registers."""
    kinds = {Park: "park", Building: "building", Floor: "floor", SpaceUnit: "unit"}
    return Subject(f"spaces.{kinds.get(type(row), 'parcel')}", str(row.pk))


def _tell_history(row: Any, *, new: bool, actor: Actor) -> None:
    data: dict[str, str] = {}
    for name in (
        "code", "number", "name", "lead_unit_id", "state", "area", "factory_area", "price",
        "transferred_on", "completed_on", "is_active",
    ):  # fmt: skip
        value = getattr(row, name, None)
        if value is not None:
            data[name] = value.isoformat() if isinstance(value, date) else str(value)
    kind = "spaces.space.added" if new else "spaces.space.changed"
    record(subject_of(row), kind, data, actor=actor)
