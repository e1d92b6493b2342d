"""Applications: the desks, opening one for an enterprise, offering what needs none."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.forms import submitted
from district.kernel.cases.public import (
    Contact,
    case_url,
    desk_view,
    desks_of,
    visible_cases,
)
from district.kernel.organisation.public import actor_of, authorise_somewhere, permitted
from district.kernel.registers.public import plain_number
from district.systems.policies.forms import ApplicationForm
from district.systems.policies.names import APPLICATION, PUSH
from district.systems.policies.selectors.eligibility import enterprise_seen
from district.systems.policies.selectors.explaining import lines_of
from district.systems.policies.selectors.policies import policy_for
from district.systems.policies.selectors.rights import owned_by
from district.systems.policies.services.applications import apply_for, fill, offer


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """On to the first desk."""
    return redirect("policy_desk", desks_of(APPLICATION)[0].key)


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of applications, with all of them as tabs."""
    base = reverse("policy_applications")
    return desk_view(request, APPLICATION, desk, base_url=base, create_url="")


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Open an application for the enterprise of `?code=`, filled in from the register."""
    actor = actor_of(request)
    authorise_somewhere(actor, f"cases.{APPLICATION}.create")
    policy = policy_for(policy_id, actor)
    code = request.GET.get("code", "").strip().upper()
    ref = enterprise_seen(code, actor) if code else None
    crumbs = [(_("政策"), reverse("policies")), (policy.title, policy.get_absolute_url())]
    context = {"policy": policy, "code": code, "crumbs": [*crumbs, (_("申报"), "")]}
    if ref is None or policy.live is None:
        problem = _("没有这家企业，或不在您的查看范围内。请核对统一社会信用代码。") if code else ""
        context["problem"] = problem
        return render(request, "policies/apply_find.html", context, status=422 if problem else 200)
    form = ApplicationForm(
        request.POST or None, initial={"asked": plain_number(policy.live.amount)}
    )
    made = submitted(
        form,
        lambda data: apply_for(
            policy.pk,
            ref.code,
            actor=actor,
            contact=Contact(data["name"], data["phone"]),
            asked=data["asked"],
            note=data["note"],
            key=request.POST.get("key", "")[:80],
        ),
    )
    if made is not None:
        seen = visible_cases(actor, APPLICATION).filter(pk=made.case.pk).exists()
        context |= {"made": made, "url": case_url(made.case.pk) if seen else ""}
        return render(request, "policies/applied.html", context)
    filled = fill(policy.live, ref.code, policy.audience)
    context |= {
        "ref": ref,
        "form": form,
        "lines": lines_of(filled.explanation),
        "key": request.POST.get("key") or uuid4().hex,
        "may_offer": policy.live.without_application
        and permitted(actor, PUSH, owned_by(policy.lead_unit)),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "policies/apply.html", context, status=status)


@require_POST
def offer_case(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Open the case of an enterprise that need not apply."""
    actor = actor_of(request)
    ref = enterprise_seen(request.POST.get("code", ""), actor)
    if ref is None:
        raise NotFound(_("没有这家企业，或不在您的查看范围内。"))
    try:
        case = offer(policy_id, ref.code, actor=actor)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("policy_enterprise", ref.code)
    messages.success(request, _("已发起，等待企业确认。"))
    return redirect(case_url(case.pk))
