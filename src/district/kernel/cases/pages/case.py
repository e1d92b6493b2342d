"""The page of one case, the same for every type: where it stands, what may be done, what was."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import show_on
from district.kernel.base.masking import without_numbers
from district.kernel.cases.addresses import case_url
from district.kernel.cases.forms import ACCEPT, MoveForm, files_sent
from district.kernel.cases.models import CaseAttachment
from district.kernel.cases.own_facts import shown_facts
from district.kernel.cases.rules.definition import Move
from district.kernel.cases.rules.words import said
from district.kernel.cases.sections import sections_of
from district.kernel.cases.selectors import CaseDetail, case_detail, near_cases, was_done
from district.kernel.cases.selectors.timeline import (
    StageView,
    files_of,
    stages_of,
    timeline_of,
)
from district.kernel.cases.services import perform_with_files, read_contacts
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case; POST does one of its actions. Who may not see it finds nothing here."""
    actor = actor_of(request)
    detail = case_detail(case_id, actor)
    given = request.POST if request.method == "POST" else request.GET
    move = next((each for each in detail.moves if each.key == given.get("do", "")), None)
    form, status = None, 200
    if request.method == "POST":
        if move is None and was_done(detail, given.get("do", ""), given.get("key", ""), actor):
            return redirect(case_url(case_id))
        if move is None:
            raise NotPermitted(_("该单目前不能这样办理，或您没有权限。请刷新后再看。"))
        form, status = MoveForm(request.POST, move=move, detail=detail), 422
        if form.is_valid():
            try:
                key = request.POST.get("key", "")[:80]
                perform_with_files(
                    case_id,
                    move.key,
                    files_sent(request),
                    actor=actor,
                    data=form.cleaned_data,
                    key=key,
                    public=bool(request.POST.get("public")),
                )
            except (Invalid, Conflict) as error:
                show_on(form, error)
            else:
                messages.success(request, _("已办理：%(move)s") % {"move": said(move.label)})
                return redirect(case_url(case_id))
    elif move is not None:
        form = MoveForm(move=move, detail=detail)
    return case_page(request, detail, actor, move=move, form=form, status=status)


def case_page(
    request: HttpRequest,
    detail: CaseDetail,
    actor: Actor,
    *,
    move: Move | None = None,
    form: MoveForm | None = None,
    upload_error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a case; with the form of an action, or with what is wrong with an upload."""
    given = request.POST if request.method == "POST" else request.GET
    context = {
        **_context(detail),
        "move": move,
        "move_label": said(move.label) if move else "",
        "form": form,
        "key": given.get("key") or uuid4().hex,
        "sections": sections_of(request, detail.case),
        "files": files_of(detail, actor),
        "kinds": CaseAttachment.Kind.choices,
        "kind": given.get("kind") or CaseAttachment.Kind.OTHER,
        "accept": ACCEPT,
        "upload_error": upload_error,
    }
    return render(request, "cases/case.html", context, status=status)


def _context(detail: CaseDetail) -> dict[str, Any]:
    shown = detail.case
    near = []
    if shown.stage == detail.case_type.start:
        found = near_cases(
            shown.type_key,
            shown.text,
            lon=shown.lon,
            lat=shown.lat,
            community=shown.community_unit_id or "",
            matter=shown.matter,
            at=shown.reported_at,
            exclude=shown.pk,
        )
        near = [(other, without_numbers(other.title)) for other in found]
    stages: list[StageView] = stages_of(detail)
    return {
        "detail": detail,
        "case": shown,
        "type": said(detail.case_type.label),
        "grade": _grade(detail),
        "facts": shown_facts(detail.case_type, detail.facts),
        "co_units": [(co, detail.shown(co.text)) for co in detail.co_units],
        "call_backs": [(call, detail.shown(call.text)) for call in detail.call_backs],
        "may_read_contacts": detail.case.reporter_count > 0 and detail.may_read_contacts,
        "buttons": [(each, said(each.label)) for each in detail.moves],
        "stages": stages,
        "timeline": timeline_of(detail),
        "near": near,
        "crumbs": [(said(detail.case_type.label), ""), (shown.number, "")],
    }


def _grade(detail: CaseDetail) -> str:
    grade = detail.case_type.grades.get(detail.case.grade)
    return said(grade.label) if grade else ""


@require_POST
def contacts(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who reported the case, for a reason that is kept in its history."""
    actor = actor_of(request)
    try:
        people = read_contacts(case_id, actor=actor, reason=request.POST.get("reason", ""))
    except Invalid as error:
        messages.error(request, str(error))
        return redirect(case_url(case_id))
    return render(request, "cases/contacts.html", {"people": people, "case_id": case_id})
