"""Front ends and nests: the lists, and one of each."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.alarms.public import charts_of
from district.kernel.base import clock
from district.kernel.base.forms import submitted
from district.kernel.history.public import events_of
from district.kernel.organisation.public import actor_of, permitted, permitted_somewhere
from district.kernel.places.public import marked, points_on_streets
from district.kernel.registers.public import list_view
from district.systems.early_warning.forms import NestStateForm
from district.systems.early_warning.models import DroneNest, FrontEnd
from district.systems.early_warning.names import (
    FRONT_ENDS,
    NESTS,
    SET_NEST,
    VIEW_FRONT_END,
    VIEW_NEST,
)
from district.systems.early_warning.selectors.missions import (
    front_end_for,
    measured_by,
    missions_seen,
    record_of,
)
from district.systems.early_warning.selectors.nests import nest_for
from district.systems.early_warning.services.nests import nest_subject, set_nest_state
from district.systems.early_warning.services.placing import owned_placed

_NEWEST = 12
#: So far back the charts of a front end go.
_SHOWN = timedelta(hours=24)


def _tabs(request: HttpRequest, current: str) -> dict[str, object]:
    """Front ends and nests as tabs, as far as the member may see them."""
    actor = actor_of(request)
    tabs = [
        (reverse(name), label, name == current)
        for name, label, action in (
            ("early_warning_front_ends", _("监测前端"), VIEW_FRONT_END),
            ("early_warning_nests", _("无人机机场"), VIEW_NEST),
        )
        if permitted_somewhere(actor, action)
    ]
    return {"forest_tabs": tabs}


@require_safe
def front_ends(request: HttpRequest) -> HttpResponseBase:
    """The front ends that the member may see."""
    extra = _tabs(request, "early_warning_front_ends")
    return list_view(request, FRONT_ENDS, template="early_warning/forest.html", extra=extra)


@require_safe
def nests(request: HttpRequest) -> HttpResponseBase:
    """The nests that the member may see."""
    extra = _tabs(request, "early_warning_nests")
    return list_view(request, NESTS, template="early_warning/forest.html", extra=extra)


@require_safe
def front_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """A front end: what it sees, what its alarms came to."""
    actor = actor_of(request)
    found = front_end_for(key, actor)
    rows = missions_seen(actor).filter(front_end=found).select_related("nest", "clock")
    context = {
        "end": found,
        "record": record_of(actor, front_end=found),
        "charts": charts_of(measured_by(found), clock.now() - _SHOWN, clock.now()),
        "missions": list(rows[:_NEWEST]),
        "data": _point(found),
        "crumbs": [(_("监测前端"), reverse("early_warning_front_ends")), (found.code, "")],
    }
    return render(request, "early_warning/front_end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def nest(request: HttpRequest, key: UUID) -> HttpResponse:
    """A nest: whether it is ready, its missions; POST says whether it is."""
    actor = actor_of(request)
    found = nest_for(key, actor)
    may_set = permitted(actor, SET_NEST, owned_placed(found))
    form = None
    if may_set and found.mission is None:
        initial = {"state": found.state, "note": found.state_note}
        form = NestStateForm(request.POST or None, initial=initial)
        done = submitted(form, lambda data: set_nest_state(found.pk, **data, actor=actor))
        if done is not None:
            messages.success(request, _("机场状态已设为“%s”。") % done.get_state_display())
            return redirect(done)
    elif request.method == "POST":
        # Says why it cannot be done now, or that the member may not.
        set_nest_state(
            found.pk, request.POST.get("state", ""), actor=actor, note=request.POST.get("note", "")
        )
    rows = missions_seen(actor).filter(nest=found).select_related("clock")
    context = {
        "nest": found,
        "form": form,
        "record": record_of(actor, nest_code=found.code),
        "missions": list(rows[:_NEWEST]),
        "events": events_of(nest_subject(found), 20),
        "data": _point(found),
        "crumbs": [(_("无人机机场"), reverse("early_warning_nests")), (found.code, "")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "early_warning/nest.html", context, status=status)


def _point(row: FrontEnd | DroneNest) -> dict[str, object]:
    return points_on_streets([marked(row.pk, row.name, row.lon, row.lat, mark="open")])
