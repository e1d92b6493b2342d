"""What the duty desk declares: the case type, rights, registers, desks, jobs, measures."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from district.kernel.base.navigation import NavItem, declare
from district.kernel.cases.public import (
    CaseSection,
    Desk,
    declare_case_register,
    declare_case_section,
    declare_case_type,
    declare_desk,
)
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import MeasureSpec, declare_measure
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.kernel.tracking.public import (
    Ladder,
    LightPolicy,
    Step,
    declare_ladder,
    declare_light_policy,
)
from district.kernel.warnings.public import declare_answering
from district.systems.operations_centre.duty import names
from district.systems.operations_centre.duty.selectors.standing import answering

declare_case_register(declare_case_type(Path(__file__).parents[1] / "case_types" / "incident.toml"))

# Who sits at a duty desk: the duty officers, and where a unit has none its officers and head.
_DESK = (Role.DUTY_OFFICER, Role.OFFICER, Role.UNIT_HEAD)
declare_action(
    Action(
        names.VIEW,
        _("查看值班"),
        grants("any", Role.LEADER, Role.AUDITOR) + grants("subtree", *_DESK),
        system=True,
    )
)
declare_action(
    Action(
        names.PLAN,
        _("安排值班"),
        grants("unit", Role.DUTY_OFFICER, Role.OFFICER) + grants("subtree", Role.UNIT_HEAD),
        system=True,
    )
)
declare_action(
    Action(
        names.SAVE_POST,
        _("设置值班室"),
        grants("subtree", Role.DUTY_OFFICER, Role.UNIT_HEAD),
        system=True,
    )
)
declare_action(Action(names.RUN, _("推进交接班和叫应"), system=True))
declare_action(Action(names.WRITE_HANDOVER, _("交班"), grants("unit", Role.LEADER, *_DESK)))
declare_action(Action(names.TAKE_HANDOVER, _("接班"), grants("unit", Role.LEADER, *_DESK)))
declare_action(
    Action(
        names.VIEW_CALL,
        _("查看叫应"),
        grants("any", Role.LEADER, Role.AUDITOR)
        + grants("subtree", *_DESK)
        + grants("centre", *_DESK)
        + grants("self", *EVERY_ROLE),
        system=True,
    )
)
declare_action(
    Action(names.MAKE_CALL, _("发起叫应"), grants("unit", Role.LEADER, *_DESK), system=True)
)
declare_action(Action(names.ANSWER_CALL, _("应答"), grants("self", *EVERY_ROLE)))
declare_action(
    Action(names.RECORD_CALL, _("登记电话应答"), grants("unit", *_DESK) + grants("centre", *_DESK))
)

for _key, _label in (
    ("post.saved", _("保存值班室")),
    ("turn.planned", _("排班")),
    ("turn.changed", _("改班")),
    ("turn.removed", _("删除班次")),
    ("handover.opened", _("开始交接班")),
    ("handover.written", _("交班")),
    ("handover.taken", _("接班")),
    ("handover.missed", _("未交接")),
    ("call.made", _("发起叫应")),
    ("call.rung", _("叫应")),
    ("call.topped", _("叫应到顶，仍无人应答")),
    ("call.answered", _("应答")),
    ("call.withdrawn", _("撤销叫应")),
):
    declare_kind(f"operations_centre.{_key}", _label)

# Yellow a quarter of an hour after a change of shift that is not taken over, red an hour after it.
declare_light_policy(names.HANDOVER, LightPolicy(yellow_share=Decimal("0.75")))
declare_light_policy(names.LINE, LightPolicy(yellow_share=Decimal("0.5")))
declare_ladder(
    Ladder(
        "duty_handover",
        (
            Step("handler", "yellow", "handler"),
            Step("head", "red", "head"),
            Step("above", "red", "above", after_working_days=1),
        ),
    )
)
# A line rises by the minute, by a ladder of its own (terms.toml): nobody is urged twice.
declare_ladder(Ladder("duty_call", ()))

# Warnings call whoever the roster says is on duty.
declare_answering("operations_centre", answering)

import_module("district.systems.operations_centre.duty.tables")
import_module("district.systems.operations_centre.duty.jobs")
import_module("district.systems.operations_centre.duty.demo")

declare_desk(Desk("reporting", names.INCIDENT, _("待首报"), ("reported", "phoned")))
declare_desk(Desk("in_hand", names.INCIDENT, _("处置中"), ("in_hand",)))
declare_desk(Desk("final", names.INCIDENT, _("待终报"), ("stabilised",)))
declare_desk(Desk("helping", names.INCIDENT, _("配合处置"), whose="co_unit"))
declare_desk(Desk("closing", names.INCIDENT, _("待结案"), ("reviewed",)))


_INCIDENTS = f"cases.{names.INCIDENT}.view"
for _name, _title, _url, _icon, _order, _action in (
    ("home", _("值班台"), "duty_home", "user-check", 2, names.VIEW),
    ("incidents", _("突发事件"), "duty_incidents", "alert-triangle", 3, _INCIDENTS),
    ("roster", _("值班表"), "duty_roster", "calendar", 3, names.VIEW),
    ("report", _("值班日报"), "duty_daily", "report", 3, names.VIEW),
):
    declare(
        NavItem(
            f"operations_centre.duty_{_name}",
            _title,
            _url,
            icon=_icon,
            section="operations",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )

from district.systems.operations_centre.duty.pages.incidents import section  # noqa: E402  # needs the registers
from district.systems.operations_centre.duty.selectors import counting  # noqa: E402  # as above

declare_case_section(
    CaseSection("operations_centre.reports", (names.INCIDENT,), section, "main", 10)
)

_CALLS = "按叫应对象计数，撤销的不计；按时指在第一次限定的时间内应答。"
_REPORTED = "按首报、续报、终报的份数计数，更正数据的不计；按时指在该报告的时限内报出。"
for _key, _name, _english, _unit, _decimals, _definition, _compute in (
    ("calls", "叫应数", "Calls that must be answered", "次", 0, _CALLS, counting.calls_made),
    ("calls_in_time", "叫应按时应答率", "Calls answered in time", "%", 2, _CALLS,
     counting.calls_in_time),
    ("reports", "突发事件报告数", "Incident reports", "份", 0, _REPORTED, counting.reports_made),
    ("reports_in_time", "突发事件按时报告率", "Incidents reported in time", "%", 2, _REPORTED,
     counting.reports_in_time),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"operations_centre_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=_decimals,
            source="system",
            aggregation="rate" if _unit == "%" else "flow",
            definition=_definition,
        ),
        _compute,
    )
