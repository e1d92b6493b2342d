"""What the plan declares: actions with their grants, kinds of events, reasons, registers."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import declare_use
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    declare_action,
    grants,
)
from district.kernel.plan.selectors.commitments import uses_of_measure
from district.kernel.plan.services.settings import load_plan_file
from district.kernel.tracking.public import declare_reason

_PLANNERS = grants("any", Role.PLANNER)

declare_action(Action("plan.read", _("查阅计划"), grants("any", *EVERY_ROLE), system=True))
declare_action(
    Action(
        "plan.report.manage",
        _("上传和采用计划报告"),
        grants("any", Role.PLANNER, Role.ADMINISTRATOR),
        system=True,
    )
)
declare_action(
    Action(
        "plan.report.publish",
        _("公开主要指标"),
        grants("any", Role.PLANNER, Role.LEADER),
        system=True,
    )
)
declare_action(Action("plan.statement.decide", _("确认数值表述"), _PLANNERS, system=True))
declare_action(Action("plan.commitment.manage", _("管理承诺事项"), _PLANNERS, system=True))
declare_action(
    Action(
        "plan.commitment.contact",
        _("指定联系人"),
        (*_PLANNERS, *grants("unit", Role.UNIT_HEAD)),
    )
)
declare_action(
    Action(
        "plan.progress.report",
        _("填报任务进展"),
        (*_PLANNERS, *grants("unit", Role.OFFICER, Role.UNIT_HEAD)),
        system=True,
    )
)
declare_action(
    Action(
        "plan.adjustment.propose",
        _("提出目标调整"),
        (*_PLANNERS, *grants("unit", Role.OFFICER, Role.UNIT_HEAD)),
    )
)
declare_action(
    Action("plan.adjustment.decide", _("审批目标调整"), grants("any", Role.LEADER, Role.PLANNER))
)
declare_action(Action("plan.setting.load", _("载入计划时期"), (), system=True))

for _kind, _label in (
    ("plan.setting.loaded", _("载入计划时期")),
    ("plan.report.created", _("建立计划报告")),
    ("plan.report.published", _("公开主要指标")),
    ("plan.report.withdrawn", _("撤回公开")),
    ("plan.edition.uploaded", _("上传报告")),
    ("plan.edition.compiled", _("解析完成")),
    ("plan.edition.failed", _("解析失败")),
    ("plan.edition.accepted", _("采用修订稿")),
    ("plan.edition.confirmed_many", _("批量确认表述")),
    ("plan.report.rolled_over", _("转入下年计划")),
    ("plan.statement.confirmed", _("确认表述")),
    ("plan.statement.corrected", _("更正表述")),
    ("plan.statement.rejected", _("排除表述")),
    ("plan.statement.undone", _("撤销处理")),
    ("plan.statement.counted", _("指定统计指标")),
    ("plan.task.rejected", _("排除任务")),
    ("plan.commitment.created", _("形成承诺事项")),
    ("plan.commitment.changed", _("修改承诺事项")),
    ("plan.commitment.revived", _("恢复承诺事项")),
    ("plan.commitment.assigned", _("落实责任")),
    ("plan.commitment.measure_bound", _("绑定指标")),
    ("plan.commitment.profile_set", _("设定序时进度")),
    ("plan.commitment.activated", _("启动承诺事项")),
    ("plan.commitment.progress_reported", _("填报进展")),
    ("plan.commitment.finished", _("办结承诺事项")),
    ("plan.commitment.cancelled", _("取消承诺事项")),
    ("plan.commitment.reopened", _("重新启动")),
    ("plan.commitment.flagged", _("修订稿涉及该事项")),
    ("plan.commitment.kept", _("修订后保留")),
    ("plan.commitment.carried", _("转入下年")),
    ("plan.commitment.succeeded", _("承接上年事项")),
    ("plan.commitment.succession_undone", _("撤销转入下年")),
    ("plan.adjustment.proposed", _("提出目标调整")),
    ("plan.adjustment.approved", _("批准目标调整")),
    ("plan.adjustment.refused", _("未批准目标调整")),
    ("plan.adjustment.withdrawn", _("撤回目标调整")),
):
    declare_kind(_kind, _label)

declare_reason("plan.pending", _("责任尚未落实"))
declare_reason("plan.no_progress", _("尚未填报进展"))
declare_reason("plan.progress_stale", _("已 %(days)s 天未填报进展"))
declare_reason("plan.percent", _("形象进度 %(percent)s%%"))
declare_reason("plan.percent_behind", _("形象进度 %(percent)s%%，序时进度 %(due)s%%"))
declare_reason("plan.child_red", _("下级事项滞后：%(child)s"))
declare_reason("plan.child_yellow", _("下级事项预警：%(child)s"))
declare_reason("plan.children_fine", _("%(count)s 项下级事项正常"))
declare_reason("plan.filing_late", _("指标数值填报逾期 %(days)s 个工作日"))

declare_district_file("plan", load_plan_file)
declare_use("plan.commitments", uses_of_measure)
import_module("district.kernel.plan.lights")
import_module("district.kernel.plan.tables")
