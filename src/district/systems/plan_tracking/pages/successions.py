"""What became of commitments in the next year's plan: the list, one of them, decisions."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.plan.public import (
    Succession,
    SuccessionState,
    carry_as_it_is,
    end_former,
    name_successor,
    possible_successors,
    succession_by_id,
    undo_succession,
)
from district.kernel.registers.public import list_view
from district.systems.plan_tracking.forms import SuccessionForm
from district.systems.plan_tracking.pages.common import done, page, said

REGISTER = "plan-successions"


@page("plan.read")
def index(request: HttpRequest) -> HttpResponseBase:
    """What became of the commitments of the year before, what waits for a decision first."""
    return list_view(request, REGISTER, template="plan_tracking/successions.html")


@page("plan.read")
def show(request: HttpRequest, succession_id: UUID) -> HttpResponse:
    """One commitment and what goes on with it."""
    row = succession_by_id(succession_id)
    may = permitted(actor_of(request), "plan.commitment.manage")
    form = None
    if may and row.state == SuccessionState.OPEN:
        form = SuccessionForm(choices=_choices(row), initial={"version": row.version})
    return _page(request, row, form, may=may)


@page("plan.commitment.manage", "POST")
def decide(request: HttpRequest, succession_id: UUID) -> HttpResponse:
    """Name a successor, carry on as it is, end or undo; what is refused stays written."""
    row = succession_by_id(succession_id)
    verb, address = request.POST.get("do", ""), reverse("plan_succession", args=[succession_id])
    if verb == "undo":
        try:
            undo_succession(succession_id, actor=actor_of(request))
        except Conflict as error:
            return said(request, error, address)
        return done(request, _("已撤销，可重新处理。"), address)
    form = SuccessionForm(request.POST, choices=_choices(row))
    if form.is_valid():
        try:
            _decide(request, succession_id, verb, form.cleaned_data)
            return done(request, _("已处理。"), address)
        except Conflict as error:
            return said(request, error, address)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return _page(request, row, form, may=True, status=422)


def _decide(request: HttpRequest, succession_id: UUID, verb: str, given: dict[str, object]) -> None:
    actor, note, version = actor_of(request), str(given["note"]), int(str(given["version"]))
    if verb == "name":
        successor = str(given["successor"])
        name_successor(succession_id, successor, actor=actor, note=note, version=version)
    elif verb == "carry":
        carry_as_it_is(succession_id, actor=actor, note=note, version=version)
    elif verb == "end":
        end_former(succession_id, actor=actor, note=note, version=version)
    else:
        raise Conflict(_("没有选择操作。请点其中一个按钮。"))


def _choices(row: Succession) -> list[tuple[str, str]]:
    return [
        (str(one.pk), f"{one.sequence} {one.title}".strip()[:90])
        for one in possible_successors(row)
    ]


def _page(
    request: HttpRequest,
    row: Succession,
    form: SuccessionForm | None,
    *,
    may: bool,
    status: int = 200,
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "may_undo": may and row.state != SuccessionState.OPEN,
        "crumbs": [(_("年度接续"), reverse("plan_successions")), (row.former.title[:40], "")],
    }
    return render(request, "plan_tracking/succession.html", context, status=status)
