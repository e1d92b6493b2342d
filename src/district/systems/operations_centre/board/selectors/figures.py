"""Numbers of the board and the rows that they open."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from district.kernel.cases.public import case_types, said, view_action
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Unit, visible_by
from district.kernel.registers.public import Figure
from district.systems.operations_centre.board.names import CASES
from district.systems.operations_centre.board.rules import By


@dataclass(frozen=True, slots=True)
class TypeColumn:
    """A case type that the viewer may see."""

    key: str
    label: str


def types_of(actor: Actor) -> list[TypeColumn]:
    """The types of which `actor` may see some case, by key. No query."""
    return [
        TypeColumn(one.key, said(one.label))
        for one in case_types()
        if not visible_by(actor, view_action(one)).nothing
    ]


def kind_words() -> dict[str, str]:
    """What the kinds of open cases are called."""
    return {
        "red": pgettext("light", "滞后"),
        "yellow": pgettext("light", "预警"),
        "green": pgettext("light", "正常"),
        "none": pgettext("light", "无数据"),
        "paused": _("挂起"),
    }


def where_kind(kind: str) -> str:
    """The condition of a kind of cases under way; of all of them for ""."""
    if kind == "paused":
        return 'category = "paused"'
    if kind == "none":
        return 'category = "open" and (light = "none" or not light known)'
    if kind:
        return f'category = "open" and light = "{kind}"'
    return 'category in ("open", "paused")'


def where_unit(unit: Unit, by: By, *, alone: bool = False) -> str:
    """The condition of what a unit leads, or of what happened there; with what lies below it,
    unless `alone`: then what is its own and of nobody below."""
    if by == "place":
        if unit.level == Level.COMMUNITY:
            return f'community = "{unit.pk}"'
        if unit.level == Level.STREET:
            return f'street = "{unit.pk}"' + (" and not community known" if alone else "")
        return "not street known and not community known" if alone else ""
    if alone:
        return f'lead_unit = "{unit.pk}"'
    return "" if unit.level == Level.DISTRICT else f'lead_unit under "{unit.pk}"'


def figure(value: int, label: str, *conditions: str) -> Figure:
    """A count that opens its cases."""
    where = " and ".join(one for one in conditions if one)
    return Figure(CASES, where, value=value, label=label)
