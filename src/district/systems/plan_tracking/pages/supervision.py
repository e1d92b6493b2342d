"""Supervision (督办): the list, starting a run, its stages, and circulars."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.forms import show_on
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.plan.public import commitment_by_id
from district.kernel.registers.public import list_view
from district.kernel.supervision.public import (
    Run,
    assign_run,
    cancel_run,
    circular_by_id,
    circular_url,
    circulars,
    circulate,
    close_run,
    decide_extension,
    give_feedback,
    late_runs,
    request_extension,
    run_counts,
    run_detail,
    run_url,
    stage_label,
    start_run,
    verify,
    visible_runs,
)
from district.systems.plan_tracking.forms.supervision import CircularForm, MoveForm, StartForm
from district.systems.plan_tracking.pages.common import done, page
from district.systems.plan_tracking.selectors.supervision import figures_of, stages_of, steps_of

REGISTER = "supervision-runs"


@page("supervision.run.view", somewhere=True)
def index(request: HttpRequest) -> HttpResponseBase:
    """All runs that the member may see, with counts by stage."""
    actor = actor_of(request)
    extra = {
        "figures": figures_of(run_counts(actor)),
        "may_circulate": permitted(actor, "supervision.run.circulate"),
    }
    return list_view(request, REGISTER, template="plan_tracking/supervision.html", extra=extra)


@page("supervision.run.start", "GET", "HEAD", "POST")
def start(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Open a supervision of a commitment."""
    row = commitment_by_id(commitment_id)
    form = StartForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if row.tracked_id is None:
            form.add_error(None, _("事项还没有牵头单位。请先落实责任。"))
        elif form.is_valid():
            try:
                run = start_run(row.tracked_id, actor=actor_of(request), **form.cleaned_data)
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                return done(
                    request, _("已立项：%(number)s") % {"number": run.number}, run_url(run.pk)
                )
    context = {"row": row, "form": form, "heading": _("督办立项"), "submit": _("立项")}
    return render(request, "plan_tracking/commitment_form.html", context, status=status)


@page("supervision.run.view", "GET", "HEAD", "POST", somewhere=True)
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A run: its stages, what was done, and what the member may do now."""
    actor = actor_of(request)
    shown = run_detail(run_id, actor)
    moves = [move for move in shown.moves if move.key != "circulate"]
    wanted = request.POST.get("do", "") if request.method == "POST" else request.GET.get("do", "")
    move = next((each for each in moves if each.key == wanted), None)
    form = None
    status = 200
    if request.method == "POST":
        if move is None:
            raise NotPermitted(_("该督办目前不能这样办理，或您没有权限。请刷新后再看。"))
        form = MoveForm(request.POST, move=move)
        status = 422
        if form.is_valid():
            try:
                _perform(shown.run, move.key, form.cleaned_data, request.POST.get("key", ""), actor)
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                return done(request, _("已办理：%(move)s") % {"move": move.label}, run_url(run_id))
    elif move is not None:
        form = MoveForm(move=move)
    context = {
        "detail": shown,
        "run": shown.run,
        "moves": moves,
        "move": move,
        "form": form,
        "key": request.POST.get("key") or uuid4().hex,
        "stages": stages_of(shown.run),
        "steps": steps_of(shown),
        "crumbs": [(_("督办"), reverse("plan_supervision")), (shown.run.number, "")],
    }
    return render(request, "plan_tracking/run.html", context, status=status)


def _perform(run: Run, move: str, data: dict[str, Any], key: str, actor: Actor) -> object:
    text, days = data.get("text", ""), data.get("days")
    common: dict[str, Any] = {"actor": actor, "key": key[:80]}
    if move == "assign":
        return assign_run(run.pk, demand=data["demand"], days=days or 0, **common)
    if move == "give_feedback":
        return give_feedback(run.pk, text=text, **common)
    if move == "request_extension":
        return request_extension(run.pk, days=days or 0, reason=text, **common)
    if move in ("grant_extension", "refuse_extension"):
        return decide_extension(run.pk, grant=move == "grant_extension", note=text, **common)
    if move in ("pass_verification", "return_feedback"):
        return verify(run.pk, passed=move == "pass_verification", text=text, **common)
    if move == "close":
        return close_run(run.pk, text=text, **common)
    if move == "cancel":
        return cancel_run(run.pk, text=text, **common)
    raise NotFound(_("没有这项操作。"))


@page("supervision.run.view", somewhere=True)
def notices(request: HttpRequest) -> HttpResponse:
    """All circulars."""
    actor = actor_of(request)
    context = {
        "circulars": circulars()[:100],
        "may_circulate": permitted(actor, "supervision.run.circulate"),
    }
    return render(request, "plan_tracking/circulars.html", context)


@page("supervision.run.circulate", "GET", "HEAD", "POST")
def new_notice(request: HttpRequest) -> HttpResponse:
    """A circular on runs that are late."""
    actor = actor_of(request)
    late = list(late_runs(actor)[:200])
    form = CircularForm(request.POST if request.method == "POST" else None)
    chosen = request.POST.getlist("run") if request.method == "POST" else [str(r.pk) for r in late]
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = circulate(chosen, actor=actor, **form.cleaned_data)
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                return redirect(circular_url(found.pk))
    context = {"form": form, "late": late, "chosen": chosen}
    return render(request, "plan_tracking/circular_new.html", context, status=status)


@page("supervision.run.view", somewhere=True)
def notice(request: HttpRequest, circular_id: UUID) -> HttpResponse:
    """A circular, as it is printed."""
    found, entries = circular_by_id(circular_id)
    # A circular names other units' runs too; only those that the member may see are links.
    mine = visible_runs(actor_of(request)).filter(pk__in=[entry.run_id for entry in entries])
    day = timezone.localtime(found.issued_at).date()
    context = {
        "circular": found,
        "open": set(mine.values_list("pk", flat=True)),
        "lines": [(entry, stage_label(entry.stage)) for entry in entries],
        "paragraphs": [line for line in found.text.splitlines() if line.strip()],
        # An official document is dated in Chinese, whatever the interface speaks.
        "issued_on": f"{day.year}年{day.month}月{day.day}日",
    }
    return render(request, "plan_tracking/circular.html", context)
