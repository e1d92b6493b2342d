"""What environment declares: permits, registers, rights, desks, navigation, measures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
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
from district.systems.environment import names
from district.systems.environment.selectors import counting
from district.systems.environment.services.melting import load_environment_file
from district.ui.front import PublicEntry, declare_public_entry

declare_case_register(declare_case_type(Path(__file__).parent / "case_types" / "night_permit.toml"))

_PERMITS = f"cases.{names.PERMIT}.view"
_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OVERSEES = grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.PLANNER)
_OWN = grants("subtree", Role.DUTY_OFFICER, *_POSTS) + grants("co_unit", *_POSTS)
# What the air and the rivers are like is published anyhow, and everybody sees where waste is
# sorted; a firm's noise is not for everybody.
_EVERYBODY = grants("any", *EVERY_ROLE)
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看空气和水质"), _EVERYBODY, False),
    (names.VIEW_NOISE, _("查看工地和噪声"), _OVERSEES + _OWN, False),
    (names.VIEW_PLACE, _("查看投放点和零直排小区"), _EVERYBODY, False),
    (names.SAVE_POINT, _("登记监测点和断面"), grants("unit", *_POSTS), True),
    (names.SAVE_SITE, _("登记工地"), grants("unit", *_POSTS), True),
    (names.SAVE_SAMPLE, _("导入水质检测结果"), grants("unit", *_POSTS), True),
    (names.SAVE_PLACE, _("登记投放点和零直排小区"), grants("subtree", *_POSTS), True),
    (names.COMPUTE, _("计算监测结果"), (), True),
    (names.LOAD_RULE, _("载入熔断规则"), (), True),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("place.added", _("登记监测点或场所")),
    ("place.changed", _("修改监测点或场所")),
    ("sample.saved", _("登记水质样品")),
    ("result.revised", _("修订监测结果")),
    ("rule.loaded", _("载入熔断规则")),
):
    declare_kind(f"environment.{_kind}", _label)

import_module("district.systems.environment.tables")
import_module("district.systems.environment.rates")
declare_district_file("environment", load_environment_file)

declare_desk(Desk("accepting", names.PERMIT, _("待受理"), ("submitted",)))
declare_desk(Desk("checking", names.PERMIT, _("待审核"), ("checking",)))
declare_desk(Desk("approving", names.PERMIT, _("待审批"), ("approving",)))
declare_desk(
    Desk("reviewing", names.PERMIT, _("申诉复核"), ("refusal_review", "suspension_review"))
)
declare_case_section(
    CaseSection(
        "environment.melts",
        (names.PERMIT,),
        import_module("district.systems.environment.pages.evidence").case_section,
        order=40,
    )
)


def _item(key: str, label: Any, view: str, action: str, order: int, *, icon: str) -> None:
    declare(
        NavItem(
            f"environment.{key}",
            label,
            view,
            icon=icon,
            section="environment",
            order=order,
            visible=for_whoever_may(action),
        )
    )


declare_section(Section("environment", _("生态环境"), 27))
_item("overview", _("环境总览"), "environment", names.VIEW, 10, icon="leaf")
_item("monthly", _("月度考核"), "environment_monthly", names.VIEW, 11, icon="report")
_item("air", _("空气质量"), "environment_air", names.VIEW, 12, icon="wind")
_item("rivers", _("河流断面"), "environment_sections", names.VIEW, 13, icon="droplet")
_item("noise", _("噪声超标"), "environment_noise", names.VIEW_NOISE, 14, icon="volume")
_item("sites", _("工地"), "environment_sites", names.VIEW_NOISE, 15, icon="crane")
_item("permits", _("夜间施工许可"), "environment_permits", _PERMITS, 16, icon="moon")
_item("waste", _("垃圾分类"), "environment_waste", names.VIEW_PLACE, 17, icon="recycle")
_item("estates", _("零直排小区"), "environment_estates", names.VIEW_PLACE, 18, icon="home")

for _key, _name, _english, _unit, _places, _more, _compute, _words in (
    ("pm25", "PM2.5平均浓度", "Mean concentration of PM2.5", "微克/立方米", 1,
     {"aggregation": "rate", "direction": "lower"}, counting.fine_particles,
     "本年1月1日以来全区有效日均浓度的算术平均；日均浓度为参与评价的监测站平均。"),
    ("good_days", "空气质量优良天数比例", "Share of days with good air", "%", 1,
     {"aggregation": "rate"}, counting.good_days,
     "本年以来AQI不超过100的天数占有效天数的比例。"),
    ("sections_met", "达标河流断面数", "River sections that meet their target", "个", 0,
     {"aggregation": "stock"}, counting.sections_met,
     "纳入考核的断面中，本年累计（各月均值的平均）按单因子评价达到目标类别的个数。"),
    ("sections_rate", "河流断面达标率", "Share of sections that meet their target", "%", 2,
     {"aggregation": "rate"}, counting.sections_rate,
     "达标断面数占能够评价的考核断面数的比例。"),
    ("good_reach", "优良河长占比", "Share of good river length", "%", 2,
     {"aggregation": "rate"}, counting.good_reach,
     "本年累计水质为Ⅰ至Ⅲ类的断面所代表的河长，占能够评价的断面代表河长的比例。"),
    ("melted", "“熔断”夜间施工许可宗数", "Night permits refused or stopped by the rule", "宗", 0,
     {}, counting.melted, "按熔断时间统计因噪声超标自动不予许可和中止的夜间施工许可。"),
    ("granted", "批准夜间施工许可宗数", "Night permits granted", "宗", 0,
     {}, counting.granted, "按批准时间统计的夜间施工许可，其后中止的也计入。"),
    ("noise_exceeded", "噪声超标次数", "Exceedances of noise limits", "次", 0,
     {"direction": "lower"}, counting.noise_exceeded,
     "监测点昼间或夜间等效声级、夜间最大声级超过限值的次数。"),
    ("estates_accepted", "完成零直排小区数", "Estates accepted as without direct discharge", "个",
     0, {}, counting.estates_accepted, "按验收日期统计通过验收的小区。"),
    ("estates_share", "零直排小区创建比例", "Share of estates without direct discharge", "%", 2,
     {"aggregation": "rate"}, counting.estates_share,
     "截至期末已验收的小区占在册小区的比例。"),
    ("waste_taking_part", "居民生活垃圾分类参与率", "Households that sort their waste", "%", 2,
     {"aggregation": "rate"}, counting.taking_part,
     "已检查的投放点中，参与分类的户数占服务户数的比例。"),
    ("waste_points_good", "垃圾分类投放点达标率", "Sorting points up to standard", "%", 2,
     {"aggregation": "rate"}, counting.points_good, "已检查的投放点中检查达标的比例。"),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"environment_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=_places,
            source="system",
            definition=_words,
            **_more,
        ),
        _compute,
    )

declare_public_entry(
    PublicEntry(
        "environment.permits",
        _("夜间施工许可"),
        "environment_public_permits",
        icon="moon",
        text=_("公示、申请和查询"),
        order=45,
    )
)
