"""For the units that serve enterprises: who uses the portal, claims, codes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict
from district.kernel.base.forms import submitted
from district.kernel.cases.public import Case, case_for, case_url, desk_view, desks_of
from district.kernel.history.public import events_of
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.systems.virtual_park.forms.account import ApproveForm, InviteManagerForm, ReasonForm
from district.systems.virtual_park.models import Claim, Mandate
from district.systems.virtual_park.names import APPROVE, CLAIM, FIRMS, INVITE, RESET
from district.systems.virtual_park.selectors.people import firm_for
from district.systems.virtual_park.services.claims import approve_claim
from district.systems.virtual_park.services.codes import Issued, invite_manager, reset_for
from district.systems.virtual_park.services.firms import (
    Person,
    end_for,
    firm_subject,
    owned_firm,
    read_representative,
)
from district.ui.public_forms import private

_SHOWN = 50


@require_safe
def firms(request: HttpRequest) -> HttpResponseBase:
    """The firms that use the portal, as the register shows them."""
    more = {"may_invite": permitted_somewhere(actor_of(request), INVITE)}
    return list_view(request, FIRMS, template="virtual_park/staff/firms.html", extra=more)


@require_safe
def firm(request: HttpRequest, key: UUID) -> HttpResponse:
    """A firm: who acts for it, and what happened."""
    actor = actor_of(request)
    row = firm_for(key, actor)
    owned = owned_firm(row.lead_unit_id)
    mandates = Mandate.objects.filter(firm=row).select_related("representative")
    context = {
        "firm": row,
        "mandates": list(mandates.order_by("ended_at", "granted_at")[:_SHOWN]),
        "events": events_of(firm_subject(row), limit=_SHOWN),
        "may_invite": permitted(actor, INVITE, owned),
        "may_reset": permitted(actor, RESET, owned),
        "crumbs": [(_("入驻企业"), reverse("park_firms")), (row.name, "")],
    }
    return render(request, "virtual_park/staff/firm.html", context)


def _code(request: HttpRequest, made: Issued, back: str) -> HttpResponse:
    name = "park_join" if made.row.kind == made.row.Kind.INVITATION else "park_reset"
    address = request.build_absolute_uri(reverse(name))
    context = {"made": made, "address": address, "back": back}
    answer = render(request, "virtual_park/staff/code.html", context)
    private(answer)
    return answer


@sensitive_post_parameters("name", "phone")
@sensitive_variables("form", "made")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a firm's manager, whose papers were seen in person."""
    actor = actor_of(request)
    authorise_somewhere(actor, INVITE)
    form = InviteManagerForm(
        request.POST or None, initial={"code": request.GET.get("code", "")[:18]}
    )
    made = submitted(
        form,
        lambda data: invite_manager(data["code"], Person(data["name"], data["phone"]), actor=actor),
    )
    if made is not None:
        return _code(request, made, reverse("park_firms"))
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "title": _("邀请企业管理员"),
        "submit": _("生成邀请码"),
        "crumbs": [(_("入驻企业"), reverse("park_firms")), (_("邀请企业管理员"), "")],
    }
    return render(request, "virtual_park/staff/form.html", context, status=status)


@sensitive_variables("made")
@require_POST
def reset(request: HttpRequest, key: UUID, representative_id: UUID) -> HttpResponse:
    """A code with which a representative sets a new password."""
    actor = actor_of(request)
    row = firm_for(key, actor)
    made = reset_for(representative_id, row.code, actor=actor)
    return _code(request, made, row.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: UUID, mandate_id: UUID) -> HttpResponse:
    """End somebody's mandate for a firm."""
    actor = actor_of(request)
    row = firm_for(key, actor)
    authorise(actor, INVITE, owned_firm(row.lead_unit_id))
    form = ReasonForm(request.POST or None)
    if submitted(form, lambda data: end_for(mandate_id, data["reason"], actor=actor)) is not None:
        messages.success(request, _("授权已终止。"))
        return redirect(row)
    return _reason(request, form, row.get_absolute_url(), row.name, _("终止授权"))


@sensitive_variables("found", "context")
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, key: UUID, mandate_id: UUID) -> HttpResponse:
    """Name and number of a representative, for a reason that is kept."""
    actor = actor_of(request)
    row = firm_for(key, actor)
    authorise(actor, RESET, owned_firm(row.lead_unit_id))
    form = ReasonForm(request.POST or None)
    found = submitted(
        form, lambda data: read_representative(mandate_id, data["reason"], actor=actor)
    )
    if found is not None:
        context = {"name": found[0], "phone": found[1], "firm": row,
                   "crumbs": [(row.name, row.get_absolute_url()), (_("企业代表"), "")]}  # fmt: skip
        answer = render(request, "virtual_park/staff/person.html", context)
        private(answer)
        return answer
    return _reason(request, form, row.get_absolute_url(), row.name, _("查看姓名和手机号"))


def _reason(
    request: HttpRequest, form: ReasonForm, back: str, name: str, title: str
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "submit": title, "crumbs": [(name, back), (title, "")]}
    return render(request, "virtual_park/staff/form.html", context, status=status)


@require_safe
def claims(request: HttpRequest) -> HttpResponseBase:
    """On to the first desk."""
    return redirect("park_desk", desks_of(CLAIM)[0].key)


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of claims, with all of them as tabs."""
    return desk_view(request, CLAIM, desk, base_url=reverse("park_claims"))


def case_section(request: HttpRequest, case: Case) -> str:
    """The way to approve, on the page of a claim."""
    may = case.stage == "submitted" and permitted(
        actor_of(request), APPROVE, owned_firm(case.centre_unit_id)
    )
    context = {"case": case, "may_approve": may, "code": case.facts.get("code", "")}
    return render_to_string("virtual_park/staff/case_section.html", context, request)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Approve a claim, saying how it was verified."""
    actor = actor_of(request)
    case = case_for(case_id, actor)
    if case.type_key != CLAIM or not Claim.objects.filter(pk=case.pk).exists():
        raise Conflict(_("这不是入驻认领。"))
    authorise(actor, APPROVE, owned_firm(case.centre_unit_id))
    form = ApproveForm(request.POST or None)
    done = submitted(form, lambda data: approve_claim(case.pk, data["words"], actor=actor))
    if done is not None:
        messages.success(request, _("已通过。申请人凭单号和查询码启用账号。"))
        return redirect(case_url(case.pk))
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "title": _("核实通过"),
        "lead": case.title,
        "submit": _("核实通过"),
        "crumbs": [(case.number, case_url(case.pk)), (_("核实通过"), "")],
    }
    return render(request, "virtual_park/staff/form.html", context, status=status)
