"""What the economy declares: rights, events, registers, lights, pages, its file and demo."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import declare_provided_measures
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.kernel.reports.public import declare_outlook
from district.kernel.tracking.public import declare_reason
from district.systems.economy import names
from district.systems.economy.selectors.outlooks import outlooks_of
from district.systems.economy.selectors.settings import provided
from district.systems.economy.services.settings import load_economy_file

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
# What the bureau tells of the whole, of industries and of streets is known to all who work in the
# district; returns of single firms are not kept here.
_EVERYBODY = grants("any", *EVERY_ROLE)
# Who sits at a dispatch meeting or follows what it decided.
_MEET = (Role.PLANNER, Role.LEADER, Role.UNIT_HEAD, Role.OFFICER, Role.SUPERVISOR)
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看经济指标"), _EVERYBODY, True),
    (
        names.IMPORT,
        _("导入经济数据"),
        grants("unit", *_POSTS) + grants("any", Role.PLANNER),
        True,
    ),
    (
        names.PROPOSE,
        _("起草和送审目标分解"),
        grants("unit", *_POSTS) + grants("any", Role.PLANNER),
        True,
    ),
    (names.APPROVE, _("审定目标分解"), grants("any", Role.PLANNER), False),
    (names.COMPUTE, _("测算全年预计"), (), True),
    (names.LOAD, _("载入经济运行设置"), (), True),
    (names.MEETING_VIEW, _("查看调度会"), grants("any", *_MEET), False),
    (
        names.MEETING_PREPARE,
        _("筹备调度会"),
        grants("unit", *_POSTS) + grants("any", Role.PLANNER),
        False,
    ),
    (names.DECISION_ISSUE, _("下达会议决定"), grants("any", Role.PLANNER), False),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("setting.loaded", _("载入经济运行设置")),
    ("series.put", _("设定经济指标")),
    ("series.rested", _("停用经济指标")),
    ("values.recorded", _("记录经济数据")),
    ("nowcast.computed", _("测算全年预计")),
    ("import.checked", _("检查导入文件")),
    ("import.accepted", _("导入经济数据")),
    ("import.dropped", _("放弃导入")),
    ("decomposition.drafted", _("起草目标分解")),
    ("decomposition.changed", _("调整目标分解")),
    ("decomposition.proposed", _("送审目标分解")),
    ("decomposition.returned", _("退回目标分解")),
    ("decomposition.approved", _("审定目标分解")),
    ("decomposition.replaced", _("目标分解被替代")),
    ("meeting.planned", _("登记调度会")),
    ("meeting.changed", _("修改调度会")),
    ("meeting.held", _("召开调度会")),
    ("meeting.closed", _("结束调度会")),
    ("supposition.kept", _("保留假设测算")),
    ("decision.written", _("拟定会议决定")),
    ("decision.changed", _("修改会议决定")),
    ("decision.issued", _("下达会议决定")),
    ("decision.dropped", _("会议决定不再下达")),
    ("pack.made", _("生成会议材料")),
    ("pack.exported", _("导出会议材料")),
):
    declare_kind(f"economy.{_kind}", _label)

declare_reason("economy.no_value", _("本年还没有统计数据"))
for _key, _label in (
    (
        "likely",
        _(
            "预计全年完成%(level)s%(unit)s（%(low)s至%(high)s），"
            "达到%(target)s的可能性为%(chance)s%%，不低于%(limit)s%%"
        ),
    ),
    (
        "open",
        _(
            "预计全年完成%(level)s%(unit)s（%(low)s至%(high)s），"
            "达到%(target)s的可能性为%(chance)s%%，低于%(limit)s%%"
        ),
    ),
    (
        "unlikely",
        _(
            "预计全年完成%(level)s%(unit)s（%(low)s至%(high)s），"
            "达到%(target)s的可能性只有%(chance)s%%，低于%(limit)s%%"
        ),
    ),
    ("reached", _("全年完成%(level)s%(unit)s，达到目标%(target)s%(unit)s")),
    ("missed", _("全年完成%(level)s%(unit)s，没有达到目标%(target)s%(unit)s")),
    (
        "likely_growth",
        _(
            "预计全年增长%(level)s%%（%(low)s%%至%(high)s%%），"
            "达到%(target)s%%的可能性为%(chance)s%%，不低于%(limit)s%%"
        ),
    ),
    (
        "open_growth",
        _(
            "预计全年增长%(level)s%%（%(low)s%%至%(high)s%%），"
            "达到%(target)s%%的可能性为%(chance)s%%，低于%(limit)s%%"
        ),
    ),
    (
        "unlikely_growth",
        _(
            "预计全年增长%(level)s%%（%(low)s%%至%(high)s%%），"
            "达到%(target)s%%的可能性只有%(chance)s%%，低于%(limit)s%%"
        ),
    ),
    ("reached_growth", _("全年增长%(level)s%%，达到目标%(target)s%%")),
    ("missed_growth", _("全年增长%(level)s%%，没有达到目标%(target)s%%")),
    ("stale", _("数据在测算以后有变动，全年预计尚未重新测算")),
):
    declare_reason(f"nowcast.{_key}", _label)

for _part in ("tables", "meeting_tables", "lights"):
    import_module(f"district.systems.economy.{_part}")
declare_provided_measures("economy", provided)
declare_outlook("economy", outlooks_of)
declare_district_file("economy", load_economy_file)
import_module("district.systems.economy.demo")

declare_section(Section("economy", _("经济运行"), 22))
for _key, _label, _view, _icon, _action, _order in (
    ("overview", _("经济指标"), "economy", "chart-line", names.VIEW, 10),
    ("decompositions", _("目标分解"), "economy_decompositions", "target", names.VIEW, 11),
    ("meetings", _("调度会"), "economy_meetings", "users", names.MEETING_VIEW, 13),
    ("imports", _("数据导入"), "economy_imports", "upload", names.IMPORT, 12),
):
    declare(
        NavItem(
            f"economy.{_key}",
            _label,
            _view,
            icon=_icon,
            section="economy",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )
