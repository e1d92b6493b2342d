"""What the system declares; the manifest's `provides` names the same, and a start compares them."""

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import MeasureSpec, declare_measure
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    UnitSection,
    declare_action,
    declare_unit_section,
    grants,
)
from district.kernel.registers.public import register_router
from district.kernel.tracking.public import (
    Ladder,
    LightPolicy,
    Step,
    declare_ladder,
    declare_light_policy,
    declare_reason,
)
from district.testing.dummy.api import router
from district.testing.dummy.pages import open_faults_of_unit
from district.testing.dummy.selectors import repaired_by_unit

# Who may do what. What no grant allows is denied.
_EVERYBODY = grants("any", *EVERY_ROLE)
_HANDLERS = grants("unit", Role.OFFICER) + grants("subtree", Role.UNIT_HEAD)
_SEES_ALL = grants("any", Role.PLANNER, Role.LEADER)
declare_action(Action("dummy.lamp.view", _("查看路灯"), _EVERYBODY))
declare_action(Action("dummy.lamp.save", _("建立和修改路灯"), _HANDLERS, system=True))
declare_action(Action("dummy.fault.view", _("查看路灯报修"), _HANDLERS + _SEES_ALL))
declare_action(Action("dummy.fault.report", _("报修路灯"), _EVERYBODY, system=True))
declare_action(Action("dummy.fault.repair", _("办结路灯报修"), _HANDLERS))
declare_action(Action("dummy.fault.call_back", _("查看报修人电话"), _HANDLERS))

# The words of history.
declare_kind("dummy.lamp.added", _("新增路灯"))
declare_kind("dummy.lamp.changed", _("修改路灯"))
declare_kind("dummy.fault.reported", _("报修路灯"))
declare_kind("dummy.fault.repaired", _("路灯已修复"))

# Lights: why they turn, when a deadline turns yellow, and who is urged then.
declare_reason("dummy.often", _("这盏灯一年内第 %(count)s 次故障"))
declare_light_policy("dummy.fault", LightPolicy(yellow_working_days=1))
declare_ladder(
    Ladder("dummy", (Step("handler", "yellow", "handler"), Step("head", "red", "head", 1)))
)
import_module("district.testing.dummy.lights")

# A number that the kernel has computed every hour, for every unit, from the system's own rows.
declare_measure(
    MeasureSpec(
        "dummy_repaired",
        "路灯修复数",
        "Street lamps repaired",
        unit="盏次",
        decimals=0,
        source="system",
        definition="按修复时间统计，同一盏灯多次修复分别计数。",
    ),
    repaired_by_unit,
)

# Registers: list, filter, figures, import, export, map, API.
import_module("district.testing.dummy.tables")

# Where people find it.
declare_section(Section("dummy", _("示例"), 90))
declare(NavItem("dummy.lamps", _("路灯"), "dummy_lamps", "brightness", section="dummy"))
declare_unit_section(UnitSection("dummy.faults", _("待修路灯"), open_faults_of_unit))
register_router("/dummy", router)
