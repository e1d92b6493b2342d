"""What policies declare: rights, registers, the application, desks, navigation, measures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.utils.translation import gettext_lazy as _

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
from district.systems.policies import names
from district.systems.policies.pages.case_section import section
from district.systems.policies.selectors.counting import (
    applications_in_time_by_unit,
    in_force_by_unit,
    pushed_by_unit,
)
from district.ui.front import PublicEntry, declare_public_entry

_TYPES = (names.APPLICATION, names.SUBSIDY_APPLICATION)
for _type in _TYPES:
    declare_case_register(declare_case_type(Path(__file__).parent / "case_types" / f"{_type}.toml"))

# A unit writes its own policies and its head lets them come into force; then everybody reads them.
# A draft is read by the unit, those that it asks for their opinion, and leaders. Who was told is
# for the unit that issues and those who oversee; who of the people was told, for the unit that
# issues and the one that tells them. People on record are for those who keep them, street and
# community where they live, and units whose policies concern them; others count them, rounded.
_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OVERSEES = grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.PLANNER)
_OWN = grants("unit", *_POSTS) + grants("subtree", Role.UNIT_HEAD)
_NEAR = grants("unit", *_POSTS) + grants("subtree", *_POSTS)
_CONCERNED = _NEAR + grants("co_unit", *_POSTS)
for _key, _label, _grants in (
    (names.VIEW, _("查看政策"), grants("any", *EVERY_ROLE)),
    (
        names.VIEW_DRAFT,
        _("查看政策草稿"),
        grants("any", Role.LEADER) + _OWN + grants("co_unit", *_POSTS),
    ),
    (names.CONSULT, _("就政策草稿征求意见"), _OWN),
    (names.ANSWER, _("反馈对政策草稿的意见"), grants("unit", *_POSTS)),
    (names.SAVE, _("起草政策"), _OWN),
    (names.PUBLISH, _("发布和撤回政策"), grants("subtree", Role.UNIT_HEAD)),
    (names.PUSH, _("推送政策"), _OWN),
    (names.VIEW_PUSHES, _("查看政策推送"), _OVERSEES + _OWN),
    (names.NOTE_READ, _("登记企业已阅读推送"), _OWN),
    (names.CONSENT, _("登记企业推送意愿"), grants("any", *_POSTS)),
    (names.LIMIT, _("设置推送频次"), grants("any", Role.PLANNER, Role.ADMINISTRATOR)),
    (names.VIEW_RECIPIENT, _("查看人员台账"), _CONCERNED),
    (names.SAVE_RECIPIENT, _("登记人员情况"), _CONCERNED),
    (names.READ_RECIPIENT, _("查看人员身份信息"), _CONCERNED),
    (
        names.ERASE_RECIPIENT,
        _("清除人员信息"),
        grants("unit", Role.UNIT_HEAD) + grants("subtree", Role.UNIT_HEAD),
    ),
    (
        names.COUNT_RECIPIENTS,
        _("统计人员台账"),
        grants("any", *_POSTS, Role.PLANNER, Role.LEADER),
    ),
    (names.VIEW_NOTICE, _("查看告知任务"), _CONCERNED),
    (names.NOTE_OUTCOME, _("登记告知结果"), _NEAR),
    (names.READ_APPLICANT, _("查看申领人身份证号码"), grants("unit", *_POSTS)),
):
    declare_action(Action(_key, _label, _grants, system=True))

for _kind, _label in (
    ("policy.added", _("新建政策")),
    ("policy.changed", _("修改政策草稿")),
    ("policy.published", _("发布政策")),
    ("policy.withdrawn", _("撤回政策")),
    ("push.begun", _("开始推送")),
    ("push.finished", _("推送完成")),
    ("push.stopped", _("推送中止")),
    ("push.read", _("企业已阅读推送")),
    ("draft.consulted", _("征求意见")),
    ("draft.answered", _("反馈意见")),
    ("recipient.added", _("登记人员")),
    ("recipient.changed", _("更新人员情况")),
    ("recipient.left", _("人员离开")),
    ("recipient.erased", _("清除人员信息")),
    ("recipients.imported", _("导入人员")),
    ("notice.noted", _("登记告知结果")),
    ("consent.noted", _("登记推送意愿")),
    ("limit.changed", _("修改推送频次")),
    ("application.opened", _("受理申报")),
):
    declare_kind(f"policies.{_kind}", _label)

import_module("district.systems.policies.rates")
import_module("district.systems.policies.tables")
declare_case_section(CaseSection("policies.application", _TYPES, section, "main", 10))

for _type, _desk, _theirs in (
    (names.APPLICATION, "enterprise", _("待企业补正和确认")),
    (names.SUBSIDY_APPLICATION, "person", _("待本人补正和确认")),
):
    for _key, _label, _stages in (
        ("check", _("待形式审查"), ("submitted",)),
        (_desk, _theirs, ("supplement", "confirming")),
        ("review", _("待审核"), ("review",)),
        ("decision", _("待审定"), ("decision", "appeal")),
        ("payment", _("待拨付"), ("payment",)),
    ):
        declare_desk(Desk(_key, _type, _label, _stages))

for _key, _label, _view, _icon, _action, _order in (
    ("list", _("政策"), "policies", "file-text", names.VIEW, 40),
    ("enterprise", _("企业可享政策"), "policy_enterprise_find", "search", names.VIEW_PUSHES, 41),
    ("pushes", _("政策推送"), "policy_pushes", "send", names.VIEW_PUSHES, 42),
    (
        "applications",
        _("政策申报"),
        "policy_applications",
        "clipboard-check",
        f"cases.{names.APPLICATION}.view",
        43,
    ),
    ("recipients", _("人员台账"), "policy_recipients", "users", names.VIEW_RECIPIENT, 44),
    ("notices", _("告知任务"), "policy_notices", "phone", names.VIEW_NOTICE, 45),
    (
        "subsidies",
        _("补贴申领"),
        "policy_subsidies",
        "clipboard-check",
        f"cases.{names.SUBSIDY_APPLICATION}.view",
        46,
    ),
):
    declare(
        NavItem(
            f"policies.{_key}",
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
        "pushed",
        "精准推送政策信息",
        "Policy information pushed to those eligible",
        "万家次",
        4,
        "flow",
        "按推送时间统计，一家企业收到一项政策的一个版本计一家次；只推送给按登记数据符合全部条件的企业。",
        pushed_by_unit,
    ),
    (
        "in_force",
        "在申报期内的政策",
        "Policies open for application",
        "项",
        0,
        "stock",
        "期末已发布、未撤回且在申报期内的政策，同一政策的不同版本只计一项。",
        in_force_by_unit,
    ),
    (
        "decided_in_time",
        "政策申报按期审定率",
        "Policy applications decided in time",
        "%",
        2,
        "rate",
        "期内审定（含不予支持）的申报中，在审定时限内审定的比例；企业放弃的不计。",
        applications_in_time_by_unit,
    ),
):
    declare_measure(
        MeasureSpec(
            f"policies_{_measure}",
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

declare_public_entry(
    PublicEntry(
        "policies.check",
        _("我能领的补贴"),
        "policy_check",
        icon="clipboard-check",
        text=_("填几项情况就知道；不登录，不保存"),
        order=45,
    )
)
