"""Tasks without numbers: confirm them as commitments, or say that they are none."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.organisation.public import actor_of
from district.kernel.plan.public import confirm_task, reject_task, tasks_of
from district.systems.plan_tracking.pages.common import done, number_of, page, said
from district.systems.plan_tracking.selectors.reviewing import edition_header

_PER_PAGE = 50


@page("plan.statement.decide")
def tasks(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """The numbered items and clauses of the plan part, those that wait first chosen."""
    edition = edition_header(edition_id)
    state = request.GET.get("state", "proposed")
    rows = tasks_of(edition).filter(level__gte=2, kind="target").select_related("commitment")
    if state in ("proposed", "confirmed", "rejected"):
        rows = rows.filter(state=state)
    shown = Paginator(rows, _PER_PAGE).get_page(number_of(request.GET.get("page")) or 1)
    context = {"edition": edition, "page": shown, "state": state}
    return render(request, "plan_tracking/tasks.html", context)


@page("plan.statement.decide", "POST")
def decide(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Confirm or reject the chosen tasks."""
    address = reverse("plan_tasks", args=[edition_id])
    chosen = request.POST.getlist("task")
    verb = request.POST.get("do")
    if not chosen or verb not in ("confirm", "reject"):
        error = Invalid("task", _("还没有选择任务。"), _("请先勾选任务，再点确认或排除。"))
        return said(request, error, address)
    actor = actor_of(request)
    try:
        for key in chosen:
            (confirm_task if verb == "confirm" else reject_task)(key, actor=actor)
    except Conflict as error:
        return said(request, error, address)
    words = _("已确认 %(n)s 项任务。") if verb == "confirm" else _("已排除 %(n)s 项任务。")
    return done(request, words % {"n": len(chosen)}, address)
