"""Registers of places where waste is sorted, and of estates without direct discharge."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import Field, Importing, MapLayer, Register, register
from district.systems.environment.models import Estate, WastePoint
from district.systems.environment.names import ESTATES, SAVE_PLACE, VIEW_PLACE, WASTE
from district.systems.environment.services.saving import ESTATE, saver
from district.systems.environment.services.saving import WASTE as WASTE_KIND
from district.systems.environment.tables.shared import (
    community,
    head,
    of_place,
    subject,
    tail,
)

register(
    Register(
        key=WASTE,
        label=_("垃圾分类投放点"),
        model=WastePoint,
        view_action=VIEW_PLACE,
        owned=of_place,
        title="name",
        sort=("code",),
        subject=subject("wastepoint"),
        importing=Importing(SAVE_PLACE, key=("code",), save=saver(WASTE_KIND)),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("检查后更新检查状态、日期和参与户数，参与率由此计算"),
        empty=_("还没有投放点。请用“导入”载入清单。"),
        fields=(
            *head()[:2],
            Field("estate", _("小区"), search=True, import_as=True),
            *head()[2:],
            community(default=False, import_as=True),
            Field(
                "state",
                _("检查状态"),
                "choice",
                choices=tuple(WastePoint.State.choices),
                import_as=True,
            ),
            Field("inspected_on", _("检查日期"), "date", import_as=True),
            Field("households", _("服务户数"), "integer", import_as=True),
            Field("taking_part", _("参与户数"), "integer", import_as=True),
            *tail(),
        ),
    )
)

register(
    Register(
        key=ESTATES,
        label=_("零直排小区"),
        model=Estate,
        view_action=VIEW_PLACE,
        owned=of_place,
        title="name",
        sort=("code",),
        subject=subject("estate"),
        importing=Importing(SAVE_PLACE, key=("code",), save=saver(ESTATE)),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("从启动到验收；创建比例按已验收的小区数计算"),
        empty=_("还没有小区。请用“导入”载入清单。"),
        fields=(
            *head(),
            community(default=False, import_as=True),
            Field(
                "state",
                _("创建状态"),
                "choice",
                choices=tuple(Estate.State.choices),
                import_as=True,
            ),
            Field("accepted_on", _("验收日期"), "date", import_as=True),
            Field("households", _("户数"), "integer", import_as=True),
            *tail(),
        ),
    )
)
