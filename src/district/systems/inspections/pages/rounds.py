"""Rounds: the list, planning one, and one with its draw and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import said
from district.kernel.conditions.public import describe
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import (
    actor_of,
    permitted,
    permitted_somewhere,
    units,
)
from district.kernel.registers.public import Figure, list_view
from district.systems.inspections.checklists import checklist_version, kind_words
from district.systems.inspections.forms import DrawForm, RoundForm
from district.systems.inspections.models import Place, Round, Task
from district.systems.inspections.names import MANAGE_ROUND, ROUNDS, TASKS
from district.systems.inspections.pages.steps import taken
from district.systems.inspections.selectors.finding import round_for
from district.systems.inspections.selectors.population import where_of
from district.systems.inspections.selectors.results import tasks_of_round
from district.systems.inspections.selectors.rights import own_units, owned_round
from district.systems.inspections.services.rounds import (
    NewRound,
    close_round,
    commit_round,
    draw_round,
    plan_round,
    round_subject,
)


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The rounds that the member may see."""
    extra = {"may_plan": permitted_somewhere(actor_of(request), MANAGE_ROUND)}
    return list_view(request, ROUNDS, template="inspections/rounds.html", extra=extra)


@require_http_methods(["GET", "HEAD", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Plan a round for one of the member's own units."""
    actor = actor_of(request)
    own = own_units(actor, MANAGE_ROUND)
    if not own:
        raise NotPermitted(_("您没有拟定检查批次的权限。如确需拟定，请联系系统管理员。"))
    form = RoundForm(request.POST or None, own=own)
    made = submitted(form, lambda data: plan_round(NewRound(**data), actor=actor))
    if made is not None:
        messages.success(request, _("批次已拟定。核对后公示，公示后才能抽取。"))
        return redirect(made)
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/round_form.html", {"form": form}, status=status)


def _commit(row: Round, request: HttpRequest, actor: Actor) -> str:
    commit_round(row.pk, actor=actor)
    return _("已公示对象清单和种子的摘要。")


def _draw(row: Round, request: HttpRequest, actor: Actor) -> str:
    drawn = draw_round(row.pk, actor=actor, public_value=request.POST.get("public_value", ""))
    return _("已抽取%(count)s个对象，任务已下达。") % {"count": len(drawn.selected)}


def _close(row: Round, request: HttpRequest, actor: Actor) -> str:
    close_round(row.pk, actor=actor)
    return _("批次已结束。")


_STEPS: dict[str, Callable[[Round, HttpRequest, Actor], str]] = {
    "commit": _commit,
    "draw": _draw,
    "close": _close,
}


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """A round; POST takes its next step."""
    actor = actor_of(request)
    row = round_for(round_id, actor)
    problem, status = "", 200
    if request.method == "POST":
        refusal = taken(request, row, _STEPS)
        if refusal is None:
            return redirect(row)
        problem, status = str(refusal), refusal.status
    return render(request, "inspections/round.html", _context(row, actor, problem), status=status)


def _context(row: Round, actor: Actor, problem: str) -> dict[str, Any]:
    tasks = list(tasks_of_round(row)) if row.drawn_at else []
    done = sum(task.state == Task.State.DONE for task in tasks)
    where = f'round = "{row.number}"'
    return {
        "round": row,
        "checklist": said(checklist_version(row.checklist_version).label),
        "where": str(describe(where_of(row.where))) if row.where else "",
        "strata": strata_in_words(row),
        "tasks": tasks,
        "figures": (
            Figure(TASKS, where, value=len(tasks), unit=_("件"), label=_("任务")),
            Figure(
                TASKS, f'{where} and state = "done"', value=done, unit=_("件"), label=_("已检查")
            ),
        ),
        "may_manage": permitted(actor, MANAGE_ROUND, owned_round(row)),
        "form": DrawForm(),
        "events": events_of(round_subject(row), limit=20),
        "problem": problem,
    }


def strata_in_words(row: Round) -> list[dict[str, Any]]:
    """The strata with their names in words."""
    words = {str(key): str(label) for key, label in _words(row.stratify).items()}
    return [{**each, "name": words.get(each["stratum"], each["stratum"])} for each in row.strata]


def _words(stratify: str) -> dict[str, Any]:
    if stratify in ("street", "lead_unit"):
        return {unit.pk: unit.display_short for unit in units()}
    if stratify == "kind":
        return {key: said(label) for key, label in kind_words().items()}
    return {**dict(Place.Risk.choices), "": _("全部")}
