"""What appeals declare: their case type, desks, register, navigation."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, declare
from district.kernel.cases.public import (
    Desk,
    declare_case_register,
    declare_case_type,
    declare_desk,
)
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.appeals.names import TYPE
from district.ui.front import PublicEntry, declare_public_entry

_FOLDER = Path(__file__).parent / "case_types"

appeal = declare_case_type(_FOLDER / "appeal.toml")
declare_case_register(appeal)

declare_desk(Desk("triage", TYPE, _("待分派"), ("triage",)))
declare_desk(Desk("returned", TYPE, _("退单裁定"), ("returned",)))
declare_desk(Desk("handling", TYPE, _("待签收和办理"), ("assigned", "handling", "suspended")))
declare_desk(Desk("helping", TYPE, _("配合办理"), whose="co_unit"))
declare_desk(Desk("mine", TYPE, _("我经办的"), whose="mine"))
declare_desk(Desk("call_back", TYPE, _("待回访"), ("call_back",)))


def _handles(request: HttpRequest) -> bool:
    return permitted_somewhere(actor_of(request), f"cases.{TYPE}.view")


declare(
    NavItem(
        "appeals.desk",
        _("民生诉求"),
        "appeals",
        "message-2",
        section="work",
        order=5,
        keys="a",
        visible=_handles,
    )
)

declare_public_entry(
    PublicEntry(
        "appeals.report", _("我要反映问题"), "appeals_report", icon="message-plus", primary=True
    )
)
declare_public_entry(
    PublicEntry(
        "appeals.status",
        _("查询办理进度"),
        "appeals_status",
        icon="file-search",
        text=_("凭单号和查询码"),
        order=20,
    )
)
declare_public_entry(
    PublicEntry(
        "appeals.map",
        _("公开地图"),
        "appeals_map",
        icon="map-2",
        text=_("近30天的诉求"),
        order=30,
    )
)

# What may be done without a log-in, and how often.
import_module("district.systems.appeals.rates")
