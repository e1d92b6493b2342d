"""Registers of what there is: parks, buildings, floors, units, leases."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    code_and_name,
    register,
    row_page,
    row_subject,
    street_field,
    unit_field,
)
from district.systems.spaces.models import Building, Floor, Hazard, Lease, Park, SpaceUnit
from district.systems.spaces.names import (
    BUILDINGS,
    FLOORS,
    LEASES,
    PARKS,
    SAVE,
    SAVE_LEASE,
    UNITS,
    VIEW,
    VIEW_LEASE,
)
from district.systems.spaces.selectors.rights import of_park
from district.systems.spaces.selectors.vacancy import PARK, with_standing
from district.systems.spaces.services.leases import save_lease
from district.systems.spaces.services.saving import BUILDING, FLOOR, UNIT, saver
from district.systems.spaces.services.saving import PARK as PARK_KIND


def number(key: str, label: Any, unit: str, **more: Any) -> Field:
    """A column of a number with its unit."""
    return Field(key, label, "decimal", unit=unit, **{"import_as": True, **more})


def _park(prefix: str, **more: Any) -> Field:
    return Field(
        "park",
        _("园区"),
        path=f"{prefix}code",
        display=f"{prefix}name",
        search=True,
        **more,
    )


register(
    Register(
        key=PARKS,
        label=_("园区"),
        model=Park,
        view_action=VIEW,
        owned=of_park(),
        title="name",
        sort=("code",),
        url=row_page("spaces_park"),
        subject=row_subject("spaces.park"),
        importing=Importing(SAVE, key=("code",), save=saver(PARK_KIND)),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("运营单位维护本园区的楼栋、单元和租约"),
        empty=_("还没有园区。请用“导入”载入清单。"),
        fields=(
            *code_and_name(),
            street_field(import_as=True, required=True),
            unit_field("lead_unit", _("运营单位"), import_as=True, required=True),
            unit_field("service_unit", _("招商服务单位"), import_as=True, default=False),
            Field("industries", _("主导产业"), search=True, import_as=True),
            Field("address", _("地址"), search=True, import_as=True, default=False),
            Field("active", _("在用"), "boolean", path="is_active", default=False, import_as=True),
            Field("lon", _("经度"), "decimal", default=False, import_as=True),
            Field("lat", _("纬度"), "decimal", default=False, import_as=True),
        ),
    )
)

register(
    Register(
        key=BUILDINGS,
        label=_("楼栋"),
        model=Building,
        view_action=VIEW,
        owned=of_park("park__"),
        title="name",
        sort=("code",),
        url=row_page("spaces_building"),
        subject=row_subject("spaces.building"),
        importing=Importing(SAVE, key=("code",), save=saver(BUILDING)),
        empty=_("还没有楼栋。请先登记园区，再用“导入”载入楼栋。"),
        fields=(
            *code_and_name(),
            _park("park__", import_as=True, required=True),
            street_field("park__street_unit"),
            Field("upstairs", _("工业上楼"), "boolean", import_as=True),
            Field(
                "state",
                _("建设状态"),
                "choice",
                choices=tuple(Building.State.choices),
                import_as=True,
            ),
            number("area", _("建筑面积"), "㎡", required=True),
            number("factory_area", _("厂房面积"), "㎡"),
            Field("storeys", _("层数"), "integer", import_as=True, required=True),
            Field("started_on", _("动工日期"), "date", import_as=True, default=False),
            Field("completed_on", _("完工日期"), "date", import_as=True, default=False),
            unit_field("lead_unit", _("运营单位"), "park__lead_unit", default=False),
        ),
    )
)


def _floor_page(values: Any) -> str:
    return reverse("spaces_floor", args=[values["id"]])


register(
    Register(
        key=FLOORS,
        label=_("楼层"),
        model=Floor,
        view_action=VIEW,
        owned=of_park("building__park__"),
        title="number",
        sort=("building", "number"),
        url=_floor_page,
        subject=row_subject("spaces.floor"),
        importing=Importing(
            SAVE,
            key=("building", "number"),
            save=saver(FLOOR),
            extra=(
                Field(
                    "outline",
                    _("轮廓"),
                    import_as=True,
                    help=_("各角点的坐标（米），如 [[0,0],[60,0],[60,30],[0,30]]"),
                ),
            ),
        ),
        empty=_("还没有楼层。导入单元时自动建立。"),
        fields=(
            Field("number", _("楼层"), "integer", import_as=True, required=True),
            Field(
                "building",
                _("楼栋"),
                path="building__code",
                display="building__name",
                search=True,
                import_as=True,
                required=True,
            ),
            _park("building__park__"),
        ),
    )
)

register(
    Register(
        key=UNITS,
        label=_("空间单元"),
        model=SpaceUnit,
        view_action=VIEW,
        rows=with_standing,
        owned=of_park(f"{PARK}__"),
        title="name",
        sort=("code",),
        url=row_page("spaces_unit"),
        subject=row_subject("spaces.unit"),
        importing=Importing(
            SAVE,
            key=("code",),
            save=saver(UNIT),
            extra=(Field("outline", _("轮廓"), import_as=True, help=_("各角点的坐标（米）")),),
        ),
        help=_("空置：今天起没有租约；近期空置：90天内租约到期且没有后续租约"),
        empty=_("没有符合条件的单元。"),
        fields=(
            *code_and_name(),
            _park(f"{PARK}__"),
            Field(
                "building",
                _("楼栋"),
                path="floor__building__code",
                display="floor__building__name",
                search=True,
                import_as=True,
                required=True,
            ),
            Field(
                "storey", _("楼层"), "integer", path="floor__number", import_as=True, required=True
            ),
            street_field(f"{PARK}__street_unit"),
            Field("vacant", _("空置"), "boolean"),
            Field("soon", _("近期空置"), "boolean", default=False),
            Field("leased_until", _("租约止于"), "date"),
            number("area", _("面积"), "㎡", required=True),
            number("load", _("楼面荷载"), "kN/㎡"),
            number("height", _("层高"), "m"),
            Field("lifts", _("货梯数"), "integer", import_as=True, default=False),
            number("lift_load", _("货梯载重"), "t"),
            number("power", _("用电容量"), "kVA"),
            Field(
                "hazard",
                _("火灾危险性类别"),
                "choice",
                choices=tuple(Hazard.choices),
                import_as=True,
            ),
            Field("drainage", _("工业排水"), "boolean", import_as=True, default=False),
            number("price", _("租金（元/㎡·月）"), ""),
            Field(
                "description",
                _("说明"),
                search=True,
                import_as=True,
                default=False,
                help=_("招租时怎样介绍，例如“首层，承重1.5吨，带行车”；不写个人联系方式"),
            ),
            unit_field("lead_unit", _("运营单位"), f"{PARK}__lead_unit", default=False),
            Field(
                "upstairs",
                _("工业上楼"),
                "boolean",
                path="floor__building__upstairs",
                default=False,
            ),
            Field("active", _("在用"), "boolean", path="is_active", default=False, import_as=True),
        ),
    )
)


def _lease_record(values: Any) -> str:
    return reverse("register_detail", args=[LEASES, values["id"]])


register(
    Register(
        key=LEASES,
        label=_("租约"),
        model=Lease,
        view_action=VIEW_LEASE,
        owned=of_park(f"unit__{PARK}__"),
        title="tenant",
        sort=("-starts_on",),
        url=_lease_record,
        importing=Importing(SAVE_LEASE, key=("unit", "starts_on"), save=save_lease),
        help=_("同一单元的租约不能有重叠的日子"),
        empty=_("没有符合条件的租约。"),
        fields=(
            Field("tenant", _("承租企业"), search=True, import_as=True, required=True),
            Field(
                "tenant_code",
                _("统一社会信用代码"),
                kind="reference",
                search=True,
                import_as=True,
                default=False,
            ),
            Field(
                "unit",
                _("空间单元"),
                path="unit__code",
                display="unit__name",
                search=True,
                import_as=True,
                required=True,
            ),
            _park(f"unit__{PARK}__"),
            Field("starts_on", _("起租日"), "date", import_as=True, required=True),
            Field("ends_on", _("止租日"), "date", import_as=True, required=True),
            number("price", _("租金（元/㎡·月）"), ""),
        ),
    )
)
