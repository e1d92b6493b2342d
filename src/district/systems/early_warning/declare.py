"""What early warning declares: case types, rights, registers, desks, navigation, measures."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.alarms.public import HANDED, RAISED, RELEASED
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.base.streams import declare_stream
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
from district.systems.early_warning import names
from district.systems.early_warning.coverage import names as coverage
from district.systems.operations_centre.public import Told, declare_reports, live_stream

_FOLDER = Path(__file__).parent
for _type in (names.FIRE, names.VOID, names.GAS):
    declare_case_register(declare_case_type(_FOLDER / "case_types" / f"{_type}.toml"))

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_DUTY = (Role.DUTY_OFFICER, *_POSTS)
# Whoever leads or audits sees everything; the unit whose thing it is, and the street where it
# stands, see their own.
_SEES = (
    grants("any", Role.LEADER, Role.AUDITOR) + grants("subtree", *_DUTY) + grants("co_unit", *_DUTY)
)
_KEEPS = grants("subtree", *_POSTS)
_FLIES = grants("subtree", *_DUTY)
for _key, _label, _grants in (
    (names.VIEW_SCREEN, _("查看预警值班屏"), _SEES),
    (names.VIEW_FRONT_END, _("查看监测前端"), _SEES),
    (names.SAVE_FRONT_END, _("登记监测前端"), _KEEPS),
    (names.VIEW_NEST, _("查看无人机机场"), _SEES),
    (names.SAVE_NEST, _("登记无人机机场"), _KEEPS),
    (names.SET_NEST, _("设置机场状态"), _FLIES),
    (names.VIEW_MISSION, _("查看火情核查"), _SEES),
    (names.FLY_MISSION, _("调度火情核查"), _FLIES),
    (names.VERIFY_MISSION, _("登记火情核查结果"), _FLIES),
    (names.VIEW_STATION, _("查看水位站和预报"), _SEES),
    (names.SAVE_STATION, _("登记水位站"), _KEEPS),
    (names.VIEW_SURVEY, _("查看道路雷达检测"), _SEES),
    (names.SAVE_SURVEY, _("登记道路雷达检测"), _KEEPS),
    (names.VIEW_GAS, _("查看燃气监测点"), _SEES),
    (names.SAVE_GAS, _("登记燃气监测点"), _KEEPS),
):
    declare_action(Action(_key, _label, _grants, system=True))
declare_action(Action(names.RUN, _("推进火情核查和水位预报"), system=True))

for _kind, _label in (
    ("front_end.added", _("登记监测前端")),
    ("front_end.changed", _("修改监测前端")),
    ("nest.added", _("登记机场")),
    ("nest.changed", _("修改机场")),
    ("nest.state", _("设置机场状态")),
    ("mission.made", _("生成核查任务")),
    ("mission.proposed", _("派出无人机")),
    ("mission.waits", _("等待空闲机场")),
    ("mission.took_off", _("起飞")),
    ("mission.arrived", _("到达现场")),
    ("mission.moved", _("改位置")),
    ("mission.joined", _("又一起同处告警")),
    ("mission.lost_nest", _("机场不能执行")),
    ("mission.photos", _("上传照片")),
    ("mission.verified", _("核查结果")),
    ("mission.warned", _("拟发公众预警")),
    ("mission.returned", _("返航")),
    ("mission.aborted", _("中止核查")),
    ("station.added", _("登记水位站")),
    ("station.changed", _("修改水位站")),
    ("station.input", _("设置预报依据")),
    ("survey.added", _("登记检测")),
    ("survey.changed", _("修改检测")),
    ("survey.matched", _("比对检测")),
    ("void.added", _("登记病害")),
    ("void.changed", _("修改病害")),
    ("gas_point.added", _("登记燃气监测点")),
    ("gas_point.changed", _("修改燃气监测点")),
):
    declare_kind(f"early_warning.{_kind}", _label)

# A mission's five minutes: yellow when a third of them is left. Whoever handles it is told when it
# is made; the head hears at once when it is late.
declare_light_policy(names.MISSION, LightPolicy(yellow_share=Decimal("0.34")))
declare_ladder(Ladder("early_warning_mission", (Step("head", "red", "head"),)))

import_module("district.systems.early_warning.tables")
import_module("district.systems.early_warning.jobs")

for _type, _desks in {
    names.FIRE: (
        ("suspected", _("待核查"), ("suspected",)),
        ("reporting", _("待首报"), ("reported", "phoned")),
        ("in_hand", _("处置中"), ("in_hand",)),
        ("final", _("待终报和结案"), ("stabilised", "reviewed")),
    ),
    names.VOID: (
        ("found", _("待交办"), ("found",)),
        ("rectifying", _("待签收和整治"), ("assigned", "rectifying")),
        ("resurvey", _("待复测"), ("resurvey",)),
    ),
    names.GAS: (
        ("arriving", _("待到场"), ("reported",)),
        ("in_hand", _("处置中"), ("in_hand", "shut")),
        ("checking", _("待复查"), ("mended",)),
    ),
}.items():
    for _desk, _label, _stages in _desks:
        declare_desk(Desk(_desk, _type, _label, _stages))
    declare_desk(Desk("helping", _type, _("配合办理"), whose="co_unit"))

declare_reports("early_warning", names.FIRE)


declare_section(Section("early_warning", _("监测预警"), 18))


def _entry(order: int, key: str, label: Any, view: str, action: str, *, icon: str) -> None:
    """An entry of the rail, for whoever may do the action somewhere."""
    declare(
        NavItem(
            f"early_warning.{key}",
            label,
            view,
            icon=icon,
            section="early_warning",
            order=order,
            keys="e" if key == "screen" else "",
            visible=for_whoever_may(action),
        )
    )


_entry(1, "screen", _("预警值班"), "early_warning", names.VIEW_SCREEN, icon="alert-triangle")
_entry(2, "missions", _("火情核查"), "early_warning_missions", names.VIEW_MISSION, icon="drone")
_entry(3, "fires", _("森林火情"), "early_warning_fires", f"cases.{names.FIRE}.view", icon="flame")
_entry(4, "forest", _("前端和机场"), "early_warning_front_ends", names.VIEW_FRONT_END, icon="trees")
_entry(5, "water", _("水情预报"), "early_warning_stations", names.VIEW_STATION, icon="ripple")
_entry(6, "roads", _("道路病害"), "early_warning_roads", names.VIEW_SURVEY, icon="road")
_entry(7, "gas", _("燃气监测"), "early_warning_gas_points", names.VIEW_GAS, icon="gauge")
_entry(8, "coverage", _("林区覆盖"), "coverage", coverage.VIEW, icon="map-2")

declare_stream(
    names.STREAM,
    live_stream(
        Told(
            frozenset({RAISED, RELEASED, HANDED, names.MISSION_CHANGED, names.NEST_FREED}),
            names.VIEW_SCREEN,
        )
    ),
)

from district.systems.early_warning.pages.sections import gas_section, mission_section, void_section  # noqa: E402  # needs the registers
from district.systems.early_warning.selectors import counting  # noqa: E402  # as above

for _key, _type, _section in (
    ("mission", names.FIRE, mission_section),
    ("void", names.VOID, void_section),
    ("gas_point", names.GAS, gas_section),
):
    declare_case_section(CaseSection(f"early_warning.{_key}", (_type,), _section, "main", 5))

_VERIFIED = "按核查时间统计有核查结果的任务，中止的不计。"
for _key, _name, _english, _unit, _compute, _words in (
    ("verified", "火情核查数", "Fire alarms verified", "起", counting.verified, _VERIFIED),
    ("verified_in_time", "火情5分钟内核查率", "Fire alarms verified within 5 minutes", "%",
     counting.verified_in_time, _VERIFIED + "从告警算起，5分钟内有结果的占比。"),
    ("false_alarms", "森林防火前端误报率", "False alarms of the fire watch", "%",
     counting.false_alarms, _VERIFIED + "核查为误报的占比。"),
    ("voids", "道路病害发现数", "Road voids found", "处", counting.voids_found,
     "按检测日期统计检测发现的病害，同一处再次发现的不重复计。"),
    ("voids_rectified", "道路病害整治率", "Road voids rectified", "%", counting.voids_rectified,
     "本期发现、应整治的病害中已整治或复测已消除的占比。"),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"early_warning_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=2 if _unit == "%" else 0,
            source="system",
            aggregation="rate" if _unit == "%" else "flow",
            definition=_words,
        ),
        _compute,
    )

import_module("district.systems.early_warning.demo")
import_module("district.systems.early_warning.declare_coverage")
