"""What spaces declares: offers, registers, rights, desks, navigation, measures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.utils.translation import gettext_lazy as _

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
from district.systems.spaces import names
from district.systems.spaces.selectors import counting
from district.systems.spaces.services.offers import operator_unit

declare_case_register(
    declare_case_type(
        Path(__file__).parent / "case_types" / "space_offer.toml",
        units={"operator": operator_unit},
    )
)

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_OVERSEES = grants("any", Role.LEADER, Role.AUDITOR, Role.SUPERVISOR, Role.PLANNER)
_OWN = grants("subtree", *_POSTS)
# An operator's own parks are its own alone; the street and whoever finds tenants look on, but not
# at the leases, where other firms' names and rents stand.
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看产业空间"), _OVERSEES + _OWN + grants("co_unit", *_POSTS), False),
    (names.SAVE, _("登记园区、楼栋和空间单元"), grants("unit", *_POSTS), True),
    (names.VIEW_LEASE, _("查看租约"), _OVERSEES + _OWN, False),
    (names.SAVE_LEASE, _("登记和终止租约、签约"), grants("unit", *_POSTS), True),
    (names.VIEW_DEMAND, _("查看用房需求"), _OVERSEES + _OWN, False),
    (names.SAVE_DEMAND, _("登记用房需求和推荐空间"), grants("unit", *_POSTS), True),
    (names.VIEW_PARCEL, _("查看产业用地"), grants("any", *EVERY_ROLE), False),
    (names.SAVE_PARCEL, _("登记产业用地"), grants("unit", *_POSTS), True),
):
    declare_action(Action(_key, _label, _grants, system=_system))

for _kind, _label in (
    ("space.added", _("登记产业空间")),
    ("space.changed", _("修改产业空间")),
    ("lease.added", _("登记租约")),
    ("lease.changed", _("修改租约")),
    ("demand.added", _("登记用房需求")),
    ("demand.changed", _("修改用房需求")),
    ("demand.offered", _("推荐空间")),
    ("demand.signed", _("需求签约")),
    ("demand.withdrawn", _("撤回用房需求")),
):
    declare_kind(f"spaces.{_kind}", _label)

import_module("district.systems.spaces.tables")

declare_desk(Desk("visiting", names.OFFER, _("待看房"), ("offered",)))
declare_desk(Desk("negotiating", names.OFFER, _("洽谈中"), ("visited", "negotiating")))
declare_case_section(
    CaseSection(
        "spaces.offer",
        (names.OFFER,),
        import_module("district.systems.spaces.pages.cases").case_section,
        order=40,
    )
)

declare_section(Section("spaces", _("产业空间"), 24))
for _key, _label, _view, _icon, _action, _order in (
    ("overview", _("空间总览"), "spaces", "building-factory", names.VIEW, 10),
    ("units", _("空间单元"), "spaces_units", "layout-grid", names.VIEW, 11),
    ("demands", _("用房需求"), "spaces_demands", "search", names.VIEW_DEMAND, 12),
    ("offers", _("空间推荐"), "spaces_offers", "key", f"cases.{names.OFFER}.view", 13),
    ("parcels", _("产业用地"), "spaces_parcels", "map", names.VIEW_PARCEL, 14),
):
    declare(
        NavItem(
            f"spaces.{_key}",
            _label,
            _view,
            icon=_icon,
            section="spaces",
            order=_order,
            visible=for_whoever_may(_action),
        )
    )

_STOCK = {"aggregation": "stock"}
for _key, _name, _english, _unit, _places, _more, _compute, _words in (
    ("factory_started", "“工业上楼”动工厂房面积", "Vertical factories begun", "万平方米", 2, {},
     counting.factory_started, "按动工日期统计工业上楼楼栋建成后的厂房面积。"),
    ("factory_completed", "“工业上楼”完工厂房面积", "Vertical factories completed", "万平方米", 2,
     {}, counting.factory_completed, "按完工日期统计工业上楼楼栋的厂房面积。"),
    ("factory_under_way", "“工业上楼”在建厂房面积", "Vertical factories under way", "万平方米", 2,
     _STOCK, counting.factory_under_way, "期末已动工未完工的工业上楼楼栋建成后的厂房面积。"),
    ("vacant_area", "产业空间空置面积", "Vacant industrial space", "万平方米", 2,
     {**_STOCK, "direction": "lower"}, counting.vacant_area,
     "期末最后一天没有租约的在用空间单元的面积。"),
    ("parcels_transferred", "产业用地出让宗数", "Industrial parcels transferred", "宗", 0, {},
     counting.parcels_transferred, "按出让日期统计已出让的产业用地。"),
    ("land_transferred", "产业用地出让面积", "Industrial land transferred", "公顷", 2, {},
     counting.land_transferred, "按出让日期统计已出让的产业用地面积。"),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"spaces_{_key}",
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
