"""Registering requests and complaints."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.base.errors import NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import Contact, Reported, visible_cases
from district.kernel.organisation.public import actor_of
from district.systems.enterprise_requests.forms import ComplaintForm, RequestForm
from district.systems.enterprise_requests.models import Visit
from district.systems.enterprise_requests.names import COMPLAINT, REQUEST
from district.systems.enterprise_requests.selectors.rights import (
    may_register_complaints,
    may_register_requests,
)
from district.systems.enterprise_requests.selectors.visits import visit_for
from district.systems.enterprise_requests.services.requests import (
    NewComplaint,
    NewRequest,
    register_complaint,
    register_request,
)


@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest) -> HttpResponse:
    """Register a request; `?visit=` carries on from a visit."""
    actor = actor_of(request)
    if not may_register_requests(actor):
        raise NotPermitted(_("您没有登记企业诉求的权限。如确需登记，请联系系统管理员。"))
    visit = visit_for(request.GET["visit"], actor) if request.GET.get("visit") else None
    form = RequestForm(request.POST or None, initial=_from_visit(visit))
    made = _submitted(request, form, lambda data, contact, key: register_request(
        NewRequest(**data, visit=visit.pk if visit else None),
        actor=actor, contact=contact, key=key,
    ))  # fmt: skip
    return _answer(request, form, made, REQUEST, {"visit": visit, "title": _("登记企业诉求")})


@require_http_methods(["GET", "HEAD", "POST"])
def new_complaint(request: HttpRequest) -> HttpResponse:
    """Register a complaint about the business environment."""
    actor = actor_of(request)
    if not may_register_complaints(actor):
        raise NotPermitted(_("您没有登记营商环境投诉的权限。投诉由监督机构登记。"))
    form = ComplaintForm(request.POST or None)
    made = _submitted(request, form, lambda data, contact, key: register_complaint(
        NewComplaint(**data), actor=actor, contact=contact, key=key
    ))  # fmt: skip
    return _answer(request, form, made, COMPLAINT, {"title": _("登记营商环境投诉")})


def _from_visit(visit: Visit | None) -> dict[str, Any]:
    if visit is None:
        return {}
    return {
        "enterprise": visit.enterprise,
        "industry": visit.industry,
        "street": visit.street_unit_id or "",
        "text": visit.raised,
        "source": "counter",
    }


def _submitted(request: HttpRequest, form: forms.Form, register: Any) -> Reported | None:
    """What was registered; None where nothing was sent, or the form now says what is wrong."""

    def act(values: dict[str, Any]) -> Reported:
        data = dict(values)
        contact = Contact(data.pop("name"), data.pop("phone"))
        made: Reported = register(data, contact, request.POST.get("key", "")[:80])
        return made

    return submitted(form, act)


def _answer(
    request: HttpRequest,
    form: forms.Form,
    made: Reported | None,
    type_key: str,
    more: dict[str, Any],
) -> HttpResponse:
    if made is not None:
        seen = visible_cases(actor_of(request), type_key).filter(pk=made.case.pk).exists()
        return render(request, "enterprise_requests/registered.html", {"made": made, "seen": seen})
    key = request.POST.get("key") or uuid4().hex
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "key": key, **more}
    return render(request, "enterprise_requests/new.html", context, status=status)
