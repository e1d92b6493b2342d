"""What enterprise requests declare: case types, registers, desks, navigation, measures, files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, declare
from district.kernel.cases.public import (
    Desk,
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
from district.systems.enterprise_requests.names import COMPLAINT, REQUEST, SAVE_VISIT, VIEW_VISIT
from district.systems.enterprise_requests.selectors.counting import (
    finished_by_unit,
    in_time_by_unit,
    received_by_unit,
    satisfaction_by_unit,
)
from district.systems.enterprise_requests.selectors.posts import post_of_case
from district.systems.enterprise_requests.services.posts import load_posts_file

_FOLDER = Path(__file__).parent / "case_types"

declare_case_register(
    declare_case_type(_FOLDER / "enterprise_request.toml", units={"post": post_of_case})
)
declare_case_register(declare_case_type(_FOLDER / "business_complaint.toml"))

# Who may do what besides handling cases. The command post sees and may enter every visit.
_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
declare_action(
    Action(
        VIEW_VISIT,
        _("查看挂点服务走访"),
        grants("any", Role.LEADER, Role.AUDITOR)
        + grants("subtree", *_POSTS)
        + grants("co_unit", *_POSTS)
        + grants("centre", *_POSTS),
        system=True,
    )
)
declare_action(
    Action(
        SAVE_VISIT,
        _("登记挂点服务走访"),
        grants("unit", Role.LEADER, *_POSTS) + grants("centre", *_POSTS),
        system=True,
    )
)
declare_action(Action("enterprise_requests.post.load", _("载入企业服务指挥部"), system=True))
declare_kind("enterprise_requests.posts.loaded", _("载入企业服务指挥部"))
declare_kind("enterprise_requests.visit.added", _("登记走访"))
declare_kind("enterprise_requests.visit.changed", _("修改走访"))
declare_kind("enterprise_requests.visit.raised", _("由走访登记诉求"))

import_module("district.systems.enterprise_requests.tables")

declare_desk(Desk("triage", REQUEST, _("待分派"), ("triage",)))
declare_desk(Desk("returned", REQUEST, _("退单裁定"), ("returned",)))
declare_desk(Desk("coordination", REQUEST, _("待协调"), ("coordination",)))
declare_desk(Desk("handling", REQUEST, _("待签收和办理"), ("assigned", "handling", "suspended")))
declare_desk(Desk("helping", REQUEST, _("配合办理"), whose="co_unit"))
declare_desk(Desk("mine", REQUEST, _("我经办的"), whose="mine"))
declare_desk(Desk("call_back", REQUEST, _("待回访"), ("call_back",)))
declare_desk(Desk("triage", COMPLAINT, _("待受理"), ("triage",)))
declare_desk(Desk("handling", COMPLAINT, _("待签收和核查"), ("assigned", "handling")))
declare_desk(Desk("call_back", COMPLAINT, _("待回访"), ("call_back",)))


declare(
    NavItem(
        "enterprise_requests.desk",
        _("企业诉求"),
        "enterprise_requests",
        icon="building",
        section="work",
        order=8,
        visible=for_whoever_may(f"cases.{REQUEST}.view"),
    )
)
declare(
    NavItem(
        "enterprise_requests.daily",
        _("企业诉求速报"),
        "enterprise_daily",
        icon="report",
        section="work",
        order=9,
        visible=for_whoever_may(f"cases.{REQUEST}.view"),
    )
)
declare(
    NavItem(
        "enterprise_requests.visits",
        _("挂点服务"),
        "enterprise_visits",
        icon="walk",
        section="work",
        order=9,
        visible=for_whoever_may(VIEW_VISIT),
    )
)
declare(
    NavItem(
        "enterprise_requests.complaints",
        _("营商环境投诉"),
        "enterprise_complaints",
        icon="shield",
        section="work",
        order=9,
        visible=for_whoever_may(f"cases.{COMPLAINT}.view"),
    )
)

_DEFINITION = (
    "按系统中的企业诉求计数，不含营商环境投诉；不予受理的不计入办结；"
    "满意率只按实际回访并表态的件数计算。"
)
for _key, _name, _english, _unit, _decimals, _compute in (
    ("received", "企业诉求受理量", "Enterprise requests received", "件", 0, received_by_unit),
    ("finished", "企业诉求办结量", "Enterprise requests handled", "件", 0, finished_by_unit),
    ("in_time", "企业诉求按期办结率", "Enterprise requests in time", "%", 2, in_time_by_unit),
    ("satisfaction", "企业诉求满意率", "Enterprises satisfied", "%", 2, satisfaction_by_unit),
):
    declare_measure(
        MeasureSpec(
            f"enterprise_requests_{_key}",
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

declare_district_file("enterprise_posts", load_posts_file)
