"""What disputes declare: five linked case types, desks, rights, registers, measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from district.kernel.base.district_files import declare_district_file
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
from district.kernel.measures.public import MeasureSpec, StatPeriod, declare_measure
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Action,
    Role,
    actor_of,
    declare_action,
    grants,
    permitted_somewhere,
)
from district.kernel.tracking.public import Ladder, Step, declare_ladder
from district.systems.disputes.names import (
    ARBITRATION,
    COURT,
    LADDER,
    LEGAL_AID,
    MEDIATION,
    PETITION,
    TYPES,
)
from district.systems.disputes.pages.cases import section
from district.systems.disputes.selectors import figures
from district.systems.disputes.services import load_offices

# The leader in charge is urged with whoever handles it; other leaders learn nothing of it.
declare_ladder(
    Ladder(
        LADDER,
        (
            Step("handler", "yellow", "handler"),
            Step("leader_early", "yellow", "leader"),
            Step("head", "red", "head"),
            Step("leader", "red", "leader"),
            Step("leader_again", "red", "leader", after_working_days=3),
        ),
    )
)
_FOLDER = Path(__file__).parent / "case_types"
for _key in TYPES:
    declare_case_register(declare_case_type(_FOLDER / f"{_key}.toml"))

for _desk in (
    Desk("triage", MEDIATION, _("待分派"), ("triage",)),
    Desk("handling", MEDIATION, _("待受理和调解"), ("assigned", "mediating")),
    Desk("performance", MEDIATION, _("待履行"), ("agreed",)),
    Desk("helping", MEDIATION, _("配合办理"), whose="co_unit"),
    Desk("mine", MEDIATION, _("我经办的"), whose="mine"),
    Desk("review", LEGAL_AID, _("待审查"), ("review", "supplement", "objection")),
    Desk("assigning", LEGAL_AID, _("待指派"), ("granted",)),
    Desk("helping", LEGAL_AID, _("承办中"), ("helping",)),
    Desk("filed", ARBITRATION, _("待移交"), ("filed",)),
    Desk("accepting", ARBITRATION, _("待受理"), ("applied", "supplement")),
    Desk("hearing", ARBITRATION, _("审理"), ("accepted", "hearing", "suspended")),
    Desk("drafting", COURT, _("待移送"), ("drafting",)),
    Desk("filing", COURT, _("待立案"), ("handed_over",)),
    Desk("forwarding", PETITION, _("待转送"), ("received",)),
    Desk("handling", PETITION, _("待受理和办理"), ("assigned", "handling")),
    Desk("answered", PETITION, _("待结案"), ("replied", "reviewing")),
    Desk("helping", PETITION, _("配合办理"), whose="co_unit"),
):
    declare_desk(_desk)

_HANDLING = (
    grants("centre", Role.OFFICER, Role.UNIT_HEAD, Role.DUTY_OFFICER)
    + grants("unit", Role.OFFICER, Role.UNIT_HEAD)
    + grants("co_unit", Role.OFFICER, Role.UNIT_HEAD)
)
_LEADING = grants("centre", Role.OFFICER, Role.UNIT_HEAD) + grants(
    "unit", Role.OFFICER, Role.UNIT_HEAD
)
declare_action(Action("disputes.party.read", _("查看当事人信息"), _HANDLING))
declare_action(Action("disputes.party.add", _("登记当事人"), _LEADING))
declare_action(Action("disputes.document.make", _("制作文书"), _LEADING))
declare_action(Action("disputes.document.read", _("下载文书"), _HANDLING))
declare_action(Action("disputes.case.carry", _("转办衔接"), _LEADING))
declare_action(
    Action("disputes.centre.view", _("查看调援裁诉中心"), grants("any", *EVERY_ROLE), system=True)
)
declare_action(
    Action(
        "disputes.centre.save",
        _("修改调援裁诉中心"),
        grants("any", Role.ADMINISTRATOR),
        system=True,
    )
)
declare_kind("disputes.party.added", _("登记当事人"))
declare_kind("disputes.parties.erased", _("清除当事人信息"))
declare_kind("disputes.document.made", _("制作文书"))
declare_kind("disputes.centre.saved", _("修改调援裁诉中心"))

declare_case_section(CaseSection("disputes.file", TYPES, section, "main", 10))
declare_district_file("disputes", load_offices)


def _sees(request: HttpRequest) -> bool:
    actor = actor_of(request)
    return any(permitted_somewhere(actor, f"cases.{key}.view") for key in TYPES)


declare(
    NavItem(
        "disputes.desks",
        _("调援裁诉和信访"),
        "disputes",
        "scale",
        section="work",
        order=30,
        visible=_sees,
    )
)
declare(
    NavItem(
        "disputes.figures",
        _("纠纷化解统计"),
        "disputes_figures",
        "report-analytics",
        section="work",
        order=31,
        visible=_sees,
    )
)

_Compute = Callable[[StatPeriod], Mapping[str, Decimal]]
_WITHIN = "期限按案件类型的法定期限，暂停期间不计。"
_MEASURES: tuple[tuple[str, str, str, str, int, str, _Compute], ...] = (
    (
        "disputes_mediated",
        "调解纠纷办结量",
        "Mediations ended",
        "件",
        0,
        "达成协议和调解不成均计入，撤回和不予受理不计。",
        figures.mediated,
    ),
    (
        "disputes_mediation_success",
        "调解成功率",
        "Mediations with an agreement",
        "%",
        2,
        "达成协议的件数除以办结量。",
        figures.mediation_success,
    ),
    (
        "disputes_mediation_in_time",
        "调解按期办结率",
        "Mediations in time",
        "%",
        2,
        _WITHIN,
        figures.mediation_in_time,
    ),
    (
        "disputes_handed_over",
        "诉讼移送量",
        "Handed over to court",
        "件",
        0,
        "按移送日期统计，含司法确认。",
        figures.handed_over,
    ),
    (
        "legal_aid_granted",
        "法律援助案件办理量",
        "Legal aid granted",
        "宗",
        0,
        "按决定给予援助的日期统计。",
        figures.aid_granted,
    ),
    (
        "legal_aid_in_time",
        "法律援助七日内审查率",
        "Legal aid decided in time",
        "%",
        2,
        _WITHIN,
        figures.aid_in_time,
    ),
    (
        "legal_aid_recovered",
        "法律援助挽回经济损失",
        "Losses recovered by legal aid",
        "万元",
        2,
        "按结案时登记的金额统计。",
        figures.aid_recovered,
    ),
    (
        "arbitration_closed",
        "劳动仲裁结案量",
        "Arbitrations ended",
        "件",
        0,
        "含裁决、调解和不予受理。",
        figures.arbitrated,
    ),
    (
        "arbitration_in_time",
        "劳动仲裁审限内结案率",
        "Arbitrations in time",
        "%",
        2,
        _WITHIN,
        figures.arbitration_in_time,
    ),
    (
        "petitions_answered",
        "信访事项答复量",
        "Petitions answered",
        "件",
        0,
        "按答复日期统计。",
        figures.petitions_answered,
    ),
    (
        "petitions_in_time",
        "信访事项按期答复率",
        "Petitions in time",
        "%",
        2,
        _WITHIN,
        figures.petitions_in_time,
    ),
    (
        "disputes_centres",
        "“调援裁诉”一站式服务中心数",
        "One-stop centres",
        "个",
        0,
        "现有中心数。",
        figures.centres,
    ),
)
for _measure, _name, _english, _unit, _decimals, _definition, _compute in _MEASURES:
    declare_measure(
        MeasureSpec(
            _measure,
            _name,
            _english,
            unit=_unit,
            decimals=_decimals,
            source="system",
            aggregation={"%": "rate", "个": "stock"}.get(_unit, "flow"),
            definition=_definition,
        ),
        _compute,
    )

import_module("district.systems.disputes.tables")
