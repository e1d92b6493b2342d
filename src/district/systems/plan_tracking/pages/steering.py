"""What is done to one commitment, each on a page with one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.forms import show_on
from district.kernel.history.public import Actor
from district.kernel.measures.public import measures_in_use
from district.kernel.organisation.public import actor_of, assignments_today, units
from district.kernel.plan.public import (
    Commitment,
    activate,
    assign_owner,
    bind_measure,
    cancel_commitment,
    commitment_by_id,
    commitment_url,
    create_commitment,
    edit_commitment,
    finish_commitment,
    name_contact,
    newest_report,
    propose_adjustment,
    reopen_commitment,
    report_progress,
    set_profile,
    settle_flag,
    theme_options,
)
from district.systems.plan_tracking.forms.commitments import (
    AdjustForm,
    ContactForm,
    FactsForm,
    FinishForm,
    MeasureForm,
    NewForm,
    NoteForm,
    OwnerForm,
    ProfileForm,
    ProgressForm,
)
from district.systems.plan_tracking.pages.common import done, number_of, page, said

_GET_POST = ("GET", "HEAD", "POST")
Write = Callable[[Any, Actor], object]


def _answer(
    request: HttpRequest,
    row: Commitment,
    form: forms.Form,
    write: Write,
    *,
    heading: str,
    submit: str,
    finished: str,
    **extra: Any,
) -> HttpResponse:
    """Show the form, or let the service write and go back to the commitment."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                write(form.cleaned_data, actor_of(request))
            except (Invalid, Conflict) as error:
                show_on(form, error)
                status = error.status
            else:
                return done(request, finished, commitment_url(row.pk))
    context = {"row": row, "form": form, "heading": heading, "submit": submit, **extra}
    return render(request, "plan_tracking/commitment_form.html", context, status=status)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _files(request: HttpRequest) -> Any:
    return request.FILES if request.method == "POST" else None


def _evidence(data: Any) -> dict[str, Any]:
    """What the services take of the form's file; nothing of it where none was chosen."""
    file = data["evidence"]
    return {"evidence": file.read(), "evidence_name": file.name} if file else {}


@page("plan.commitment.manage", *_GET_POST)
def owner(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Lead unit, co-units, answerable leader, contact."""
    row = commitment_by_id(commitment_id)
    initial = {
        "lead_unit": row.lead_unit_id,
        "co_units": list(row.co_units.values_list("pk", flat=True)),
        "leader": str(row.leader_id or ""),
        "contact": str(row.contact_id or ""),
    }
    form = OwnerForm(_data(request), initial=initial, units=units(), posts=assignments_today())

    def write(data: Any, actor: Actor) -> object:
        version = number_of(request.POST.get("version"))
        return assign_owner(row.pk, actor=actor, version=version, **data)

    return _answer(
        request,
        row,
        form,
        write,
        heading=pgettext("page", "落实责任"),
        submit=_("保存"),
        finished=_("责任已落实。"),
        template="owner",
    )


@page("plan.commitment.contact", *_GET_POST, somewhere=True)
def contact(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Another contact, named by the head of the lead unit from its own people."""
    row = commitment_by_id(commitment_id)
    posts = assignments_today(unit_code=row.lead_unit_id or "")
    form = ContactForm(_data(request), initial={"contact": str(row.contact_id or "")}, posts=posts)

    def write(data: Any, actor: Actor) -> object:
        return name_contact(row.pk, data["contact"], actor=actor)

    return _answer(
        request,
        row,
        form,
        write,
        heading=_("更换联系人"),
        submit=_("保存"),
        finished=_("联系人已更换。"),
    )


@page("plan.commitment.manage", *_GET_POST)
def facts(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Name, kind, nature, theme."""
    row = commitment_by_id(commitment_id)
    initial = {"title": row.title, "kind": row.kind, "nature": row.nature, "theme": row.theme}
    form = FactsForm(_data(request), initial=initial, themes=theme_options())

    def write(data: Any, actor: Actor) -> object:
        version = number_of(request.POST.get("version"))
        return edit_commitment(row.pk, data, actor=actor, version=version)

    return _answer(
        request,
        row,
        form,
        write,
        heading=_("修改事项"),
        submit=_("保存"),
        finished=_("已保存。"),
    )


@page("plan.commitment.manage", *_GET_POST)
def profile(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """How progress is due over the year."""
    row = commitment_by_id(commitment_id)
    initial = {"profile": row.profile, "shares": " ".join(row.profile_shares)}
    form = ProfileForm(_data(request), initial=initial)

    def write(data: Any, actor: Actor) -> object:
        return set_profile(row.pk, data["profile"], actor=actor, shares=form.numbers())

    return _answer(
        request,
        row,
        form,
        write,
        heading=pgettext("page", "设定序时进度"),
        submit=_("保存"),
        finished=_("序时进度已设定，亮灯已重新计算。"),
    )


@page("plan.commitment.manage", *_GET_POST)
def measure(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Which measure feeds the light; `?measure=` proposes one."""
    row = commitment_by_id(commitment_id)
    proposed = request.GET.get("measure", "")
    form = MeasureForm.of(row, measures_in_use(proposed), _data(request), proposed)

    def write(data: Any, actor: Actor) -> object:
        return bind_measure(row.pk, data["measure"], actor=actor)

    return _answer(
        request,
        row,
        form,
        write,
        heading=pgettext("page", "绑定指标"),
        submit=_("绑定"),
        finished=_("指标已绑定，亮灯已重新计算。"),
    )


@page("plan.read", *_GET_POST)
def adjust(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Propose another target; its owner and planners may."""
    row = commitment_by_id(commitment_id)
    form = AdjustForm.of(row, _data(request))

    def write(data: Any, actor: Actor) -> object:
        return propose_adjustment(row.pk, actor=actor, **data)

    return _answer(
        request,
        row,
        form,
        write,
        heading=_("提出目标调整"),
        submit=_("提交审批"),
        finished=_("已提交，批准后生效。"),
    )


@page("plan.read", *_GET_POST)
def progress(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """How far a task without a number has come."""
    row = commitment_by_id(commitment_id)
    form = ProgressForm(_data(request), _files(request), initial={"percent": row.percent})

    def write(data: Any, actor: Actor) -> object:
        said = {"percent": data["percent"], "text": data["text"]}
        return report_progress(row.pk, actor=actor, **said, **_evidence(data))

    return _answer(
        request,
        row,
        form,
        write,
        heading=pgettext("page", "填报进展"),
        submit=_("提交"),
        finished=_("进展已填报。"),
    )


@page("plan.commitment.manage", "POST")
def start(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Start a commitment that lacks nothing."""
    address = commitment_url(commitment_id)
    try:
        activate(commitment_id, actor=actor_of(request))
    except Conflict as error:
        return said(request, error, address)
    return done(request, _("已启动，今后只能通过目标调整变更目标。"), address)


@page("plan.commitment.manage", *_GET_POST)
def finish(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Declare it done, with the reason and perhaps a file."""
    row = commitment_by_id(commitment_id)
    form = FinishForm(_data(request), _files(request))

    def write(data: Any, actor: Actor) -> object:
        return finish_commitment(row.pk, actor=actor, note=data["note"], **_evidence(data))

    return _answer(
        request,
        row,
        form,
        write,
        heading=_("办结"),
        submit=_("办结"),
        finished=_("已办结，计时停止。如有误，可重新启动。"),
    )


@page("plan.commitment.manage", *_GET_POST)
def close(request: HttpRequest, commitment_id: UUID, verb: str) -> HttpResponse:
    """Give up or take up again, with a word."""
    row = commitment_by_id(commitment_id)
    words: dict[str, tuple[Any, str, str]] = {
        "cancel": (cancel_commitment, _("取消事项"), _("已取消，记录保留。")),
        "reopen": (reopen_commitment, pgettext("page", "重新启动"), _("已重新启动。")),
    }
    service, heading, finished = words[verb]
    form = NoteForm(_data(request))

    def write(data: Any, actor: Actor) -> object:
        return service(row.pk, actor=actor, note=data["note"])

    return _answer(request, row, form, write, heading=heading, submit=heading, finished=finished)


@page("plan.commitment.manage", "POST")
def settle(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Keep or give up a commitment whose sentence an amended report changed or removed."""
    address = commitment_url(commitment_id)
    decision = request.POST.get("do", "")
    try:
        settle_flag(commitment_id, decision, actor=actor_of(request))
    except (Conflict, Invalid) as error:
        return said(request, error, address)
    return done(request, _("已处理修订提示。"), address)


@page("plan.commitment.manage", *_GET_POST)
def create(request: HttpRequest) -> HttpResponse:
    """A commitment that no sentence of the report states."""
    report = newest_report()
    form = NewForm(_data(request), themes=theme_options())
    status = 200
    if request.method == "POST":
        status = 422
        if report is None:
            form.add_error(None, _("还没有现行的计划报告。请先上传报告。"))
        elif form.is_valid():
            data = {**form.cleaned_data, "parent_id": request.POST.get("parent") or None}
            try:
                row = create_commitment(report.pk, actor=actor_of(request), **data)
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                return redirect(commitment_url(row.pk))
    context = {"form": form, "report": report, "parent": request.GET.get("parent", "")}
    return render(request, "plan_tracking/new.html", context, status=status)
