"""What investment projects declare: rights, registers, ladders, pages, measures."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import (
    MeasureSpec,
    declare_measure,
    declare_measure_family,
)
from district.kernel.organisation.public import (
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.kernel.registers.public import register_router
from district.kernel.tracking.public import (
    Ladder,
    LightPolicy,
    Step,
    declare_ladder,
    declare_light_policy,
    declare_reason,
)
from district.systems.projects import names
from district.systems.projects.api import router
from district.systems.projects.selectors import counting
from district.systems.projects.services.settings import load_projects_file
from district.systems.spaces.public import ParcelSection, declare_parcel_section

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OWN = grants("unit", *_POSTS) + grants("centre", *_POSTS)
_SEES = (
    Role.LEADER, Role.PLANNER, Role.SUPERVISOR, Role.AUDITOR, Role.UNIT_HEAD, Role.OFFICER,
)  # fmt: skip
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看投资项目"), grants("any", *_SEES), False),
    (names.SAVE, _("登记投资项目和填报投资"), _OWN, True),
    (names.HANDLE, _("登记审批进展"), _OWN + grants("co_unit", *_POSTS), True),
    (names.COUNT, _("登记纳统"), _OWN, True),
    (
        names.RAISE,
        _("提出和办结项目问题"),
        _OWN + grants("co_unit", *_POSTS) + grants("any", Role.LEADER),
        True,
    ),
    (
        names.ANSWER,
        _("答复项目问题"),
        grants("unit", *_POSTS, Role.LEADER) + grants("leader", Role.LEADER),
        True,
    ),
    (names.CALL, _("街道吹哨"), _OWN, True),
    (names.TURN_UP, _("登记部门报到"), grants("unit", *_POSTS) + grants("co_unit", *_POSTS), True),
    (
        names.FOLLOW,
        _("跟进项目现场"),
        grants("unit", *_POSTS) + grants("co_unit", *_POSTS),
        False,
    ),
    (names.LOAD, _("载入投资项目设置"), (), True),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("setting.loaded", _("载入投资项目设置")),
    ("project.added", _("登记投资项目")),
    ("project.changed", _("修改投资项目")),
    ("project.staged", _("项目转阶段")),
    ("project.funded", _("登记项目资金")),
    ("project.counted", _("登记纳统状态")),
    ("project.photos", _("上传项目影像")),
    ("project.past", _("载入项目既往进展")),
    ("month.planned", _("安排年度投资计划")),
    ("month.filed", _("填报月度投资")),
    ("month.counted", _("登记月度纳统投资")),
    ("item.moved", _("审批进展")),
    ("problem.moved", _("项目问题协调")),
    ("call.raised", _("街道吹哨")),
    ("call.came", _("部门报到")),
    ("call.closed", _("吹哨办结")),
    ("follow_up.made", _("项目跟进")),
    ("week.closed", _("周跟进结束")),
    ("week.past", _("载入既往跟进")),
):
    declare_kind(f"projects.{_kind}", _label)

for _code, _words in (
    ("chance", _("计划 %(day)s 开工，按期的可能性 %(chance)s%%；到 %(likely)s 有一半把握")),
    ("start_passed", _("已过计划开工日期 %(day)s，还没有开工")),
    ("no_planned_start", _("没有计划开工日期")),
    ("not_computed", _("还没有推算")),
    ("pace", _("今年完成投资 %(done)s 万元，为至今应完成 %(due)s 万元的 %(share)s%%")),
    ("nothing_due", _("今年至今没有应完成的投资")),
    ("finish_passed", _("已过计划竣工日期 %(day)s")),
    ("items_late", _("有 %(count)s 个关键审批事项超过承诺时限")),
    ("problems_late", _("有 %(count)s 个问题到期未答复或未解决")),
    ("weeks_missed", _("此前已连续 %(count)s 周没有跟进")),
    ("item_critical", _("在关键线路上，按承诺时限已赶不上计划开工")),
):
    declare_reason(f"projects.{_code}", _words)

declare_light_policy(names.ITEM, LightPolicy(yellow_working_days=3))
declare_light_policy(names.PROBLEM, LightPolicy(yellow_working_days=1))
declare_light_policy(names.CALL_LINE, LightPolicy(yellow_working_days=0))
declare_light_policy(names.WEEK, LightPolicy(yellow_working_days=1))
declare_ladder(
    Ladder(
        names.LADDER,
        (
            Step("handler", "yellow", "handler"),
            Step("head", "red", "head"),
            Step("leader", "red", "leader", after_working_days=5),
        ),
    )
)
# A problem's own level rises by itself (services.problems); this only urges whoever has it now.
declare_ladder(
    Ladder(
        names.PROBLEM_LADDER,
        (Step("handler", "yellow", "handler"), Step("head", "red", "head")),
    )
)
declare_ladder(
    Ladder(
        names.CALL_LADDER,
        (
            Step("handler", "yellow", "handler"),
            Step("head", "red", "head"),
            Step("leader", "red", "leader", after_working_days=1),
        ),
    )
)
declare_ladder(
    Ladder(
        names.WEEK_LADDER,
        (Step("handler", "yellow", "handler"), Step("head", "red", "head")),
    )
)

import_module("district.systems.projects.lights")
declare_parcel_section(
    ParcelSection(
        "projects.on_parcel",
        _("投资项目"),
        import_module("district.systems.projects.pages.boards").projects_on_parcel,
    )
)
import_module("district.systems.projects.tables")
register_router("/projects", router)

declare_section(Section("projects", _("投资项目"), 23))
for _key, _label, _view, _icon, _order, _action in (
    ("board", _("项目总览"), "projects_board", "layout-dashboard", 10, names.VIEW),
    ("list", _("项目清单"), "projects_list", "table", 11, names.VIEW),
    ("warnings", _("审批预警"), "projects_warnings", "alert-triangle", 12, names.VIEW),
    ("steering", _("问题调度"), "projects_steering", "target", 13, names.VIEW),
    ("investment", _("投资调度"), "projects_investment", "trending-up", 14, names.VIEW),
    ("weeks", _("每周跟进"), "projects_weeks", "calendar-week", 15, names.VIEW),
    ("phone", _("现场跟进"), "projects_phone", "device-mobile", 16, names.FOLLOW),
):
    declare(
        NavItem(
            f"projects.{_key}",
            _label,
            _view,
            icon=_icon,
            section="projects",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )

for _key, _name, _english, _unit, _decimals, _basis, _compute in (
    ("invested", "投资项目完成投资额", "Investment done in projects", "亿元", 2,
     "投资项目库中各月完成投资之和，由责任单位填报；"
     "与统计部门公布的固定资产投资不是同一个数。", counting.invested("done")),
    ("invested_counted", "投资项目纳统投资额", "Investment of projects counted in statistics",
     "亿元", 2, "投资项目库中各月纳统投资之和，由统计部门登记；"
     "只是统计投资中登记在库的部分。", counting.invested("counted")),
    ("new_starts", "新开工项目", "Projects started", "个", 0,
     "按实际开工日期统计，终止的不计。", counting.new_starts),
    ("new_starts_100m", "新开工亿元以上项目", "Projects of 100 million yuan and more started",
     "个", 0, "按实际开工日期统计总投资1亿元以上的项目，终止的不计。", counting.new_starts_100m),
    ("completed", "竣工项目", "Projects completed", "个", 0,
     "按实际竣工日期统计。", counting.completed),
    ("large_starts", "新开工挂点项目", "Led projects started", "个", 0,
     "按实际开工日期统计总投资达到挂点标准的项目，终止的不计。", counting.large_starts),
    ("newly_counted", "新纳统项目", "Projects newly counted in statistics", "个", 0,
     "按纳统日期统计现为已纳统的项目。", counting.newly_counted),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"projects_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=_decimals,
            source="system",
            aggregation="flow",
            definition=_basis,
        ),
        _compute,
    )

for _key, _name, _english, _unit, _decimals, _basis, _compute in (
    ("under_way", "在建项目", "Projects under construction", "个", 0,
     "期末已开工未竣工的项目，终止的不计。", counting.under_way),
    ("key", "年度重点项目", "Key projects of the year", "个", 0,
     "年度计划投资达到重点项目标准的在库项目，以计算时为准。", counting.key_projects),
    ("large_counted_share", "挂点项目纳统率", "Share of led projects counted", "%", 2,
     "期末已开工、总投资达到挂点标准的项目中已纳统的比例。", counting.large_counted_share),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"projects_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=_decimals,
            source="system",
            aggregation="stock",
            definition=_basis,
        ),
        _compute,
    )
declare_measure_family("projects.works", counting.works_measures)

declare_district_file("projects", load_projects_file)
