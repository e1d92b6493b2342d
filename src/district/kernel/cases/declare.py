"""What cases declare: kinds of events, jobs, the register."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.cases.api import router
from district.kernel.cases.names import CLOCK
from district.kernel.cases.selectors.seeing import hidden_clocks_q
from district.kernel.history.public import declare_kind
from district.kernel.registers.public import register_router
from district.kernel.tracking.public import LightPolicy, declare_light_policy, hide_rows

declare_kind("cases.type.published", _("发布事件类型"))
declare_kind("cases.case.reported", _("登记事件"))
declare_kind("cases.case.imported", _("导入已办事件"))
declare_kind("cases.case.joined", _("加入反映"))
declare_kind("cases.case.acted", _("办理事件"))
declare_kind("cases.case.attached", _("上传附件"))
declare_kind("cases.case.detached", _("删除附件"))
declare_kind("cases.case.linked", _("关联事件"))
declare_kind("cases.case.recused", _("登记回避"))
declare_kind("cases.case.anonymised", _("清除反映人信息"))

# Clocks of ten minutes and of thirty days alike warn when a quarter of their time is left.
declare_light_policy(CLOCK, LightPolicy(yellow_share=Decimal("0.25")))

hide_rows(hidden_clocks_q)
register_router("/cases", router)

import_module("district.kernel.cases.jobs")
