"""What the city's orders declare: rights, words of history, registers, navigation."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, declare
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import (
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)

# The desk that the orders come to takes them in; keys and addresses are the administrator's.
_DESK = grants("centre", Role.DUTY_OFFICER)
_SEES = _DESK + grants("any", Role.ADMINISTRATOR, Role.LEADER, Role.AUDITOR)
declare_action(Action("appeals.city.view", _("查看市级工单"), _SEES))
declare_action(Action("appeals.city.import", _("接收市级工单"), _DESK, system=True))
declare_action(Action("appeals.city.resume", _("重新回传结果"), _DESK))
declare_action(
    Action(
        "appeals.city.manage",
        _("管理市级平台和令牌"),
        grants("any", Role.ADMINISTRATOR),
        system=True,
    )
)

declare_kind("appeals.platform.saved", _("保存市级平台"))
declare_kind("appeals.token.created", _("签发推送令牌"))
declare_kind("appeals.token.revoked", _("吊销推送令牌"))
declare_kind("appeals.order.taken", _("接收市级工单"))
declare_kind("appeals.order.changed", _("市级工单有变更"))
declare_kind("appeals.refusal.settled", _("了结未接收的工单"))
declare_kind("appeals.return.parked", _("搁置结果回传"))
declare_kind("appeals.return.resumed", _("重新回传结果"))

import_module("district.systems.appeals.city.tables")


declare(
    NavItem(
        "appeals.city",
        _("市平台工单"),
        "appeals_city",
        "building",
        section="work",
        order=7,
        visible=for_whoever_may("appeals.city.view"),
    )
)
