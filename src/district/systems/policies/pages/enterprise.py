"""What one enterprise may have: what it holds, what it misses, what is not known of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
)
from district.systems.policies.forms import ConsentForm
from district.systems.policies.names import APPLICATION, CONSENT, MONEY, VIEW_ENTERPRISES
from district.systems.policies.pages.common import not_seen, standing_groups, standing_now
from district.systems.policies.selectors.audiences import ENTERPRISES, Addressee
from district.systems.policies.selectors.eligibility import addressee_seen
from district.systems.policies.selectors.policies import consent_of
from district.systems.policies.services.consents import save_consent


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Look an enterprise up by its credit code."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW_ENTERPRISES)
    code = request.GET.get("code", "").strip().upper()
    problem = ""
    if code:
        ref = addressee_seen(ENTERPRISES, code, actor)
        if ref is not None:
            return redirect("policy_enterprise", ref.code)
        problem = not_seen(ENTERPRISES)
    context = {"code": code, "problem": problem}
    return render(request, "policies/find.html", context, status=422 if problem else 200)


@require_safe
def enterprise(request: HttpRequest, code: str) -> HttpResponse:
    """How one enterprise stands to every policy in force."""
    actor = actor_of(request)
    ref = _seen(code, actor)
    context: dict[str, Any] = {
        "ref": ref,
        "money": MONEY,
        **standing_groups(standing_now(ENTERPRISES, str(ref.id))),
        "consent": consent_of(ref.code),
        "may_consent": permitted(actor, CONSENT, Owned(ref.unit or None)),
        "may_apply": permitted_somewhere(actor, f"cases.{APPLICATION}.create"),
        "crumbs": [(_("企业可享政策"), reverse("policy_enterprise_find")), (ref.name, "")],
    }
    return render(request, "policies/enterprise.html", context)


def _seen(code: str, actor: Actor) -> Addressee:
    ref = addressee_seen(ENTERPRISES, code, actor)
    if ref is None:
        raise NotFound(not_seen(ENTERPRISES))
    return ref


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, code: str) -> HttpResponse:
    """Note whether an enterprise wants to be told of policies."""
    actor = actor_of(request)
    ref = _seen(code, actor)
    known = consent_of(ref.code)
    initial = {"wants": "no" if known and not known.wants else "yes"}
    initial["reason"] = known.reason if known else ""
    form = ConsentForm(request.POST or None, initial=initial)
    saved = submitted(
        form,
        lambda data: save_consent(
            ref.code, wants=data["wants"] == "yes", reason=data["reason"], actor=actor
        ),
    )
    if saved is not None:
        messages.success(request, _("推送意愿已登记。"))
        return redirect("policy_enterprise", ref.code)
    status = 422 if request.method == "POST" else 200
    crumbs = [
        (ref.name, reverse("policy_enterprise", args=[ref.code])),
        (_("推送意愿"), ""),
    ]
    context = {"form": form, "ref": ref, "crumbs": crumbs}
    return render(request, "policies/consent.html", context, status=status)
