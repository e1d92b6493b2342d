"""What reports declares: actions, kinds of events, registers, the district's file."""

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import Action, Role, declare_action, grants
from district.kernel.reports.services.settings import load_phrasing_file

# A draft is of the house until it is approved and published.
_READERS = grants(
    "any", Role.PLANNER, Role.LEADER, Role.SUPERVISOR, Role.AUDITOR, Role.UNIT_HEAD, Role.OFFICER
)
_PLANNERS = grants("any", Role.PLANNER)

declare_action(Action("reports.draft.view", _("查看报告草稿"), _READERS))
declare_action(Action("reports.draft.write", _("起草和放弃报告"), _PLANNERS, system=True))
declare_action(
    Action(
        "reports.passage.edit",
        _("修改报告文字"),
        _PLANNERS + grants("unit", Role.OFFICER, Role.UNIT_HEAD),
    )
)
declare_action(Action("reports.change.decide", _("处理修订和更新数据"), _PLANNERS))
declare_action(
    Action("reports.draft.approve", _("审定报告"), grants("any", Role.LEADER, Role.PLANNER))
)
declare_action(Action("reports.draft.roll_over", _("转为下年计划"), _PLANNERS))
declare_action(Action("reports.setting.load", _("载入报告用语"), (), system=True))

for _kind, _label in (
    ("draft.made", _("起草报告")),
    ("draft.approved", _("审定报告")),
    ("draft.dropped", _("放弃草稿")),
    ("draft.roll_over_asked", _("提出转为下年计划")),
    ("draft.rolled_over", _("转为下年计划")),
    ("passage.renewed", _("更新语句数据")),
    ("passage.removed", _("删去语句")),
    ("change.proposed", _("提出修订")),
    ("change.accepted", _("接受修订")),
    ("change.rejected", _("不接受修订")),
    ("change.undone", _("撤销修订")),
    ("setting.loaded", _("载入报告用语")),
):
    declare_kind(f"reports.{_kind}", _label)

declare_district_file("reports", load_phrasing_file)
import_module("district.kernel.reports.tables")
