"""What a firm may have and why, what it nearly may, its applications."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.base.forms import submitted
from district.kernel.cases.public import attachment_answer, reporter_attachment
from district.kernel.registers.public import plain_number
from district.systems.policies.public import (
    MONEY,
    Audience,
    OfOne,
    application_of,
    applications_of,
    consent_of,
    in_force,
    is_open,
    kept_lines,
    lines_of,
    policies_of_one,
    pushes_to,
)
from district.systems.virtual_park.forms.doing import ApplyForm
from district.systems.virtual_park.pages.cases import CaseView, answered, view_of
from district.systems.virtual_park.pages.claims import sent_files
from district.systems.virtual_park.pages.guard import for_enterprise, show
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.services.doing import (
    APPLICATION_DOINGS,
    Answer,
    Asked,
    answer_application,
    apply,
    read_pushes,
    reporter_of,
    wish_pushes,
)

_MOST = 100


def standings(acting: Acting) -> list[OfOne]:
    """How the firm stands to every policy in force. Four queries."""
    today = clock.today()
    audience = Audience.ENTERPRISES.value
    return policies_of_one(acting.id, audience, in_force(today, audience), today)


@for_enterprise("policies.see")
@require_safe
def policies(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Policies in force by how the firm stands to them."""
    found = standings(acting)
    new = set(
        pushes_to(acting.enterprise.code)
        .filter(read_at=None)
        .values_list("version__policy", flat=True)[:_MOST]
    )
    consent = consent_of(acting.enterprise.code)
    context: dict[str, Any] = {
        "money": MONEY,
        "holds": [(one, one.policy.pk in new) for one in found if one.kind == "holds"],
        "nearly": [one for one in found if one.kind == "misses_one"],
        "unknown": [one for one in found if one.kind == "unknown_only"],
        "others": [one for one in found if one.kind == "fails"],
        "wants": consent is None or consent.wants,
        "may_do": acting.may("policies.do"),
        "may_tell": acting.may("profile.do"),
    }
    return show(request, acting, "policies", context)


def _one(acting: Acting, policy_id: UUID) -> OfOne:
    found = next((one for one in standings(acting) if one.policy.pk == policy_id), None)
    if found is None:
        raise NotFound(_("没有这项政策，或已经不在申报期内。"))
    return found


@for_enterprise("policies.see")
@require_safe
def policy(request: HttpRequest, acting: Acting, policy_id: UUID) -> HttpResponseBase:
    """A policy: each clause, what the register says of the firm, what it gives."""
    found = _one(acting, policy_id)
    read_pushes(acting, policy_id)
    mine = applications_of(acting.enterprise.code).filter(version__policy=policy_id)
    context = {
        "one": found,
        "policy": found.policy,
        "live": found.policy.live,
        "lines": lines_of(found.explanation),
        "money": MONEY,
        "mine": list(mine[:10]),
        "may_do": acting.may("policies.do"),
        "may_tell": acting.may("profile.do"),
    }
    return show(request, acting, "policy", context)


@for_enterprise("policies.do")
@require_http_methods(["GET", "HEAD", "POST"])
def apply_page(request: HttpRequest, acting: Acting, policy_id: UUID) -> HttpResponseBase:
    """Apply, with what the register has filled in."""
    found = _one(acting, policy_id)
    live = found.policy.live
    if live is None or not is_open(live, clock.today()):
        raise NotFound(_("没有这项政策，或已经不在申报期内。"))
    form = ApplyForm(request.POST or None, initial={"asked": plain_number(live.amount)})
    made = submitted(
        form,
        lambda data: apply(
            acting,
            policy_id,
            Asked(data["asked"], data["note"], request.POST.get("key", "")[:40]),
            sent_files(request),
        ),
    )
    if made is not None:
        messages.success(request, _("申报已提交。"))
        return redirect("park_application", made.pk)
    context = {
        "form": form,
        "one": found,
        "policy": found.policy,
        "lines": lines_of(found.explanation),
        "key": request.POST.get("key") or uuid4().hex,
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "apply", context, status=status)


@for_enterprise("policies.do")
@require_POST
def consent(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Whether the firm wants to be told of policies."""
    wish_pushes(acting, wants=request.POST.get("wants") == "yes")
    messages.success(request, _("已记下。"))
    return redirect("park_policies")


@for_enterprise("policies.see")
@require_safe
def applications(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """The firm's applications."""
    rows = list(applications_of(acting.enterprise.code)[:_MOST])
    context = {"rows": [(row, view_of(row.case)) for row in rows]}
    return show(request, acting, "applications", context)


@for_enterprise("policies.see")
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, acting: Acting, case_id: UUID) -> HttpResponseBase:
    """One application: how it stands, what was said, what the firm may do now."""
    row = application_of(acting.enterprise.code, case_id)
    view = CaseView.of(reporter_of(row.case), APPLICATION_DOINGS, may=acting.may("policies.do"))

    def act(answer: Answer) -> object:
        return answer_application(acting, case_id, answer, sent_files(request))

    done, form = answered(request, view, act)
    if done:
        messages.success(request, _("已提交。"))
        return redirect("park_application", case_id)
    context = {
        "row": row,
        "view": view,
        "form": form,
        "lines": kept_lines(row),
        "money": MONEY,
        "granted": row.case.facts.get("granted"),
        "asked": row.case.facts.get("asked"),
        "back": (_("我的申报"), reverse("park_applications")),
        "file_url": "park_application_file",
    }
    status = 422 if request.method == "POST" else 200
    return show(request, acting, "application", context, status=status)


@for_enterprise("policies.see")
@require_safe
def application_file(
    request: HttpRequest, acting: Acting, case_id: UUID, file_id: UUID
) -> HttpResponseBase:
    """A file of an application."""
    row = application_of(acting.enterprise.code, case_id)
    return attachment_answer(reporter_attachment(reporter_of(row.case), file_id))
