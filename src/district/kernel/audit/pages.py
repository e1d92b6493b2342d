"""The audit pages: all events, one aggregate's events, the last verification."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from district.kernel.audit.declare import VERIFY, VIEW
from district.kernel.audit.services import CHAIN, request_verification
from district.kernel.history.public import Subject, events_of, kinds, recent_events
from district.kernel.organisation.public import actor_of, authorise, permitted

PAGE = 50


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """The newest events of everything, filtered by kind and actor, paged by `before`."""
    actor = actor_of(request)
    authorise(actor, VIEW)
    kind, who = request.GET.get("kind", ""), request.GET.get("actor", "")
    before = request.GET.get("before", "")
    events = recent_events(
        kind_prefix=kind,
        actor_id=who,
        before_id=int(before) if before.isascii() and before.isdigit() else None,
        limit=PAGE + 1,
    )
    older = events[PAGE - 1].id if len(events) > PAGE else None
    verified = events_of(CHAIN, limit=1)
    context = {
        "events": events[:PAGE],
        "older": older,
        "kinds": kinds(),
        "kind": kind,
        "who": who,
        "verified": verified[0] if verified else None,
        "may_verify": permitted(actor, VERIFY),
    }
    return render(request, "audit/history.html", context)


@require_GET
def subject(request: HttpRequest, type_: str, id_: str) -> HttpResponse:
    """All events of one aggregate, newest first."""
    authorise(actor_of(request), VIEW)
    about = Subject(type_, id_)
    return render(request, "audit/subject.html", {"about": about, "events": events_of(about, 500)})


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Ask the worker to verify history."""
    request_verification(actor=actor_of(request))
    messages.success(request, _("已开始核验。完成后，结果会显示在本页上方。"))
    return redirect("audit:history")
