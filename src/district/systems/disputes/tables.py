"""The register of one-stop centres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Level, units
from district.kernel.registers.public import Field, Importing, Register, register
from district.systems.disputes.models import Centre
from district.systems.disputes.names import CENTRE
from district.systems.disputes.services import save_centre


def _units() -> list[tuple[str, str]]:
    found = units().filter(level__in=(Level.STREET, Level.DEPARTMENT))
    return [(unit.pk, unit.display_short) for unit in found]


def _save(values: Mapping[str, Any], row: Centre | None, actor: Actor) -> Centre:
    return save_centre(values, row, actor)


register(
    Register(
        key="disputes-centres",
        label=_("调援裁诉中心"),
        model=Centre,
        view_action="disputes.centre.view",
        title="name",
        sort=("code",),
        subject=lambda values: Subject(CENTRE, str(values["code"])),
        importing=Importing("disputes.centre.save", key=("code",), save=_save),
        empty=_("还没有登记调援裁诉中心。请用“导入”载入。"),
        fields=(
            Field("code", _("编号"), search=True, import_as=True, required=True),
            Field("name", _("名称"), search=True, import_as=True, required=True),
            Field(
                "unit",
                _("主管单位"),
                "code",
                path="unit_id",
                display="unit__short_name",
                display_en="unit__name_en",
                options=_units,
                import_as=True,
                required=True,
            ),
            Field("address", _("地址"), search=True, import_as=True),
            Field("is_named", _("名称已核定"), "boolean", import_as=True),
            Field("note", _("备注"), import_as=True),
        ),
    )
)
