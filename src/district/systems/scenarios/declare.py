"""What scenarios declare: lists and their rights, registers, navigation, public pages."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
from district.kernel.base.navigation import NavItem, Section, declare, declare_section
from district.kernel.cases.public import Words, said_later
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import MeasureSpec, declare_measure
from district.kernel.organisation.public import (
    Action,
    Grant,
    Role,
    declare_action,
    for_whoever_may,
    grants,
)
from district.systems.scenarios import names
from district.systems.scenarios.catalogue import catalogue
from district.systems.scenarios.selectors.landings import landed_by_unit
from district.systems.scenarios.services.publishing import load_keepers_file
from district.ui.front import PublicEntry, declare_public_entry

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_SEES = (*_POSTS, Role.LEADER, Role.PLANNER, Role.SUPERVISOR, Role.AUDITOR)
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看清单条目"), grants("any", *_SEES), True),
    (names.OFFER_ANY, _("导入清单条目"), grants("any", *_POSTS), True),
    (
        names.READ_CONTACT,
        _("查看条目联系人"),
        grants("unit", *_POSTS) + grants("centre", *_POSTS),
        False,
    ),
    (
        names.JUDGE,
        _("反馈匹配和申报落地"),
        grants("unit", *_POSTS) + grants("co_unit", *_POSTS) + grants("centre", *_POSTS),
        False,
    ),
    (names.CONFIRM_LANDING, _("核实场景落地"), grants("centre", *_POSTS), False),
    (names.LOAD_KEEPERS, _("载入清单主管单位"), (), True),
):
    declare_action(Action(_key, _label, _grants, system=_system))


def _from_data(key: str, rights: tuple[tuple[str, str], ...], verb: Words, what: Words) -> None:
    """A right that the file of lists states."""
    label = said_later(Words(f"{verb.zh}{what.zh}", f"{verb.en}: {what.en}"))
    declare_action(Action(key, label, tuple(Grant(*pair) for pair in rights), system=True))


for _kind in catalogue().kinds.values():
    _from_data(names.offer_action(_kind.key), _kind.offer, Words("登记", "Offer"), _kind.label)
for _list in catalogue().lists.values():
    _from_data(
        names.publish_action(_list.key), _list.publish, Words("发布", "Publish"), _list.label
    )

for _name, _word in (
    ("entry.offered", _("登记条目")),
    ("entry.changed", _("修改条目")),
    ("entry.ready", _("提交发布")),
    ("entry.withdrawn", _("撤下条目")),
    ("match.judged", _("反馈匹配")),
    ("landing.claimed", _("申报场景落地")),
    ("landing.confirmed", _("核实场景落地")),
    ("landing.refused", _("不认可场景落地")),
    ("list.published", _("发布清单")),
    ("list.kept", _("指定清单主管单位")),
):
    declare_kind(f"scenarios.{_name}", _word)

import_module("district.systems.scenarios.tables")
import_module("district.systems.scenarios.rates")
declare_district_file("scenarios", load_keepers_file)


def _item(key: str, label: Any, view: str, action: str, order: int, *, icon: str) -> None:
    declare(
        NavItem(
            f"scenarios.{key}",
            label,
            view,
            icon=icon,
            section="scenarios",
            order=order,
            visible=for_whoever_may(action),
        )
    )


declare_section(Section("scenarios", _("场景创新"), 29))
_item("lists", _("场景清单"), "scenarios", names.VIEW, 10, icon="list")
_item("entries", _("清单条目"), "scenarios_entries", names.VIEW, 11, icon="flask")
_item("landings", _("场景落地"), "scenarios_landings", names.VIEW, 12, icon="target-arrow")

declare_measure(
    MeasureSpec(
        "scenarios_landed",
        "场景落地数",
        "Scenarios landed",
        unit="个",
        decimals=0,
        source="system",
        definition="按落地日期统计经核实的场景落地，同一对供需计一次，计入需方牵头单位。",
    ),
    landed_by_unit,
)

declare_public_entry(
    PublicEntry(
        "scenarios.lists",
        _("场景清单"),
        "scenarios_public",
        icon="flask",
        text=_("能做什么，哪里需要"),
        order=50,
    )
)
