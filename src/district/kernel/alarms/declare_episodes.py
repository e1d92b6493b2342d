"""What alarms declare for episodes: rights, events, register, jobs, where people find them."""

from __future__ import annotations

from importlib import import_module

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from district.kernel.alarms import names
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import (
    Action,
    Role,
    actor_of,
    declare_action,
    grants,
    permitted_somewhere,
)
from district.kernel.tracking.public import declare_reason

_EVERYWHERE = grants("any", Role.ADMINISTRATOR, Role.PLANNER, Role.LEADER, Role.AUDITOR)
_THEIR_OWN = grants("subtree", Role.UNIT_HEAD, Role.OFFICER, Role.DUTY_OFFICER)
_IN_CHARGE = grants("subtree", Role.UNIT_HEAD, Role.DUTY_OFFICER)
declare_action(Action(names.VIEW, _("查看告警"), _EVERYWHERE + _THEIR_OWN, system=True))
declare_action(Action(names.ACKNOWLEDGE, _("确认告警"), _THEIR_OWN))
declare_action(Action(names.SILENCE, _("静默告警"), _IN_CHARGE))
declare_action(Action(names.OPEN_CASE, _("由告警开事件单"), _THEIR_OWN, system=True))
declare_action(Action(names.RELEASE, _("人工解除告警"), _IN_CHARGE))
declare_action(Action(names.RUN, _("运行告警规则"), system=True))
declare_action(
    Action(names.FOLLOWING_VIEW, _("查看告警运行状态"), grants("any", Role.ADMINISTRATOR))
)

for _key, _label in (
    ("run.begun", _("规则开始运行")),
    ("run.ended", _("规则停止运行")),
    ("episode.raised", _("告警发生")),
    ("episode.released", _("告警解除")),
    ("episode.withdrawn", _("告警撤销：规则或设备已变更")),
    ("episode.released_by_hand", _("人工解除告警")),
    ("episode.acknowledged", _("确认告警")),
    ("episode.silenced", _("静默告警")),
    ("episode.handed", _("进入事件单")),
    ("episode.warned", _("拟发公众预警")),
    ("silence.set", _("设置静默")),
    ("silence.ended", _("提前结束静默")),
    ("trouble.began", _("告警运行故障")),
    ("trouble.ended", _("告警运行恢复")),
):
    declare_kind(f"alarms.{_key}", _label)

for _code, _text in (
    ("running", _("正在运行，没有落后")),
    ("no_rules", _("没有运行中的规则")),
    ("stopped", _("告警程序已 %(seconds)s 秒没有响应，新的告警不会产生")),
    ("behind", _("告警程序落后 %(seconds)s 秒，还有 %(frames)s 帧未处理")),
    ("failing", _("告警程序出错：%(problem)s")),
    ("log_still", _("观测记录已 %(seconds)s 秒没有增长，静默类规则无法判断")),
    ("gateway_away", _("接收观测值的程序没有响应")),
    ("spool_full", _("隔离缓存已占 %(megabytes)s MB，%(crowded)s 条只计数：%(error)s")),
    ("log_full", _("观测记录写不进去：%(error)s")),
):
    declare_reason(f"alarms.{_code}", _text)


def _sees(request: HttpRequest) -> bool:
    return permitted_somewhere(actor_of(request), names.VIEW)


def _administers(request: HttpRequest) -> bool:
    return permitted_somewhere(actor_of(request), names.FOLLOWING_VIEW)


declare_section(Section("alarms", _("监测告警"), 16))
declare(
    NavItem(
        "alarms.live",
        _("当前告警"),
        "alarms",
        icon="bell-ringing",
        section="alarms",
        order=1,
        visible=_sees,
    )
)
declare(
    NavItem(
        "alarms.following",
        _("告警运行状态"),
        "alarms_following",
        icon="activity",
        section="system",
        order=65,
        visible=_administers,
    )
)

import_module("district.kernel.alarms.tables_episodes")
import_module("district.kernel.alarms.jobs")
import_module("district.kernel.alarms.case_section")
