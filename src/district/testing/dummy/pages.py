"""The pages: thin; they ask selectors, call services and draw."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from district.kernel.organisation.public import Owned, Unit, actor_of, permitted, visible
from district.kernel.registers.public import Figure, list_view
from district.testing.dummy.selectors import faults_of, lamp_by_id, open_faults
from district.testing.dummy.services import repair_fault, report_fault


@require_safe
def lamps(request: HttpRequest) -> HttpResponseBase:
    """All lamps, as their register lists them."""
    return list_view(request, "dummy-lamps")


@require_safe
def lamp(request: HttpRequest, lamp_id: UUID) -> HttpResponse:
    """One lamp with its faults."""
    actor = actor_of(request)
    found = lamp_by_id(lamp_id, actor)
    owned = Owned(found.lead_unit_id, path=found.lead_unit.path)
    sees = permitted(actor, "dummy.fault.view", owned)
    context = {
        "lamp": found,
        "faults": faults_of(found)[:50] if sees else [],
        "may_repair": permitted(actor, "dummy.fault.repair", owned),
        "crumbs": [(_("路灯"), reverse("dummy_lamps")), (found.name, "")],
    }
    return render(request, "dummy/lamp.html", context)


@require_POST
def report(request: HttpRequest, lamp_id: UUID) -> HttpResponse:
    """Report a fault; what the service refuses becomes a page that names field and remedy."""
    text, phone = request.POST.get("text", ""), request.POST.get("phone", "")
    report_fault(lamp_id, text, phone=phone, actor=actor_of(request))
    messages.success(request, _("已报修。"))
    return redirect("dummy_lamp", lamp_id=lamp_id)


@require_POST
def repair(request: HttpRequest, fault_id: UUID) -> HttpResponse:
    """Close a fault that the reader saw in this version."""
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() else 0
    fault = repair_fault(fault_id, seen, actor=actor_of(request))
    messages.success(request, _("已办结。"))
    return redirect("dummy_lamp", lamp_id=fault.lamp_id)


def open_faults_of_unit(request: HttpRequest, unit: Unit) -> str:
    """The card on a unit's page: its lamps that wait for repair, the number opening the rows."""
    actor = actor_of(request)
    if visible(actor, "dummy.fault.view").nothing:
        return ""
    faults = list(open_faults(unit.pk, actor)[:100])
    if not faults:
        return ""
    where = f'lead_unit = "{unit.pk}" and not repaired_at known'
    figure = Figure("dummy-faults", where, value=len(faults), label=_("待修路灯"))
    context = {"faults": faults[:5], "figure": figure}
    return render_to_string("dummy/unit_section.html", context, request)
