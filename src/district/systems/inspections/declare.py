"""What inspections declare: hazards, registers, rights, desks, navigation, measures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, Section, declare, declare_section
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
from district.kernel.registers.public import register_router
from district.systems.inspections import names
from district.systems.inspections.api import router
from district.systems.inspections.checklists import declare_checklists
from district.systems.inspections.selectors.counting import (
    brought,
    hazards_found,
    hazards_rectified,
    inspected,
    section_rate,
)
from district.systems.inspections.services.hazards import responsible_unit
from district.ui.front import PublicEntry, declare_public_entry

declare_checklists()
declare_case_register(
    declare_case_type(
        Path(__file__).parent / "case_types" / "hazard.toml",
        units={"responsible": responsible_unit},
    )
)

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OVERSEES = grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR)
_OWN = grants("subtree", Role.DUTY_OFFICER, *_POSTS)
for _key, _label, _grants, _system in (
    (names.VIEW_PLACE, _("查看检查对象"), _OVERSEES + _OWN + grants("co_unit", *_POSTS), True),
    (
        names.SAVE_PLACE,
        _("登记检查对象"),
        grants("subtree", *_POSTS) + grants("co_unit", *_POSTS),
        True,
    ),
    (names.VIEW_ROUND, _("查看检查批次"), _OVERSEES + _OWN, False),
    (names.MANAGE_ROUND, _("拟定、公示和抽取检查批次"), grants("unit", *_POSTS), False),
    (
        names.VIEW_TASK,
        _("查看检查任务"),
        _OVERSEES + _OWN + grants("centre", *_POSTS) + grants("self", *_POSTS),
        False,
    ),
    (
        names.ASSIGN_TASK,
        _("下达和改派检查任务"),
        grants("unit", *_POSTS) + grants("centre", *_POSTS),
        False,
    ),
    (names.INSPECT, _("检查并提交"), grants("unit", *_POSTS) + grants("self", *_POSTS), False),
    (
        names.VIEW_RESULT,
        _("查看检查记录"),
        _OVERSEES + _OWN + grants("co_unit", *_POSTS) + grants("self", *_POSTS),
        False,
    ),
    (names.VIEW_CASE, _("查看查处案件"), _OVERSEES + _OWN, False),
    (names.SAVE_CASE, _("登记查处案件"), grants("unit", *_POSTS), True),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("checklist.published", _("发布检查表")),
    ("place.added", _("登记检查对象")),
    ("place.changed", _("修改检查对象")),
    ("round.planned", _("拟定检查批次")),
    ("round.committed", _("公示检查批次")),
    ("round.drawn", _("抽取检查对象")),
    ("round.closed", _("结束检查批次")),
    ("task.issued", _("下达检查任务")),
    ("task.assigned", _("分派检查任务")),
    ("task.cancelled", _("不再检查")),
    ("task.renewed", _("更新检查表")),
    ("task.done", _("检查完成")),
    ("inspection.submitted", _("提交检查")),
    ("enforcement.added", _("登记查处案件")),
    ("enforcement.changed", _("修改查处案件")),
):
    declare_kind(f"inspections.{_kind}", _label)

import_module("district.systems.inspections.tables")
register_router("/inspections", router)

declare_desk(Desk("found", names.HAZARD, _("待交办"), ("found",)))
declare_desk(Desk("rectifying", names.HAZARD, _("待签收和整改"), ("assigned", "rectifying")))
declare_desk(Desk("helping", names.HAZARD, _("配合整改"), whose="co_unit"))
declare_desk(Desk("recheck", names.HAZARD, _("待复查"), ("recheck",)))


declare_section(Section("inspections", _("检查执法"), 25))
for _key, _label, _view, _icon, _action, _order in (
    ("overview", _("检查总览"), "inspections", "clipboard-check", names.VIEW_ROUND, 20),
    ("phone", _("现场检查"), "inspections_phone", "device-mobile", names.INSPECT, 21),
    ("rounds", _("检查批次"), "inspections_rounds", "arrows-shuffle", names.VIEW_ROUND, 22),
    ("hazards", _("隐患"), "inspections_hazards", "alert-triangle", "cases.hazard.view", 23),
    ("places", _("检查对象"), "inspections_places", "building", names.VIEW_PLACE, 24),
    ("cases", _("查处案件"), "inspections_cases", "gavel", names.VIEW_CASE, 25),
):
    declare(
        NavItem(
            f"inspections.{_key}",
            _label,
            _view,
            icon=_icon,
            section="inspections",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )

for _key, _name, _english, _unit, _compute, _words in (
    ("done", "检查次数", "Inspections done", "次", inspected,
     "按检查时间统计手机上报的检查，补充检查也计入。"),
    ("hazards", "排查发现隐患数", "Hazards found", "处", hazards_found,
     "按发现时间统计检查中不合格项形成的隐患，经核实不属隐患的不计。"),
    ("rectified", "隐患整改率", "Hazards rectified", "%", hazards_rectified,
     "本期发现的隐患中已复查销号的比例，含立行立改。"),
    ("food_cases", "食品安全违法案件查处数", "Food safety cases", "宗", brought("food"),
     "按立案日期统计食品安全领域的查处案件，汇总报送的按宗数累加。"),
    ("safety_cases", "安全生产违法案件查处数", "Work safety cases", "宗", brought("work_safety"),
     "按立案日期统计安全生产领域的查处案件，汇总报送的按宗数累加。"),
    ("grain_quantity", "粮食数量盘点合格率", "Grain stock counts right", "%",
     section_rate("grain", "quantity"), "月度检查中数量盘点部分全部合格的比例。"),
    ("grain_quality", "粮食质量抽检合格率", "Grain samples right", "%",
     section_rate("grain", "quality"), "月度检查中质量抽检部分全部合格的比例。"),
    ("dust", "施工扬尘“6个100%”达标率", "Sites with six times 100 %", "%",
     section_rate("dust", "six"), "检查的工地中六项全部达标的比例。"),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"inspections_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=2 if _unit == "%" else 0,
            source="system",
            aggregation="rate" if _unit == "%" else "flow",
            definition=_words,
        ),
        _compute,
    )

declare_public_entry(
    PublicEntry(
        "inspections.draws",
        _("抽查公示"),
        "inspections_draws",
        icon="arrows-shuffle",
        text=_("怎么抽的，都可以重算"),
        order=40,
    )
)

# What may be read without a log-in, and how often.
import_module("district.systems.inspections.rates")
