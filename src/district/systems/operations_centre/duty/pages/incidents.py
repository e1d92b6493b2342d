"""Incidents: their desks, opening one, their reports as documents."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import Case, case_url, desk_view, desks_of
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.operations_centre.duty.forms import IncidentForm
from district.systems.operations_centre.duty.names import INCIDENT, MAKE_CALL
from district.systems.operations_centre.duty.selectors.incidents import (
    report_for,
    reports_of,
)
from district.systems.operations_centre.duty.selectors.manuscripts import incident_manuscript
from district.systems.operations_centre.duty.services import NewIncident, report_incident
from district.systems.operations_centre.duty.services.incidents import own_streets
from district.ui.documents import manuscript_answer

_CREATE = f"cases.{INCIDENT}.create"


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """On to the first desk."""
    return redirect("duty_incident_desk", desks_of(INCIDENT)[0].key)


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of incidents, with all of them as tabs."""
    base = reverse("duty_incident_desk", args=[desks_of(INCIDENT)[0].key]).rsplit("/", 2)[0] + "/"
    may = permitted_somewhere(actor_of(request), _CREATE)
    create = reverse("duty_incident_new") if may else ""
    return desk_view(request, INCIDENT, desk, base_url=base, create_url=create)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an incident."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, _CREATE):
        raise NotPermitted(_("您没有登记突发事件的权限。如确需登记，请联系系统管理员。"))
    own = sorted(own_streets(actor))
    form, status = (
        IncidentForm(request.POST or None, initial={"street": own[0] if own else ""}),
        200,
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            facts = {key: data[key] for key in ("deaths", "injured", "missing")}
            new_one = NewIncident(
                data["text"], data["kind"], data["street"], data["place"], facts=facts
            )
            try:
                made = report_incident(new_one, actor=actor, key=request.POST.get("key", "")[:80])
                return redirect(case_url(made.case.pk))
            except (Invalid, Conflict) as error:
                field = getattr(error, "field", "")
                form.add_error(field if field in form.fields else None, str(error))
    context = {"form": form, "key": request.POST.get("key") or uuid4().hex}
    return render(request, "operations_centre/duty/incident_new.html", context, status=status)


@require_safe
def report(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """A report of an incident as a document; `?format=` docx or pdf as a file."""
    case, found, count = report_for(step_id, actor_of(request))
    manuscript, kind = incident_manuscript(case, found), request.GET.get("format", "")
    if kind in ("docx", "pdf"):
        return manuscript_answer(manuscript, kind)
    context = {
        "case": case,
        "found": found,
        "count": count,
        "manuscript": manuscript,
        "crumbs": [(case.number, case_url(case.pk)), (found.label, "")],
    }
    return render(request, "operations_centre/duty/report.html", context)


def section(request: HttpRequest, case: Case) -> str:
    """The card on an incident's page: its reports in numbered versions. One query."""
    context = {
        "case": case,
        "reports": reports_of(case),
        "may_call": permitted_somewhere(actor_of(request), MAKE_CALL),
    }
    return render_to_string("operations_centre/duty/reports_section.html", context, request)
