"""Tasks: the list, and one that is handed on or given up."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.cases.public import said
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.registers.public import list_view
from district.systems.inspections.checklists import checklist_of, checklist_version
from district.systems.inspections.models import Task
from district.systems.inspections.names import ASSIGN_TASK, INSPECT, TASKS
from district.systems.inspections.pages.steps import taken
from district.systems.inspections.selectors.finding import task_for
from district.systems.inspections.selectors.results import inspectors_of
from district.systems.inspections.selectors.rights import owned_task
from district.systems.inspections.services.tasks import (
    assign_task,
    cancel_task,
    renew_checklist,
    task_subject,
)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The tasks that the member may see."""
    return list_view(request, TASKS)


def _assign(task: Task, request: HttpRequest, actor: Actor) -> str:
    assign_task(task.pk, request.POST.get("inspector", ""), actor=actor)
    return _("任务已分派。")


def _cancel(task: Task, request: HttpRequest, actor: Actor) -> str:
    cancel_task(task.pk, request.POST.get("reason", ""), actor=actor)
    return _("任务已取消，原因随批次公布。")


def _renew(task: Task, request: HttpRequest, actor: Actor) -> str:
    renew_checklist(task.pk, actor=actor)
    return _("任务改用新的检查表。")


_STEPS: dict[str, Callable[[Task, HttpRequest, Actor], str]] = {
    "assign": _assign,
    "cancel": _cancel,
    "renew": _renew,
}


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """A task; POST hands it on, gives it up or lets it follow the new checklist."""
    actor = actor_of(request)
    found = task_for(task_id, actor)
    problem, status = "", 200
    if request.method == "POST":
        refusal = taken(request, found, _STEPS)
        if refusal is None:
            return redirect(found)
        problem, status = str(refusal), refusal.status
    is_open = found.state == Task.State.OPEN
    may_assign = is_open and permitted(actor, ASSIGN_TASK, owned_task(found))
    context = {
        "task": found,
        "checklist": said(checklist_version(found.checklist_version).label),
        "is_old": is_open and checklist_of(found.checklist).version != found.checklist_version,
        "may_assign": may_assign,
        "may_inspect": is_open and permitted(actor, INSPECT, owned_task(found)),
        "people": list(inspectors_of([found.lead_unit_id])) if may_assign else [],
        "result": getattr(found, "inspection", None) if found.state == Task.State.DONE else None,
        "events": events_of(task_subject(found), limit=30),
        "problem": problem,
    }
    return render(request, "inspections/task.html", context, status=status)
