"""The checklists as people read and print them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.cases.public import said
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.registers.public import plain_number
from district.systems.inspections.checklists import (
    checklist_of,
    checklists,
    field_words,
    kind_words,
)
from district.systems.inspections.names import VIEW_ROUND
from district.systems.inspections.rules.checklist import Item


def _refuse(actor: Actor) -> None:
    if not permitted_somewhere(actor, VIEW_ROUND):
        raise NotPermitted(_("您没有查看检查表的权限。如确需查看，请联系系统管理员。"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All checklists."""
    _refuse(actor_of(request))
    fields = field_words()
    rows = [
        (each, said(each.label), said(fields[each.field]), len(each.items)) for each in checklists()
    ]
    return render(request, "inspections/checklists.html", {"rows": rows})


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """A checklist, item by item, with its standard and limits."""
    _refuse(actor_of(request))
    found = checklist_of(key)
    kinds = kind_words()
    context = {
        "checklist": found,
        "label": said(found.label),
        "basis": said(found.basis),
        "kinds": [said(kinds[kind]) for kind in found.kinds],
        "sections": [
            (said(section.label), [_shown(item) for item in found.items_of(section.key)])
            for section in found.sections
        ],
        "crumbs": [(_("检查表"), ".."), (said(found.label), "")],
    }
    return render(request, "inspections/checklist.html", context)


def _shown(item: Item) -> dict[str, object]:
    unit = said(item.unit)
    limits = ""
    if item.answer == "number":
        low = plain_number(item.least) if item.least is not None else ""
        high = plain_number(item.most) if item.most is not None else ""
        if low and high:
            limits = f"{low}–{high} {unit}" if low != high else f"{low} {unit}"
        else:
            limits = f"≥ {low} {unit}" if low else f"≤ {high} {unit}"
    return {
        "item": item,
        "text": said(item.text),
        "standard": said(item.standard),
        "limits": limits,
    }
