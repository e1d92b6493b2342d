"""Asking units for their opinion of a draft, and answering."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import actor_of, permitted
from district.systems.policies.forms import AnswerForm, ConsultForm
from district.systems.policies.names import CONSULT
from district.systems.policies.selectors.policies import (
    answering_units,
    consultations_of,
    policy_for,
)
from district.systems.policies.selectors.rights import owned_by
from district.systems.policies.services.consultations import answer, consult

Methods = ["GET", "HEAD", "POST"]


def _crumbs(title: str, url: str, last: str) -> list[tuple[str, str]]:
    return [(_("政策"), reverse("policies")), (title, url), (last, "")]


@require_http_methods(Methods)
def ask(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Ask units for their opinion of the draft."""
    actor = actor_of(request)
    policy = policy_for(policy_id, actor)
    if not permitted(actor, CONSULT, owned_by(policy.lead_unit)):
        raise NotFound(_("没有这项政策，或您没有征求意见的权限。"))
    form = ConsultForm(request.POST or None, own=policy.lead_unit_id)
    asked = submitted(
        form, lambda data: consult(policy.pk, data["units"], data["due_on"], actor=actor)
    )
    if asked is not None:
        messages.success(request, _("已征求%(count)d个单位的意见。") % {"count": len(asked)})
        return redirect(f"{policy.get_absolute_url()}?version=draft")
    status = 422 if request.method == "POST" else 200
    crumbs = _crumbs(policy.title, policy.get_absolute_url(), _("征求意见"))
    context = {"form": form, "policy": policy, "crumbs": crumbs}
    return render(request, "policies/consult.html", context, status=status)


@require_http_methods(Methods)
def respond(request: HttpRequest, policy_id: UUID, unit: str) -> HttpResponse:
    """Say what a unit thinks of the draft."""
    actor = actor_of(request)
    policy = policy_for(policy_id, actor)
    asked = [row for row in consultations_of(policy) if row.unit_id == unit]
    if not answering_units(asked, actor):
        raise NotFound(_("没有向您的单位征求意见。"))
    row, form = asked[0], AnswerForm(request.POST or None)
    seen = request.POST.get("seen", "")
    said = submitted(
        form,
        lambda data: answer(
            policy.pk,
            unit,
            agrees=data["agrees"] == "yes",
            remarks=data["remarks"],
            actor=actor,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1,
        ),
    )
    if said is not None:
        messages.success(request, _("意见已反馈。"))
        return redirect(f"{policy.get_absolute_url()}?version=draft")
    status = 422 if request.method == "POST" else 200
    crumbs = _crumbs(policy.title, policy.get_absolute_url(), _("反馈意见"))
    context = {"form": form, "policy": policy, "consultation": row, "crumbs": crumbs}
    context["seen"] = request.POST.get("seen") or policy.version
    return render(request, "policies/respond.html", context, status=status)
