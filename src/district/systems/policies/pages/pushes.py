"""Pushes: the list, one with its reasons, the rounds, how often anybody is told."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import Figure, list_view
from district.systems.policies import jobs
from district.systems.policies.forms import LimitForm
from district.systems.policies.models import Audience
from district.systems.policies.names import CONSENT, LIMIT, NOTICES, PUSH, PUSHES
from district.systems.policies.selectors.audiences import audience_of
from district.systems.policies.selectors.explaining import kept_lines
from district.systems.policies.selectors.policies import limit, push_for, run_for
from district.systems.policies.selectors.rights import owned_by
from district.systems.policies.services.consents import save_limit
from district.systems.policies.services.pushing import start_run, stop_run


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All pushes that the member may see."""
    actor = actor_of(request)
    extra = {
        "may_limit": permitted(actor, LIMIT, None),
        "may_consent": permitted_somewhere(actor, CONSENT),
    }
    return list_view(request, PUSHES, template="policies/pushes.html", extra=extra)


@require_safe
def push(request: HttpRequest, push_id: UUID) -> HttpResponse:
    """One push: to whom, of which version, on what data, why."""
    found = push_for(push_id, actor_of(request))
    context = {
        "push": found,
        "version": found.version,
        "policy": found.version.policy,
        "lines": kept_lines(found) if found.reasons else [],
        "audience": audience_of(found.version.policy.audience),
        "crumbs": [(_("政策推送"), reverse("policy_pushes")), (found.name, "")],
    }
    return render(request, "policies/push.html", context)


@require_POST
def send(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Begin a round of pushes."""
    try:
        run, small = start_run(policy_id, actor=actor_of(request), enqueue=jobs.enqueue)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("policy", policy_id)
    if small:
        jobs.push_policy.call(str(run.pk))
    return redirect(run)


@require_safe
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a round is, and whom it left out; asked again while it goes on."""
    actor = actor_of(request)
    found = run_for(run_id, actor)
    version = found.version
    audience = audience_of(version.policy.audience)
    people = audience.key == Audience.PEOPLE
    figure = Figure(
        NOTICES if people else PUSHES,
        f'run = "{found.pk}"',
        value=found.sent,
        unit=_("人次") if people else _("家次"),
        label=_("已推送"),
    )
    left = [
        (_("已推送过本版本"), found.known),
        (_("不接收推送"), found.opted_out),
        (_("本月已达上限"), found.capped),
        (_("数据已变化，不再符合"), found.changed),
    ]
    context = {
        "run": found,
        "audience": audience,
        "may_stop": found.is_busy and permitted(actor, PUSH, owned_by(version.policy.lead_unit)),
        "version": version,
        "policy": version.policy,
        "figure": figure,
        "left": left,
        "percent": found.looked_at * 100 // found.total if found.total else 100,
        "crumbs": [
            (_("政策"), reverse("policies")),
            (version.title, version.policy.get_absolute_url()),
            (_("推送批次"), ""),
        ],
    }
    return render(request, "policies/run.html", context)


@require_POST
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """End a round that goes on."""
    found = run_for(run_id, actor_of(request))
    try:
        stop_run(found.pk, actor=actor_of(request))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def change_limit(request: HttpRequest) -> HttpResponse:
    """Set how often anybody is told in a month."""
    actor = actor_of(request)
    authorise(actor, LIMIT)
    form = LimitForm(request.POST or None, initial={"most": limit().most})
    saved = submitted(form, lambda data: save_limit(data["most"], actor=actor))
    if saved is not None:
        messages.success(request, _("推送频次已保存。"))
        return redirect("policy_pushes")
    status = 422 if request.method == "POST" else 200
    crumbs = [(_("政策推送"), reverse("policy_pushes")), (_("推送频次"), "")]
    return render(request, "policies/limit.html", {"form": form, "crumbs": crumbs}, status=status)
