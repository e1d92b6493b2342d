"""What tracking declares: its actions and the kinds of events that it records."""

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

_OVERSEES = grants(
    "any",
    Role.ADMINISTRATOR,
    Role.PLANNER,
    Role.LEADER,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.VIEWER,
    Role.DUTY_OFFICER,
)

declare_action(
    Action(
        "tracking.row.view",
        _("查看跟踪事项"),
        _OVERSEES
        + grants("subtree", Role.UNIT_HEAD, Role.OFFICER)
        + grants("co_unit", Role.UNIT_HEAD, Role.OFFICER),
        system=True,
    )
)
# Nobody is granted it: a row is written by the part that its subject belongs to.
declare_action(Action("tracking.row.write", _("变更跟踪事项"), system=True))
declare_action(
    Action("tracking.calendar.view", _("查看工作日历"), grants("any", *EVERY_ROLE), system=True)
)
declare_action(
    Action(
        "tracking.calendar.save",
        _("修改工作日历"),
        grants("any", Role.ADMINISTRATOR),
        system=True,
    )
)
declare_action(
    Action(
        "tracking.calendar.announce",
        _("载入放假安排"),
        grants("any", Role.ADMINISTRATOR),
        system=True,
    )
)

declare_kind("tracking.tracked", _("列入跟踪"))
declare_kind("tracking.described", _("修改名称或主题"))
declare_kind("tracking.reassigned", _("调整责任单位"))
declare_kind("tracking.rescheduled", _("调整期限"))
declare_kind("tracking.paused", _("暂停计时"))
declare_kind("tracking.resumed", _("恢复计时"))
declare_kind("tracking.finished", _("办结"))
declare_kind("tracking.cancelled", _("取消跟踪"))
declare_kind("tracking.reopened", _("重新打开"))
declare_kind("tracking.light_turned", _("亮灯变化"))
declare_kind("tracking.urged", _("催办"))
declare_kind("tracking.due_recomputed", _("按放假安排重算期限"))
declare_kind("tracking.announced", _("载入放假安排"))
declare_kind("tracking.calendar_saved", _("修改工作日历"))

navigation.declare(
    NavItem("tracking.calendars", _("工作日历"), "calendars", "calendar", "base", 40)
)

import_module("district.kernel.tracking.tables")
