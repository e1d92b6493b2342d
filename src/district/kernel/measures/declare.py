"""What measures declares: actions, kinds of events, lights."""

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base import navigation
from district.kernel.base.navigation import NavItem
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    declare_action,
    grants,
)

_PLANNER = grants("any", Role.PLANNER)
_OVERSEES = grants(
    "any",
    Role.ADMINISTRATOR,
    Role.PLANNER,
    Role.LEADER,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.VIEWER,
)
# The plan's figures are known to all who work in the district.
_EVERYBODY = grants("any", *EVERY_ROLE)

declare_action(Action("measures.measure.view", _("查看指标"), _EVERYBODY, system=True))
declare_action(Action("measures.measure.save", _("建立和修改指标"), _PLANNER, system=True))
declare_action(Action("measures.value.view", _("查看指标数值"), _EVERYBODY, system=True))
declare_action(Action("measures.value.record", _("录入指标数值"), _PLANNER, system=True))
declare_action(Action("measures.value.revise", _("修订指标数值"), _PLANNER, system=True))
declare_action(Action("measures.duty.save", _("设置填报任务"), _PLANNER, system=True))
declare_action(
    Action(
        "measures.filing.view",
        _("查看填报"),
        _OVERSEES + grants("subtree", Role.UNIT_HEAD, Role.OFFICER),
        system=True,
    )
)
declare_action(Action("measures.filing.open", _("发起填报"), _PLANNER, system=True))
declare_action(Action("measures.filing.file", _("填报数值"), grants("unit", Role.OFFICER)))
declare_action(Action("measures.filing.review", _("审核填报"), grants("unit", Role.UNIT_HEAD)))
declare_action(Action("measures.filing.sign_off", _("审定填报"), _PLANNER))

declare_kind("measures.measure.created", _("建立指标"))
declare_kind("measures.measure.changed", _("修改指标"))
declare_kind("measures.measure.ended", _("停用指标"))
declare_kind("measures.measure.restarted", _("恢复指标"))
declare_kind("measures.value.recorded", _("记录数值"))
declare_kind("measures.value.revised", _("修订数值"))
declare_kind("measures.duty.created", _("设置填报任务"))
declare_kind("measures.duty.changed", _("修改填报任务"))
declare_kind("measures.duty.ended", _("停用填报任务"))
declare_kind("measures.duty.restarted", _("恢复填报任务"))
declare_kind("measures.filing.opened", _("发起填报"))
declare_kind("measures.filing.saved", _("保存草稿"))
declare_kind("measures.filing.filed", _("提交填报"))
declare_kind("measures.filing.withdrawn", _("撤回填报"))
declare_kind("measures.filing.reviewed", _("审核通过"))
declare_kind("measures.filing.signed_off", _("审定入库"))
declare_kind("measures.filing.returned", _("退回填报"))
declare_kind("measures.filing.cancelled", _("取消填报"))
declare_kind("measures.filing.revived", _("恢复填报"))
declare_kind("measures.filing.evidence_added", _("上传佐证材料"))
declare_kind("measures.filing.evidence_removed", _("删除佐证材料"))

import_module("district.kernel.measures.lights")
import_module("district.kernel.measures.tables")

navigation.declare(
    NavItem("measures.filings", _("我的填报"), "filings", "clipboard-text", "work", 10, "f", True)
)
navigation.declare(NavItem("measures.measures", _("指标"), "measures", "chart-line", "plan", 60))
