"""What rules declare: rights, kinds of events, register, navigation, the sweep of trials."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from district.kernel.alarms import names
from district.kernel.alarms.services.loading import load_alarms_file
from district.kernel.alarms.trial_jobs import end_left_trials
from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, declare
from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import (
    Action,
    Role,
    actor_of,
    declare_action,
    grants,
    permitted_somewhere,
)

_SEE_ALL = grants("any", Role.ADMINISTRATOR, Role.PLANNER, Role.LEADER, Role.AUDITOR)
_SEE_THEIRS = grants("subtree", Role.UNIT_HEAD, Role.OFFICER, Role.DUTY_OFFICER)
_WRITERS = grants("any", Role.ADMINISTRATOR, Role.PLANNER) + grants("subtree", Role.UNIT_HEAD)
declare_action(Action(names.RULE_VIEW, _("查看告警规则"), _SEE_ALL + _SEE_THEIRS, system=True))
declare_action(Action(names.RULE_WRITE, _("编写告警规则"), _WRITERS, system=True))
declare_action(
    Action(
        names.RULE_SWITCH,
        _("上线和停用告警规则"),
        _WRITERS + grants("any", Role.LEADER),
        system=True,
    )
)
declare_action(Action(names.RULE_SETTINGS, _("设定告警规则的双人等级"), system=True))

for _key, _label in (
    ("added", _("新建告警规则")),
    ("changed", _("修改告警规则草稿")),
    ("discarded", _("丢弃告警规则草稿")),
    ("switched_on", _("告警规则上线")),
    ("switched_off", _("停用告警规则")),
    ("asked", _("请另一位上线告警规则")),
    ("settings", _("设定告警规则的双人等级")),
):
    declare_kind(f"{names.RULE_SUBJECT}.{_key}", _label)

declare_district_file("alarms", load_alarms_file)
declare_periodic("alarms.end_left_trials", timedelta(minutes=1), end_left_trials)


def _sees(request: HttpRequest) -> bool:
    return permitted_somewhere(actor_of(request), names.RULE_VIEW)


declare(
    NavItem(
        "alarms.rules",
        _("告警规则"),
        "alarm_rules",
        "adjustments-horizontal",
        section="base",
        order=37,
        visible=_sees,
    )
)
import_module("district.kernel.alarms.tables_rules")
