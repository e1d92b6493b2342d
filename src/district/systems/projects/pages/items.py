"""What happens to an approval, entered one event at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, authorise
from district.systems.projects.forms import AcceptForm, DayForm, NoteForm, PlanItemForm, ToldForm
from district.systems.projects.models import Item
from district.systems.projects.names import HANDLE
from district.systems.projects.pages.shared import crumbs_of, form_answer
from district.systems.projects.selectors.projects import act_words, acts_of, item_for
from district.systems.projects.selectors.rights import owned_item, project_for
from district.systems.projects.services import items

Act = Callable[[Item, dict[str, Any], Actor], Item]


def _accept(item: Item, data: dict[str, Any], actor: Actor) -> Item:
    missing = None
    if data["tolerated"]:
        if data["owed_on"] is None:
            raise Invalid("owed_on", _("还没有填写补齐期限。"), _("请填写。"))
        missing = items.Missing(data["materials"], data["owed_on"])
    return items.accept_item(
        item.pk, data["on"], actor=actor, early=data["early"], missing=missing, note=data["note"]
    )


_DAYS: dict[str, Any] = {
    "approve": items.approve_item,
    "supply": items.supply_item,
    "resume": items.resume_item,
}
#: Those that need a word; the first two may have happened on an earlier day.
_TOLD: dict[str, Any] = {"stop": items.stop_item, "refuse": items.refuse_item}
_NOTES: dict[str, Any] = {"waive": items.waive_item, "want": items.want_item}


def _form(act: str) -> type[forms.Form]:
    if act == "accept":
        return AcceptForm
    if act == "plan":
        return PlanItemForm
    if act in _TOLD:
        return ToldForm
    return DayForm if act in _DAYS else NoteForm


def _do(act: str, item: Item, data: dict[str, Any], actor: Actor) -> Item:
    found: Item
    if act == "accept":
        return _accept(item, data, actor)
    if act == "plan":
        return items.plan_item(item.pk, **data, actor=actor)
    if act in _TOLD:
        found = _TOLD[act](item.pk, data["note"], data["on"], actor=actor)
        return found
    if act in _DAYS:
        found = _DAYS[act](item.pk, data["on"], actor=actor, note=data["note"])
        return found
    found = _NOTES[act](item.pk, data["note"], actor=actor)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, key: UUID, item: str, act: str) -> HttpResponse:
    """Enter an event of an approval; the project is computed anew."""
    actor = actor_of(request)
    project = project_for(key, actor)
    row = item_for(project, item)
    authorise(actor, HANDLE, owned_item(row))
    words = act_words()
    if act not in words:
        raise NotFound()
    if act not in dict(acts_of(row, actor)):
        raise Conflict(
            _("“%(item)s”目前是“%(state)s”，不能这样办理。请刷新后再看。")
            % {"item": row.name, "state": row.get_state_display()}
        )
    initial = {"on": clock.today(), "early": row.early, "tolerated": row.tolerated}
    form = _form(act)(request.POST if request.method == "POST" else None, initial=initial)
    done = submitted(form, lambda data: _do(act, row, data, actor))
    if done is not None:
        messages.success(
            request,
            _("“%(item)s”：%(state)s。开工时间已重新推算。")
            % {"item": done.name, "state": done.get_state_display()},
        )
        return redirect(project)
    title = f"{words[act]}：{row.name}"
    return form_answer(
        request, form, title=title, submit=words[act], crumbs=crumbs_of(project, last=row.name),
        lead=_("%(unit)s，承诺%(days)s个工作日") % {
            "unit": row.unit.display_short, "days": row.promised,
        },
    )  # fmt: skip
