"""What the virtual park declares: claims, rights, registers, desks, navigation, measures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, declare
from district.kernel.cases.public import (
    CaseSection,
    Desk,
    declare_case_register,
    declare_case_section,
    declare_case_type,
    declare_desk,
)
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import MeasureSpec, declare_measure
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.virtual_park import names
from district.systems.virtual_park.selectors.counting import (
    active_by_unit,
    activities_pushed_by_unit,
    bound_by_unit,
)
from district.systems.virtual_park.selectors.returns import filed_by_unit
from district.systems.virtual_park.services.returns import load_forms_file
from district.ui.front import PublicEntry, declare_public_entry

declare_case_register(declare_case_type(Path(__file__).parent / "case_types" / "park_claim.toml"))

# The unit that serves a firm verifies who acts for it, and so does the district's service unit,
# which stands beside it. None of them reads what a firm does in the portal.
_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_SERVES = grants("unit", *_POSTS) + grants("co_unit", *_POSTS)
_OVERSEES = grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.PLANNER)
_OWN = grants("unit", *_POSTS) + grants("subtree", Role.UNIT_HEAD)
for _key, _label, _grants in (
    (names.VIEW_FIRMS, _("查看入驻企业"), _OVERSEES + _SERVES),
    (names.APPROVE, _("核实入驻认领"), grants("centre", *_POSTS)),
    (names.INVITE, _("邀请企业管理员、终止企业授权"), _SERVES),
    (names.RESET, _("查看企业代表、重设其密码"), _SERVES),
    (names.VIEW_ACTIVITY, _("查看产业服务活动"), grants("any", *EVERY_ROLE)),
    (names.SAVE_ACTIVITY, _("发布产业服务活动"), _OWN),
    (
        names.LIMIT,
        _("设置活动推送频次"),
        grants("any", Role.PLANNER, Role.ADMINISTRATOR),
    ),
    (names.VIEW_REGISTRATION, _("查看活动报名"), _OVERSEES + _OWN),
    # Of returns nobody but the unit that collects them sees anything, and tables alone go further.
    (names.PUT_RETURN_FORM, _("维护统计报表"), grants("unit", Role.UNIT_HEAD)),
    (names.FOLLOW_RETURNS, _("查看统计报表报送情况"), grants("unit", *_POSTS)),
    (names.READ_RETURN, _("查看单家企业的统计报表"), grants("unit", *_POSTS)),
    (names.MAKE_RETURN_TABLE, _("生成统计汇总表"), grants("unit", *_POSTS)),
    (
        names.VIEW_RETURN_TABLE,
        _("查看统计汇总表"),
        grants("unit", *_POSTS) + grants("any", Role.LEADER, Role.PLANNER),
    ),
):
    declare_action(Action(_key, _label, _grants, system=True))

for _kind, _label in (
    ("activity.added", _("新建活动")),
    ("activity.cancelled", _("取消活动")),
    ("activity.changed", _("修改活动")),
    ("activity.published", _("发布活动")),
    ("activity.pushed", _("推送活动")),
    ("claim.approved", _("入驻认领通过")),
    ("firm.asked", _("企业在门户中办理")),
    ("firm.bound", _("企业入驻")),
    ("firm.disclosed", _("修改对其他企业公开的内容")),
    ("firm.invited", _("邀请企业代表")),
    ("firm.slept", _("企业授权停用")),
    ("firm.uninvited", _("收回邀请")),
    ("firm.wishes", _("修改通知意愿")),
    ("firm.woke", _("企业授权恢复")),
    ("limit.changed", _("修改活动推送频次")),
    ("mandate.changed", _("修改企业授权")),
    ("mandate.ended", _("终止企业授权")),
    ("mandate.granted", _("企业授权")),
    ("partner_request.asked", _("请求对接")),
    ("partner_request.accepted", _("同意对接，互相交换联系方式")),
    ("partner_request.declined", _("婉拒对接")),
    ("partner_request.expired", _("对接请求过期")),
    ("partner_request.withdrawn", _("撤回对接请求")),
    ("registration.attended", _("登记到场")),
    ("registration.cancelled", _("取消报名")),
    ("registration.moved_up", _("候补转正")),
    ("registration.registered", _("报名活动")),
    ("return.corrected", _("更正统计报表")),
    ("return.filed", _("报送统计报表")),
    ("return.read", _("查看单家企业的统计报表")),
    ("return_form.put", _("维护统计报表")),
    ("return_round.firms_read", _("查看各企业的统计报表")),
    ("return_round.opened", _("布置统计报表")),
    ("return_round.table_made", _("生成统计汇总表")),
    ("representative.forgotten", _("企业代表的个人信息已清除")),
    ("representative.made", _("开通企业代表账号")),
    ("representative.password_set", _("设置密码")),
    ("representative.reset_issued", _("生成重设密码代码")),
    ("representative.signed_out_everywhere", _("退出所有设备")),
):
    declare_kind(f"virtual_park.{_kind}", _label)

import_module("district.systems.virtual_park.tables")
import_module("district.systems.virtual_park.rates")

declare_desk(Desk("verify", names.CLAIM, _("待核实"), ("submitted",)))
declare_desk(Desk("supplement", names.CLAIM, _("待补充"), ("supplement",)))
declare_case_section(
    CaseSection(
        "virtual_park.claim",
        (names.CLAIM,),
        import_module("district.systems.virtual_park.pages.staff").case_section,
        order=20,
    )
)

declare_district_file("virtual_park_returns", load_forms_file)

declare_public_entry(
    PublicEntry(
        "virtual_park",
        _("虚拟园区"),
        "park_sign_in",
        icon="building-community",
        text=_("企业登录：政策、诉求、空间、活动"),
        order=30,
    )
)

for _key, _label, _view, _icon, _action, _order in (
    ("firms", _("入驻企业"), "park_firms", "building-community", names.VIEW_FIRMS, 60),
    ("claims", _("入驻认领"), "park_claims", "user-check", f"cases.{names.CLAIM}.view", 61),
    ("activities", _("产业服务活动"), "park_activities", "calendar", names.VIEW_ACTIVITY, 62),
    (
        "returns",
        _("统计报表"),
        "park_return_rounds",
        "report-analytics",
        names.FOLLOW_RETURNS,
        63,
    ),
    (
        "return_tables",
        _("统计汇总表"),
        "park_return_tables",
        "table",
        names.VIEW_RETURN_TABLE,
        64,
    ),
):
    declare(
        NavItem(
            f"virtual_park.{_key}",
            _label,
            _view,
            icon=_icon,
            section="enterprises",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )

for _measure, _name, _english, _unit, _decimals, _aggregation, _text, _compute in (
    (
        "firms",
        "虚拟园区入驻企业",
        "Firms in the virtual park",
        "家",
        0,
        "stock",
        "期末有有效授权代表、且登记库未显示注销或吊销的企业。",
        bound_by_unit,
    ),
    (
        "active",
        "虚拟园区活跃企业",
        "Active firms in the virtual park",
        "家",
        0,
        "flow",
        "期内有代表登录办理的企业，一家企业在期内只计一次；按月记录。",
        active_by_unit,
    ),
    (
        "activities_pushed",
        "精准推送产业服务活动信息",
        "Activity information pushed to enterprises",
        "万家次",
        4,
        "flow",
        "按推送时间统计，一家企业收到一场活动计一家次；只推送给按登记数据符合条件的企业。",
        activities_pushed_by_unit,
    ),
    (
        "returns_filed",
        "统计报表按时报送率",
        "Share of returns filed in time",
        "%",
        1,
        "flow",
        "报送截止时间在期内的统计报表中，截止前首次报送的份数占应报份数的百分比；"
        "应报单位按布置时登记数据确定。",
        filed_by_unit,
    ),
):
    declare_measure(
        MeasureSpec(
            f"virtual_park_{_measure}",
            _name,
            _english,
            unit=_unit,
            decimals=_decimals,
            source="system",
            aggregation=_aggregation,
            definition=_text,
        ),
        _compute,
    )
