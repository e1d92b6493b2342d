"""Applications: the desks, opening one for an enterprise or a person, offering what needs none."""

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
    case_for,
    case_url,
    desk_view,
    desks_of,
    visible_cases,
)
from district.kernel.organisation.public import actor_of, authorise_somewhere, permitted
from district.kernel.registers.public import plain_number
from district.systems.policies.forms import ApplicationForm, ReadingForm
from district.systems.policies.names import APPLICATION, PUSH, SUBSIDY_APPLICATION
from district.systems.policies.pages.common import not_seen, one_url
from district.systems.policies.selectors.audiences import audience_of
from district.systems.policies.selectors.eligibility import addressee_seen
from district.systems.policies.selectors.explaining import lines_of
from district.systems.policies.selectors.policies import policy_for
from district.systems.policies.selectors.rights import owned_by
from district.systems.policies.services.applications import apply_for, fill, offer
from district.systems.policies.services.public_applying import read_applicant


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """On to the first desk."""
    return redirect("policy_desk", desks_of(APPLICATION)[0].key)


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of enterprises' applications, with all of them as tabs."""
    base = reverse("policy_applications")
    return desk_view(request, APPLICATION, desk, base_url=base, create_url="")


@require_safe
def subsidies(request: HttpRequest) -> HttpResponseBase:
    """On to the first desk of people's applications."""
    return redirect("policy_subsidy_desk", desks_of(SUBSIDY_APPLICATION)[0].key)


@require_safe
def subsidy_desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of people's applications, with all of them as tabs."""
    base = reverse("policy_subsidies")
    return desk_view(request, SUBSIDY_APPLICATION, desk, base_url=base, create_url="")


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Open an application for whoever has the code of `?code=`, filled in from the register."""
    actor = actor_of(request)
    policy = policy_for(policy_id, actor)
    audience = audience_of(policy.audience)
    authorise_somewhere(actor, f"cases.{audience.case_type}.create")
    code = request.GET.get("code", "").strip().upper()
    ref = addressee_seen(audience, code, actor) if code else None
    live = policy.live
    title = live.title if live else policy.title
    crumbs = [(_("政策"), reverse("policies")), (title, policy.get_absolute_url())]
    context = {"policy": policy, "code": code, "audience": audience}
    context["crumbs"] = [*crumbs, (_("申报"), "")]
    if ref is None or live is None:
        problem = not_seen(audience) if code else ""
        context["problem"] = problem
        return render(request, "policies/apply_find.html", context, status=422 if problem else 200)
    form = ApplicationForm(request.POST or None, initial={"asked": plain_number(live.amount)})
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
        seen = visible_cases(actor, audience.case_type).filter(pk=made.case.pk).exists()
        context |= {"made": made, "url": case_url(made.case.pk) if seen else ""}
        return render(request, "policies/applied.html", context)
    filled = fill(live, ref.code, policy.audience)
    context |= {
        "ref": ref,
        "form": form,
        "lines": lines_of(filled.explanation),
        "key": request.POST.get("key") or uuid4().hex,
        "may_offer": live.without_application
        and permitted(actor, PUSH, owned_by(policy.lead_unit)),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "policies/apply.html", context, status=status)


@require_POST
def offer_case(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Open the case of whoever need not apply."""
    actor = actor_of(request)
    audience = audience_of(policy_for(policy_id, actor).audience)
    ref = addressee_seen(audience, request.POST.get("code", ""), actor)
    if ref is None:
        raise NotFound(not_seen(audience))
    try:
        case = offer(policy_id, ref.code, actor=actor)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect(one_url(audience, ref.code))
    messages.success(request, _("已发起，等待对方确认。"))
    return redirect(case_url(case.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def applicant(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The identity number that an applicant stated, for a reason that stands in history."""
    actor = actor_of(request)
    case = case_for(case_id, actor)
    form = ReadingForm(request.POST or None)
    number = submitted(form, lambda data: read_applicant(case, data["reason"], actor=actor))
    crumbs = [(case.number, case_url(case.pk)), (_("申领人身份证号码"), "")]
    context = {"form": form, "case": case, "number": number, "crumbs": crumbs}
    status = 422 if request.method == "POST" and number is None else 200
    answer = render(request, "policies/applicant.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
