"""Problems and calls: put on the list, answered, risen, solved."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import Owned, actor_of, authorise, permitted
from district.kernel.tracking.public import reason_texts
from district.systems.projects.forms import AnswerForm, CallForm, NoteForm, ProblemForm, ResultForm
from district.systems.projects.models import Problem
from district.systems.projects.names import ANSWER, CALL, RAISE, TURN_UP
from district.systems.projects.pages.shared import crumbs_of, departments, form_answer
from district.systems.projects.selectors.projects import lines_of_call
from district.systems.projects.selectors.rights import (
    call_for,
    owned_call,
    owned_line,
    owned_problem,
    owned_project,
    problem_for,
    project_for,
)
from district.systems.projects.selectors.settings import (
    coordinating_unit,
    problem_kind_label,
    problem_kind_options,
    settings,
)
from district.systems.projects.services import calls, problems


@require_http_methods(["GET", "HEAD", "POST"])
def problem_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a problem on the list."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, RAISE, owned_project(row))
    choices = {"kind": problem_kind_options(), "bureau": departments()}
    form = ProblemForm(request.POST or None, choices=choices)
    made = submitted(form, lambda data: problems.raise_problem(row.pk, data, actor=actor))
    if made is not None:
        messages.success(request, _("问题已列入清单。"))
        return redirect(made)
    title, terms = _("提出问题"), settings().terms
    return form_answer(
        request, form, title=title, submit=_("提出"), crumbs=crumbs_of(row, last=title),
        lead=_("街道%(street)s个、部门%(bureau)s个、区领导%(leader)s个工作日内答复，到期自动上升一级")
        % {name: terms[name] for name in ("street", "bureau", "leader")},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, key: UUID) -> HttpResponse:
    """A problem; POST `do` answers it, puts it up or says that it is solved."""
    actor = actor_of(request)
    row = problem_for(key, actor)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    answer = AnswerForm(request.POST if do == "answer" else None)
    up = NoteForm(request.POST if do == "up" else None, prefix="up")
    solved = ResultForm(request.POST if do == "solve" else None, prefix="solve")
    done = (
        submitted(answer, lambda data: problems.answer_problem(row.pk, **data, actor=actor))
        or submitted(up, lambda data: problems.put_up_problem(row.pk, **data, actor=actor))
        or submitted(solved, lambda data: problems.solve_problem(row.pk, **data, actor=actor))
    )
    if done is not None:
        messages.success(request, _("已登记。"))
        return redirect(done)
    open_ = row.state != Problem.State.SOLVED
    context = {
        "row": row,
        "kind": problem_kind_label(row.kind),
        "reasons": reason_texts(row.clock.reasons) if row.clock else (),
        "steps": list(row.steps.select_related("unit")),
        "answer": answer,
        "up": up,
        "solved": solved,
        "may_answer": open_ and permitted(actor, ANSWER, owned_problem(row)),
        "may_put_up": open_
        and row.level != Problem.Level.LEADER
        and permitted(actor, ANSWER, owned_problem(row)),
        "may_solve": open_ and permitted(actor, RAISE, owned_project(row.project)),
        "crumbs": crumbs_of(row.project, last=row.title),
    }
    return render(request, "projects/problem.html", context, status=422 if do else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """A street calls departments."""
    actor = actor_of(request)
    row = project_for(key, actor)
    authorise(actor, CALL, Owned(row.street_id, centre=coordinating_unit()))
    open_ = Problem.objects.filter(project=row).exclude(state=Problem.State.SOLVED)
    choices = {
        "units": departments(),
        "problem": [(str(one.pk), one.title) for one in open_],
    }
    form = CallForm(request.POST or None, choices=choices)
    made = submitted(form, lambda data: calls.raise_call(row.pk, **data, actor=actor))
    if made is not None:
        messages.success(request, _("已吹哨，部门已收到报到通知。"))
        return redirect(made)
    title = _("街道吹哨")
    return form_answer(
        request, form, title=title, submit=_("吹哨"), crumbs=crumbs_of(row, last=title),
        lead=_("部门须在%(days)s个工作日内报到") % {"days": settings().terms["call"]},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, key: UUID) -> HttpResponse:
    """A call: who came; POST says what came of it."""
    actor = actor_of(request)
    row = call_for(key, actor)
    form = ResultForm(request.POST if request.method == "POST" else None)
    done = submitted(form, lambda data: calls.close_call(row.pk, **data, actor=actor))
    if done is not None:
        messages.success(request, _("已办结。"))
        return redirect(done)
    lines = lines_of_call(row)
    for line in lines:
        line.call = row
    open_ = row.closed_at is None
    context = {
        "row": row,
        "lines": [
            (
                line,
                open_ and line.came_at is None and permitted(actor, TURN_UP, owned_line(line)),
            )
            for line in lines
        ],
        "form": form,
        "may_close": open_ and permitted(actor, CALL, owned_call(row)),
        "crumbs": crumbs_of(row.project, last=row.title),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/call.html", context, status=status)


@require_POST
def came(request: HttpRequest, key: UUID, line: UUID) -> HttpResponse:
    """A department has come."""
    actor = actor_of(request)
    row = call_for(key, actor)
    if not any(one.pk == line for one in lines_of_call(row)):
        raise Invalid("line", _("没有这条报到。"), _("请刷新后再试。"))
    calls.turn_up(str(line), request.POST.get("note", ""), actor=actor)
    messages.success(request, _("已登记报到。"))
    return redirect(row)
