"""The register of rules."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.alarms.models import AlarmRule
from district.kernel.alarms.models.rules import ColourName
from district.kernel.alarms.names import RULE_SUBJECT, RULE_VIEW, RULES
from district.kernel.history.public import Subject
from district.kernel.registers.public import Field, Register, register, unit_field


def _page(values: Any) -> str:
    return reverse("alarm_rule", args=[values["id"]])


def _history(values: Any) -> Subject:
    return Subject(RULE_SUBJECT, str(values["id"]))


register(
    Register(
        key=RULES,
        label=_("告警规则"),
        model=AlarmRule,
        view_action=RULE_VIEW,
        title="label",
        sort=("state", "key"),
        url=_page,
        subject=_history,
        help=_("对观测值的判断：什么情况告警，告警后怎么办"),
        empty=_("还没有告警规则。请点“新建规则”，或让系统管理员载入规则文件。"),
        fields=(
            Field("label", _("规则名称"), search=True),
            Field("key", _("规则编号"), search=True),
            Field("level", _("等级"), "choice", choices=tuple(ColourName.choices)),
            Field("state", _("状态"), "choice", choices=tuple(AlarmRule.State.choices)),
            unit_field("lead_unit", _("归属单位")),
            Field("version", _("运行版本"), "integer", path="live__number"),
            Field("changed_at", _("修改时间"), "datetime"),
            Field("label_en", _("英文名称"), default=False),
            Field("created_at", _("建立时间"), "datetime", default=False),
        ),
    )
)
