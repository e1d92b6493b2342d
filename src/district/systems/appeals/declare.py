"""What appeals declare: their case type, desks, register, navigation."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_demo, declare_district_file
from district.kernel.base.navigation import NavItem, declare
from district.kernel.base.periodic import declare_periodic
from district.kernel.cases.public import (
    Desk,
    MatterDesk,
    declare_case_register,
    declare_case_type,
    declare_desk,
)
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import MeasureSpec, declare_measure
from district.kernel.organisation.public import (
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.appeals.demo import arrive, go_on, play
from district.systems.appeals.names import TYPE
from district.systems.appeals.selectors.counting import (
    finished_by_unit,
    in_time_by_unit,
    reported_by_unit,
    satisfaction_by_unit,
)
from district.systems.appeals.selectors.matters import matter_in_use
from district.systems.appeals.selectors.suggesting import matter_groups, suggested_matters
from district.systems.appeals.services.catalogue import load_catalogue
from district.ui.front import PublicEntry, declare_public_entry

_FOLDER = Path(__file__).parent / "case_types"

appeal = declare_case_type(
    _FOLDER / "appeal.toml",
    matters=matter_in_use,
    matter_desk=MatterDesk(matter_groups, suggested_matters),
)
declare_case_register(appeal)

declare_action(
    Action(
        "appeals.catalogue.publish",
        _("发布事项清单"),
        grants("any", Role.ADMINISTRATOR),
        system=True,
    )
)
declare_kind("appeals.catalogue.published", _("发布事项清单"))
declare_district_file("matters", load_catalogue)
declare_demo("appeals", play)
declare_periodic("appeals.demo_arrivals", timedelta(seconds=40), arrive)
declare_periodic("appeals.demo_steps", timedelta(seconds=40), go_on)

declare_desk(Desk("triage", TYPE, _("待分派"), ("triage",)))
declare_desk(Desk("returned", TYPE, _("退单裁定"), ("returned",)))
declare_desk(Desk("handling", TYPE, _("待签收和办理"), ("assigned", "handling", "suspended")))
declare_desk(Desk("helping", TYPE, _("配合办理"), whose="co_unit"))
declare_desk(Desk("mine", TYPE, _("我经办的"), whose="mine"))
declare_desk(Desk("call_back", TYPE, _("待回访"), ("call_back",)))


declare(
    NavItem(
        "appeals.desk",
        _("民生诉求"),
        "appeals",
        "message-2",
        section="work",
        order=5,
        keys="a",
        visible=for_whoever_may(f"cases.{TYPE}.view"),
    )
)
declare(
    NavItem(
        "appeals.five",
        _("每日5条"),
        "appeals_five",
        icon="star",
        section="work",
        order=6,
        visible=for_whoever_may(f"cases.{TYPE}.view"),
    )
)
declare(
    NavItem(
        "appeals.analysis",
        _("诉求分析"),
        "appeals_analysis",
        "chart-bar",
        section="work",
        order=7,
        visible=for_whoever_may(f"cases.{TYPE}.view"),
    )
)

_DEFINITION = "按系统中的诉求计数；满意率只按实际回访并表态的件数计算。"
for _key, _name, _english, _unit, _decimals, _compute in (
    ("appeals_reported", "民生诉求受理量", "Appeals received", "件", 0, reported_by_unit),
    ("appeals_finished", "民生诉求办结量", "Appeals handled", "件", 0, finished_by_unit),
    ("appeals_in_time", "民生诉求按期办结率", "Handled in time", "%", 2, in_time_by_unit),
    ("appeals_satisfaction", "民生诉求满意率", "Satisfaction", "%", 2, satisfaction_by_unit),
):
    declare_measure(
        MeasureSpec(
            _key,
            _name,
            _english,
            unit=_unit,
            decimals=_decimals,
            source="system",
            aggregation="flow" if _unit == "件" else "rate",
            definition=_DEFINITION,
        ),
        _compute,
    )

import_module("district.systems.appeals.city.declare")

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
