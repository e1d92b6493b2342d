"""What investment promotion declares: case type, registers, rights, desks, pages, measures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

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
    Action,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.investment_promotion import names
from district.systems.investment_promotion.selectors import counting
from district.systems.investment_promotion.selectors.settings import (
    chain_as_matter,
    desk_of_case,
    owner_of_case,
)
from district.systems.investment_promotion.services.settings import load_investment_file

declare_case_register(
    declare_case_type(
        Path(__file__).parent / "case_types" / "investment_project.toml",
        matters=chain_as_matter,
        units={"owner": owner_of_case, "desk": desk_of_case},
    )
)

# A unit handles its own; the coordinating unit all that lies on its desk, which is everything but
# what is confidential.
_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OWN = grants("unit", *_POSTS) + grants("centre", *_POSTS)
for _key, _label, _grants, _system in (
    (names.OPEN, _("登记招商线索"), _OWN + grants("any", Role.LEADER), True),
    (names.SAVE, _("修改招商项目、登记签约和注册"), _OWN, True),
    (names.CONTACT, _("查看投资方联系人"), _OWN, False),
    (names.VERIFY, _("核验落户"), grants("unit", *_POSTS), False),
    (
        names.VIEW_VISIT,
        _("查看招商行程"),
        grants("any", Role.LEADER)
        + grants("unit", Role.OFFICER)
        + grants("subtree", Role.UNIT_HEAD)
        + grants("centre", *_POSTS),
        False,
    ),
    (names.SAVE_VISIT, _("计划和记录招商行程"), _OWN, True),
    (names.LOAD, _("载入招商设置"), (), True),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("setting.loaded", _("载入招商设置")),
    ("project.told", _("登记招商线索")),
    ("project.changed", _("修改招商项目")),
    ("project.signed", _("登记签约")),
    ("project.registered", _("登记落户主体")),
    ("project.space_asked", _("登记用房需求")),
    ("project.land_offered", _("推荐用地")),
    ("landing.verified", _("落户核验")),
    ("contact.added", _("登记投资方联系人")),
    ("contact.forgotten", _("清除投资方联系人")),
    ("visit.planned", _("计划行程")),
    ("visit.changed", _("修改行程")),
    ("visit.held", _("记录行程")),
    ("visit.cancelled", _("取消行程")),
    ("trip.planned", _("新建出行计划")),
    ("trip.changed", _("修改出行计划")),
):
    declare_kind(f"investment_promotion.{_kind}", _label)

import_module("district.systems.investment_promotion.tables")

for _desk, _label, _stages in (
    ("lead", _("待接洽"), ("lead",)),
    ("following", _("在跟进"), ("contact", "talks", "signed")),
    ("verifying", _("待核验"), ("registered", "recheck")),
):
    declare_desk(Desk(_desk, names.TYPE, _label, _stages))
declare_desk(Desk("mine", names.TYPE, _("我经办的"), whose="mine"))
declare_desk(Desk("helping", names.TYPE, _("配合跟进"), whose="co_unit"))
declare_case_section(
    CaseSection(
        "investment_promotion.project",
        (names.TYPE,),
        import_module("district.systems.investment_promotion.pages.projects").case_section,
        order=10,
    )
)

declare_section(Section("investment_promotion", _("招商引资"), 24))
for _key, _label, _view, _icon, _action, _order in (
    ("overview", _("招商总览"), "investment_promotion", "target", names.VIEW, 10),
    ("projects", _("招商项目"), "investment_projects", "building-factory", names.VIEW, 11),
    ("visits", _("招商行程"), "investment_visits", "walk", names.VIEW_VISIT, 12),
    ("trips", _("出行计划"), "investment_trips", "calendar", names.VIEW_VISIT, 13),
):
    declare(
        NavItem(
            f"investment_promotion.{_key}",
            _label,
            _view,
            icon=_icon,
            section="investment_promotion",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )

_LANDED = (
    "按落户日期统计经核验落户的项目：落户主体在经营主体库登记并满足本区设定的落户条件，"
    "由核验单位的另一人核验；以后不再满足的不计。金额按协议投资额和认缴资本中较大的一个。"
)
for _key, _name, _english, _unit, _decimals, _aggregation, _words, _compute in (
    ("landed_100m", "落户亿元以上项目", "Landed projects of 100 million yuan and more", "个", 0,
     "flow", _LANDED, counting.landed_in("100m")),
    ("landed_1b_3b", "落户10亿至30亿元项目", "Landed projects of 1 to 3 billion yuan", "个", 0,
     "flow", _LANDED + "含10亿元，不含30亿元。", counting.landed_in("1b_3b")),
    ("landed_3b", "落户30亿元以上项目", "Landed projects of 3 billion yuan and more", "个", 0,
     "flow", _LANDED, counting.landed_in("3b")),
    ("landed_growth", "落户亿元以上项目增长", "Growth of landed projects of 100 million yuan", "%",
     1, "rate", "落户亿元以上项目数比上年同期增长。", counting.landed_growth),
    ("contracted", "签约招商项目", "Investment projects signed", "个", 0, "flow",
     "按签约日期统计，流失和并入其他项目的不计。", counting.contracted),
    ("agreed", "招商协议投资额", "Investment of agreements signed", "亿元", 2, "flow",
     "按签约日期统计协议投资额，流失和并入其他项目的不计。", counting.agreed),
    ("subscribed", "落户项目认缴资金", "Capital subscribed of landed projects", "亿元", 2, "flow",
     "按落户日期统计落户主体核验时的登记资本。", counting.subscribed),
    ("visits", "招商行程", "Investment visits held", "次", 0, "flow",
     "按行程开始日期统计已成行并写下纪要的行程。", counting.visits),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"investment_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=_decimals,
            source="system",
            aggregation=_aggregation,
            definition=_words,
        ),
        _compute,
    )

declare_district_file("investment", load_investment_file)
