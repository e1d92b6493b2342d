"""Drafts of our own warnings: writing, submitting, approving, and beginning an update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.warnings.forms import DraftForm, local_input
from district.kernel.warnings.models import Draft
from district.kernel.warnings.names import APPROVE, VIEW_DRAFT, WRITE_DRAFT
from district.kernel.warnings.selectors.catalogue import catalogue, colour_name, kind_name
from district.kernel.warnings.selectors.drafts import draft_for, drafting_units, drafts_for
from district.kernel.warnings.selectors.histories import history_of
from district.kernel.warnings.services import (
    approve_draft,
    draft_cancel,
    draft_update,
    return_draft,
    save_draft,
    submit_draft,
    withdraw_draft,
)
from district.kernel.warnings.services.drafting import draft_subject


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The drafts that the actor may see: those open first."""
    actor = actor_of(request)
    if not (permitted_somewhere(actor, VIEW_DRAFT) or permitted_somewhere(actor, APPROVE)):
        raise NotPermitted(_("您没有查看预警拟稿的权限。如确需办理，请联系系统管理员调整角色。"))
    rows = drafts_for(actor)
    issuable = [
        (kind_name(kind.key), [(each, colour_name(each)) for each in colours])
        for kind, colours in catalogue().issuable
    ]
    context = {
        "open": [each for each in rows if each.is_open],
        "closed": [each for each in rows if not each.is_open],
        "may_draft": permitted_somewhere(actor, WRITE_DRAFT),
        "issuable": issuable,
    }
    return render(request, "warnings/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a draft."""
    actor = actor_of(request)
    homes = drafting_units(actor)
    if not homes:
        raise NotPermitted(_("您没有拟定预警的权限。如确需办理，请联系系统管理员调整角色。"))
    form = DraftForm(request.POST or None, homes=homes)

    def save(data: dict[str, Any]) -> Draft:
        return save_draft(form.values(), unit=data.get("unit") or homes[0].pk, actor=actor)

    made = submitted(form, save)
    if made is not None:
        messages.success(request, _("拟稿已保存。请核对后提交审批。"))
        return redirect(made)
    return _form_page(request, form, heading=_("拟定预警"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a draft that is not submitted."""
    actor = actor_of(request)
    found = draft_for(key, actor)
    if not found.may_edit:
        raise NotPermitted(_("这份拟稿现在不能修改：已提交、已发布，或不是您单位的。"))
    draft = found.draft
    form = DraftForm(request.POST or None, draft=draft, initial=_said(draft))

    def save(data: dict[str, Any]) -> Draft:
        if data.get("seen") is not None:
            draft.version = data["seen"]
        return save_draft(form.values(), draft, actor=actor)

    made = submitted(form, save)
    if made is not None:
        messages.success(request, _("拟稿已保存。请核对后提交审批。"))
        return redirect(made)
    return _form_page(request, form, draft=draft, heading=_("修改拟稿"))


def _said(draft: Draft) -> dict[str, Any]:
    names = (
        "kind", "colour", "headline", "description", "instruction", "headline_en",
        "description_en", "instruction_en", "area_text", "area_text_en", "reason",
    )  # fmt: skip
    polygons = draft.ground.get("polygons", [])
    circles = draft.ground.get("circles", [])
    return {
        **{name: getattr(draft, name) for name in names},
        "areas": draft.ground.get("codes", []),
        "polygon": " ".join(",".join(point) for point in polygons[0]) if polygons else "",
        "circle": "{},{} {}".format(*circles[0]) if circles else "",
        "onset_at": local_input(draft.onset_at),
        "expires_at": local_input(draft.expires_at),
        "seen": draft.version,
    }


def _form_page(request: HttpRequest, form: DraftForm, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "warnings/draft_form.html", {"form": form, **context}, status=status)


@require_safe
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft as it would be issued, and what can be done with it."""
    found = draft_for(key, actor_of(request))
    row = found.draft
    known = catalogue()
    urgency, severity, certainty = known.signal(row.kind, row.colour)
    context = {
        "found": found,
        "draft": row,
        "kind": kind_name(row.kind),
        "cap": (severity, urgency, certainty),
        "events": history_of(draft_subject(row), {}, 60),
    }
    return render(request, "warnings/draft.html", context)


@require_POST
def act(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Submit, approve, return or withdraw a draft."""
    actor = actor_of(request)
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "submit": (lambda: submit_draft(key, actor=actor), _("已提交审批。")),
        "approve": (
            lambda: approve_draft(key, actor=actor, seen=_seen(request)),
            _("已批准并发布。"),
        ),
        "return": (
            lambda: return_draft(key, request.POST.get("note", ""), actor=actor),
            _("已退回。"),
        ),
        "withdraw": (lambda: withdraw_draft(key, actor=actor), _("拟稿已作废。")),
    }
    if verb not in verbs:
        raise Http404
    call, done = verbs[verb]
    try:
        call()
        messages.success(request, done)
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect("warnings_draft", key)


def _seen(request: HttpRequest) -> int | None:
    """Which version of the draft stood on the page."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@require_POST
def update(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin an update of one of our warnings."""
    try:
        return redirect("warnings_draft_edit", draft_update(key, actor=actor_of(request)).pk)
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("warning", key)


@require_POST
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin the cancellation of one of our warnings."""
    try:
        made = draft_cancel(key, request.POST.get("reason", ""), actor=actor_of(request))
        return redirect(made)
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    return redirect("warning", key)
