"""Registers of demands and of land."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    OwnedBy,
    Register,
    code_and_name,
    register,
    row_page,
    row_subject,
    street_field,
    unit_field,
)
from district.systems.spaces.models import Demand, Hazard, LandParcel
from district.systems.spaces.names import (
    DEMANDS,
    PARCELS,
    SAVE_PARCEL,
    VIEW_DEMAND,
    VIEW_PARCEL,
)
from district.systems.spaces.services.saving import PARCEL, saver
from district.systems.spaces.tables.supply import number

register(
    Register(
        key=DEMANDS,
        label=_("用房需求"),
        model=Demand,
        view_action=VIEW_DEMAND,
        owned=OwnedBy("lead_unit"),
        title="firm",
        sort=("-created_at",),
        url=row_page("spaces_demand"),
        subject=row_subject("spaces.demand"),
        empty=_("没有符合条件的需求。"),
        fields=(
            Field("number", _("编号"), search=True, kind="reference"),
            Field("firm", _("企业"), search=True),
            Field(
                "firm_code",
                _("统一社会信用代码"),
                search=True,
                kind="reference",
                default=False,
            ),
            Field("state", _("状态"), "choice", choices=tuple(Demand.State.choices)),
            Field("use", _("用途"), search=True, kind="long_text"),
            number("area_from", _("面积不小于"), "㎡", import_as=False),
            number("area_to", _("面积不大于"), "㎡", import_as=False),
            number("load", _("荷载不小于"), "kN/㎡", import_as=False, default=False),
            number("height", _("层高不小于"), "m", import_as=False, default=False),
            number("lift_load", _("货梯载重不小于"), "t", import_as=False, default=False),
            number("power", _("用电容量不小于"), "kVA", import_as=False, default=False),
            Field(
                "hazard",
                _("生产的火灾危险性"),
                "choice",
                choices=tuple(Hazard.choices),
                default=False,
            ),
            number("budget", _("租金不高于（元/㎡·月）"), "", import_as=False),
            Field("wanted_on", _("最迟入驻"), "date"),
            Field("created_at", _("登记时间"), "datetime", default=False),
            unit_field("lead_unit", _("经办单位")),
        ),
    )
)

register(
    Register(
        key=PARCELS,
        label=_("产业用地"),
        model=LandParcel,
        view_action=VIEW_PARCEL,
        owned=OwnedBy("lead_unit"),
        title="name",
        sort=("code",),
        url=row_page("spaces_parcel"),
        subject=row_subject("spaces.parcel"),
        importing=Importing(SAVE_PARCEL, key=("code",), save=saver(PARCEL)),
        map=MapLayer(lon="lon", lat="lat"),
        empty=_("还没有宗地。请用“导入”载入清单。"),
        fields=(
            *code_and_name(),
            street_field(import_as=True, required=True),
            Field(
                "use",
                _("用途"),
                "choice",
                choices=tuple(LandParcel.Use.choices),
                import_as=True,
                required=True,
            ),
            Field(
                "state",
                _("状态"),
                "choice",
                choices=tuple(LandParcel.State.choices),
                import_as=True,
            ),
            number("area", _("面积（公顷）"), "", required=True),
            Field("transferred_on", _("出让日期"), "date", import_as=True),
            Field("transferee", _("受让企业"), search=True, import_as=True),
            unit_field("lead_unit", _("责任单位"), import_as=True, required=True, default=False),
            Field("lon", _("经度"), "decimal", default=False, import_as=True),
            Field("lat", _("纬度"), "decimal", default=False, import_as=True),
        ),
    )
)
