"""The registers: from each declaration come list, filter, import, export, map, figures and API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.organisation.public import units
from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    OwnedBy,
    Register,
    register,
)
from district.testing.dummy.models import Fault, Lamp
from district.testing.dummy.services import save_lamp


def _units() -> Iterable[tuple[str, str]]:
    return [(unit.path, unit.display_short) for unit in units()]


def _lamp_page(values: Mapping[str, Any]) -> str:
    return reverse("dummy_lamp", args=[values["id"]])


def _fault_subject(values: Mapping[str, Any]) -> Subject:
    return Subject("dummy.fault", str(values["id"]))


def _unit_field(path: str, *, import_as: bool = False) -> Field:
    return Field(
        "lead_unit",
        _("牵头单位"),
        "code",
        path=f"{path}__path",
        hierarchy="path",
        code_path=f"{path}_id",
        display=(f"{path}__short_name", f"{path}__name"),
        display_en=f"{path}__name_en",
        options=_units,
        import_as=import_as,
        required=import_as,
    )


register(
    Register(
        key="dummy-lamps",
        label=_("路灯"),
        model=Lamp,
        view_action="dummy.lamp.view",
        title="name",
        sort=("code",),
        url=_lamp_page,
        importing=Importing("dummy.lamp.save", key=("code",), save=save_lamp),
        map=MapLayer(lon="lon", lat="lat"),
        empty=_("还没有路灯。请用“导入”载入路灯清单。"),
        fields=(
            Field("code", _("编号"), search=True, import_as=True, required=True),
            Field("name", _("位置"), search=True, import_as=True, required=True),
            _unit_field("lead_unit", import_as=True),
            Field("power", _("功率"), "integer", unit="瓦", import_as=True),
            Field("lon", _("经度"), "decimal", default=False, import_as=True),
            Field("lat", _("纬度"), "decimal", default=False, import_as=True),
        ),
    )
)
register(
    Register(
        key="dummy-faults",
        label=_("路灯报修"),
        model=Fault,
        view_action="dummy.fault.view",
        owned=OwnedBy("lamp__lead_unit"),
        title="text",
        sort=("-reported_at",),
        subject=_fault_subject,
        empty=_("没有报修。"),
        fields=(
            Field("text", _("故障情况"), search=True),
            Field("lamp", _("路灯"), path="lamp__name", search=True),
            _unit_field("lamp__lead_unit"),
            Field("reported_at", _("报修时间"), "datetime"),
            Field("repaired_at", _("修复时间"), "datetime"),
        ),
    )
)
