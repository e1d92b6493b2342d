"""What scenarios declare: lists and their rights, registers, navigation, public pages."""

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
    Words,
    declare_case_register,
    declare_case_section,
    declare_case_type,
    declare_desk,
    said_later,
)
from district.kernel.history.public import declare_kind
from district.kernel.measures.public import (
    MeasureSpec,
    declare_measure,
    declare_measure_family,
)
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
from district.systems.scenarios.schemes import schemes
from district.systems.scenarios.selectors import counting
from district.systems.scenarios.selectors.landings import landed_by_unit, landed_tag_measures
from district.systems.scenarios.services.publishing import load_keepers_file
from district.ui.front import PublicEntry, declare_public_entry

_POSTS = (Role.OFFICER, Role.UNIT_HEAD)
_SEES = (*_POSTS, Role.LEADER, Role.PLANNER, Role.SUPERVISOR, Role.AUDITOR)
for _key, _label, _grants, _system in (
    (names.VIEW, _("查看清单条目"), grants("any", *_SEES), True),
    (names.OFFER_ANY, _("导入清单条目"), grants("any", *_POSTS), True),
    (names.ACCEPT, _("受理企业申报的条目"), grants("unit", *_POSTS), False),
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
    (names.VIEW_ROUND, _("查看认定批次"), grants("any", *_SEES), False),
    (
        names.VIEW_EXPERT,
        _("查看评审专家"),
        grants("unit", *_POSTS) + grants("any", Role.AUDITOR),
        False,
    ),
    (names.SAVE_EXPERT, _("登记评审专家"), grants("unit", *_POSTS), False),
    (names.REVIEW, _("评审认定申请"), grants("self", Role.VIEWER, *_POSTS), False),
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
for _scheme in schemes().values():
    _from_data(
        names.manage_action(_scheme.key), _scheme.manage, Words("组织认定：", "Run"), _scheme.label
    )
    _from_data(
        names.decide_action(_scheme.key), _scheme.decide, Words("决定认定：", "Decide"),
        _scheme.label,
    )  # fmt: skip

for _name, _word in (
    ("entry.offered", _("登记条目")),
    ("entry.changed", _("修改条目")),
    ("entry.ready", _("提交发布")),
    ("entry.accepted", _("受理企业申报的条目")),
    ("entry.refused", _("退回企业申报的条目")),
    ("entry.withdrawn", _("撤下条目")),
    ("match.judged", _("反馈匹配")),
    ("landing.claimed", _("申报场景落地")),
    ("landing.confirmed", _("核实场景落地")),
    ("landing.refused", _("不认可场景落地")),
    ("round.planned", _("拟定认定批次")),
    ("round.announced", _("公告认定批次")),
    ("round.reviewing", _("开始专家评审")),
    ("round.filled", _("补派评审专家")),
    ("round.proposed", _("提出拟认定名单")),
    ("round.objected", _("提出异议")),
    ("round.objection_decided", _("答复异议")),
    ("round.published", _("发布认定结果")),
    ("round.taken_over", _("录入已公布的批次")),
    ("paper.cleared", _("材料可给评审专家看")),
    ("paper.hidden", _("材料不给评审专家看")),
    ("review.submitted", _("提交评审")),
    ("review.declined", _("退出评审")),
    ("expert.saved", _("登记评审专家")),
    ("interest.declared", _("申报利害关系")),
    ("recognition.made", _("认定")),
    ("recognition.revoked", _("撤销认定")),
    ("recognition.expired", _("认定到期")),
    ("list.published", _("发布清单")),
    ("list.kept", _("指定清单主管单位")),
):
    declare_kind(f"scenarios.{_name}", _word)

_TYPE = declare_case_type(Path(__file__).parent / "case_types" / "recognition.toml")
declare_case_register(_TYPE)
_stated = _TYPE.schema.get("scheme")
if _stated is None or {key for key, _word in _stated.choices or ()} != set(schemes()):
    raise ValueError("case_types/recognition.toml lists other schemes than are declared")
declare_desk(Desk("check", names.RECOGNITION, _("待形式审查"), ("check",)))
declare_desk(Desk("completing", names.RECOGNITION, _("待补正"), ("completing",)))
declare_desk(Desk("accepted", names.RECOGNITION, _("待评审"), ("accepted",)))
declare_desk(Desk("review", names.RECOGNITION, _("评审和公示"), ("review", "publicity")))
_experts = import_module("district.systems.scenarios.pages.experts")
for _key, _render, _order in (
    ("application", _experts.case_section, 40),
    ("scores", _experts.scores_section, 41),
):
    declare_case_section(
        CaseSection(f"scenarios.{_key}", (names.RECOGNITION,), _render, order=_order)
    )

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
_item("rounds", _("认定批次"), "scenarios_rounds", names.VIEW_ROUND, 13, icon="star")
_item(
    "applications",
    _("认定申请"),
    "scenarios_applications",
    f"cases.{names.RECOGNITION}.view",
    14,
    icon="inbox",
)
_item("recognitions", _("认定结果"), "scenarios_recognitions", names.VIEW, 15, icon="checks")
_item("experts", _("评审专家"), "scenarios_experts", names.VIEW_EXPERT, 16, icon="users")
_item("reviews", _("我的评审"), "scenarios_reviews", names.REVIEW, 17, icon="writing")

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

declare_measure_family("scenarios.landed_tags", landed_tag_measures)

for _key, _name, _english, _unit, _compute, _words in (
    ("three_new", "“三新”产品认定数", "Three-new products recognised", "款",
     counting.recognised("three_new"), "按发布日期统计经公示认定的“三新”产品认定，含复审。"),
    ("selected_factories", "严选工厂认定数", "Selected factories recognised", "家",
     counting.recognised("selected_factory"), "按发布日期统计经公示认定的严选工厂认定，含复审。"),
    ("notable_households", "“名特优新”个体工商户认定数", "Notable households recognised", "家",
     counting.recognised("notable_household"),
     "按发布日期统计经公示认定的“名特优新”个体工商户认定，含复审。"),
    ("project_scenarios", "政府投资项目科技篇场景数", "Scenarios in public projects", "个",
     counting.published("project"), "按首次发布的日期统计列入政府投资项目科技篇场景清单的场景。"),
):  # fmt: skip
    declare_measure(
        MeasureSpec(
            f"scenarios_{_key}",
            _name,
            _english,
            unit=_unit,
            decimals=0,
            source="system",
            definition=_words,
        ),
        _compute,
    )

declare_public_entry(
    PublicEntry(
        "scenarios.recognition",
        _("认定申报和公示"),
        "scenarios_public_rounds",
        icon="star",
        text=_("“三新”、严选工厂、“名特优新”"),
        order=51,
    )
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
