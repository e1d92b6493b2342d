"""Dispatch meetings: the list, one of them, its decisions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, authorise, permitted
from district.kernel.plan.public import commitment_url
from district.kernel.registers.public import list_view
from district.kernel.tracking.public import reason_texts
from district.systems.economy.forms import DecisionForm, MeetingForm
from district.systems.economy.models import Decision, Meeting
from district.systems.economy.names import (
    DECISION_ISSUE,
    MEETING_PREPARE,
    MEETING_VIEW,
    MEETINGS,
)
from district.systems.economy.pages.series import growth_given
from district.systems.economy.selectors.meetings import (
    decision_choices,
    decision_for,
    leader_choices,
    meeting_detail,
    meeting_for,
    owned_meetings,
)
from district.systems.economy.selectors.packs.decisions import Standing
from district.systems.economy.selectors.rights import series_for
from district.systems.economy.selectors.settings import member_label
from district.systems.economy.services.issuing import issue_decisions
from district.systems.economy.services.meetings import (
    close_meeting,
    drop_decision,
    hold_meeting,
    keep_supposition,
    save_decision,
    save_meeting,
)
from district.systems.economy.words import outcome_label

Crumbs = list[tuple[str, str]]


def crumbs_to(row: Meeting | None, last: str) -> Crumbs:
    """The way to a page of a meeting."""
    found = [(_("调度会"), reverse("economy_meetings"))]
    if row is not None:
        found.append((row.title, row.get_absolute_url()))
    return [*found, (last, "")]


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The meetings."""
    extra = {"may_prepare": permitted(actor_of(request), MEETING_PREPARE, owned_meetings())}
    return list_view(request, MEETINGS, template="economy/meetings.html", extra=extra)


@require_safe
def meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    """A meeting: its packs, and its decisions as they stand."""
    actor = actor_of(request)
    authorise(actor, MEETING_VIEW)
    row = meeting_for(key)
    detail = meeting_detail(row)
    drafts = [one for one in detail.decisions if one.decision.state == Decision.State.DRAFT]
    may_issue = permitted(actor, DECISION_ISSUE, owned_meetings())
    held = row.state == Meeting.State.HELD
    context = {
        "row": row,
        "detail": detail,
        "decisions": [_shown(one) for one in detail.decisions],
        "may_prepare": row.is_open and permitted(actor, MEETING_PREPARE, owned_meetings()),
        "may_issue": held and may_issue and bool(drafts),
        "drafts": len(drafts),
        "crumbs": [(_("调度会"), reverse("economy_meetings")), (row.title, "")],
    }
    return render(request, "economy/meeting.html", context)


def _shown(one: Standing) -> dict[str, Any]:
    row, commitment = one.decision, one.decision.commitment
    tracked = commitment.tracked if commitment is not None else None
    line = [member_label(name, getattr(row, name)) for name in ("industry", "street")
            if getattr(row, name)]  # fmt: skip
    return {
        "row": row,
        "outcome": outcome_label(one.outcome),
        "is_draft": row.state == Decision.State.DRAFT,
        "late": one.outcome in ("late", "done_late"),
        "done": one.outcome in ("done", "done_late"),
        "light": one.light if commitment is not None else "",
        "reasons": reason_texts(tracked.reasons) if tracked is not None else [],
        "due_on": one.due_on,
        "closed_on": one.closed_on,
        "closing": one.closing,
        "url": commitment_url(commitment.pk) if commitment is not None else "",
        "line": line,
        "co_units": [unit.display_short for unit in row.co_units.all()],
    }


def _form(
    request: HttpRequest,
    form: Form,
    *,
    title: str,
    submit: str,
    crumbs: Crumbs,
    version: int | None,
) -> HttpResponse:
    context = {
        "form": form, "title": title, "lead": "", "submit": submit, "crumbs": crumbs,
        "version": version,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "economy/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting; the month before this one is proposed."""
    authorise(actor_of(request), MEETING_PREPARE, owned_meetings())
    today = clock.today()
    month = today.month - 1 or 12
    initial = {
        "year": today.year if today.month > 1 else today.year - 1,
        "month": month,
        "held_on": today,
    }
    return _saved(request, None, initial)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what is said of a meeting."""
    authorise(actor_of(request), MEETING_PREPARE, owned_meetings())
    row = meeting_for(key)
    names = ("year", "month", "title", "held_on", "place")
    initial = {name: getattr(row, name) for name in names} | {"chair": str(row.chair_id)}
    return _saved(request, row, initial)


def _saved(request: HttpRequest, row: Meeting | None, initial: dict[str, Any]) -> HttpResponse:
    choices = leader_choices()
    if row is not None and str(row.chair_id) not in dict(choices):
        choices.append((str(row.chair_id), row.chair.display_name))
    form = MeetingForm(request.POST or None, choices={"chair": choices}, initial=initial)
    seen, key = _seen(request), row.pk if row else None
    saved = submitted(
        form, lambda data: save_meeting(data, key, seen=seen, actor=actor_of(request))
    )
    if saved is not None:
        messages.success(request, _("调度会已保存。"))
        return redirect(saved)
    title = _("登记调度会") if row is None else _("修改调度会")
    return _form(
        request, form, title=title, submit=_("保存"), crumbs=crumbs_to(row, title),
        version=row.version if row else None,
    )  # fmt: skip


@require_POST
def hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that it was held."""
    row = hold_meeting(key, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已标明召开。现在可以下达决定。"))
    return redirect(row)


@require_POST
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close it."""
    row = close_meeting(key, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("会议已结束，材料和决定不再变动。"))
    return redirect(row)


@require_POST
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    """Issue every draft, or the one that is named."""
    named = request.POST.get("decision", "")
    keys = [UUID(named)] if _is_key(named) else None
    done = issue_decisions(key, keys, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已下达%(count)s项决定。") % {"count": done.count})
    for one in done.lacking:
        messages.warning(request, _("决定%(what)s未齐，补齐后启动。") % {"what": one})
    return redirect("economy_meeting", key=key)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write a decision; `?series=` says which indicator it concerns."""
    actor = actor_of(request)
    authorise(actor, MEETING_PREPARE, owned_meetings())
    row = meeting_for(key)
    return _decided(request, row, None, {"series": request.GET.get("series", "")}, actor)


@require_http_methods(["GET", "HEAD", "POST"])
def change_decision(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a decision that is still a draft."""
    actor = actor_of(request)
    authorise(actor, MEETING_PREPARE, owned_meetings())
    row = decision_for(key)
    initial = {
        "text": row.text, "series": row.series_id or "", "industry": row.industry,
        "street": row.street, "lead_unit": row.lead_unit_id, "leader": str(row.leader_id),
        "due_on": row.due_on, "co_units": [unit.pk for unit in row.co_units.all()],
    }  # fmt: skip
    return _decided(request, row.meeting, row, initial, actor)


def _decided(
    request: HttpRequest, row: Meeting, one: Decision | None, initial: dict[str, Any], actor: Actor
) -> HttpResponse:
    form = DecisionForm(request.POST or None, choices=decision_choices(), initial=initial)
    key, seen = one.pk if one else None, _seen(request)
    saved = submitted(form, lambda data: save_decision(row.pk, data, key, seen=seen, actor=actor))
    if saved is not None:
        messages.success(request, _("决定已保存，下达以前可以修改。"))
        return redirect(saved)
    title = _("拟定会议决定") if one is None else _("修改会议决定")
    return _form(
        request, form, title=title, submit=_("保存"), crumbs=crumbs_to(row, title),
        version=one.version if one else None,
    )  # fmt: skip


@require_POST
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that a draft will not be issued."""
    row = drop_decision(key, seen=_seen(request), actor=actor_of(request))
    messages.success(request, _("已标明不再下达。"))
    return redirect("economy_meeting", key=row.meeting_id)


@require_POST
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """Keep a what-if of a series for the packs of a meeting."""
    row = series_for(key)
    growths: dict[str, Decimal] = {}
    for name, text in request.POST.items():
        if name.startswith("g-") and str(text).strip():
            found = growth_given(str(text).strip())
            if found is None:
                raise Invalid(name, _("增速不是数字。"), _("请填写百分数，例如 8。"))
            growths[name.removeprefix("g-")] = found
    kept = keep_supposition(
        request.POST.get("meeting", ""), row, request.POST.get("by", ""), growths,
        actor=actor_of(request),
    )  # fmt: skip
    messages.success(request, _("已保留，下一份材料里会有这一项。"))
    return redirect("economy_meeting", key=kept.meeting_id)
