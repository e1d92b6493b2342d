"""Trips: list, one of them as an itinerary (page, print, Word, calendar file), planning."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from district.kernel.base import clock
from district.kernel.base.forms import submitted
from district.kernel.organisation.public import (
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.systems.investment_promotion.files import (
    appointments_of,
    itinerary_manuscript,
)
from district.systems.investment_promotion.forms import TripForm
from district.systems.investment_promotion.models import Trip, Visit
from district.systems.investment_promotion.names import SAVE_VISIT, TRIPS
from district.systems.investment_promotion.pages.shared import (
    Crumbs,
    form_answer,
    own_unit,
    own_units,
)
from district.systems.investment_promotion.rules.calendars import calendar_of
from district.systems.investment_promotion.selectors.projects import itinerary
from district.systems.investment_promotion.selectors.rights import owned_journey, trip_for
from district.systems.investment_promotion.services.visits import save_trip
from district.ui.documents import WRITERS, manuscript_answer

_FIELDS = ("title", "head", "members", "cities", "starts_on", "ends_on", "purpose", "state")


def _crumbs(last: str, row: Trip | None = None) -> Crumbs:
    found = [(_("出行计划"), reverse("investment_trips"))]
    if row is not None:
        found.append((row.title, row.get_absolute_url()))
    return [*found, (last, "")]


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All trips."""
    extra = {"may_plan": permitted_somewhere(actor_of(request), SAVE_VISIT)}
    return list_view(request, TRIPS, template="investment_promotion/trips.html", extra=extra)


@require_safe
def trip(request: HttpRequest, key: UUID) -> HttpResponse:
    """A trip with its visits in order; `?format=` docx, pdf, xlsx and ics hand it out as files."""
    actor = actor_of(request)
    row = trip_for(key, actor)
    visits = itinerary(row, actor)
    kind = request.GET.get("format", "")
    if kind in WRITERS:
        return manuscript_answer(itinerary_manuscript(row, visits), kind)
    if kind == "ics":
        return _as_calendar(row, visits)
    may_save = permitted(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    context = {
        "row": row,
        "visits": visits,
        "may_change": may_save and row.state == Trip.State.PLANNED,
        "crumbs": _crumbs(row.title),
    }
    return render(request, "investment_promotion/trip.html", context)


def _as_calendar(row: Trip, visits: list[Visit]) -> HttpResponse:
    content = calendar_of(appointments_of(visits), row.title, clock.now())
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = str(content_disposition_header(True, f"{row.number}.ics"))
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a trip."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_VISIT)
    initial = {"lead_unit": own_unit(actor), "head": actor.name}
    return _saved(request, None, initial)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a trip, or say that it is done or cancelled."""
    actor = actor_of(request)
    row = trip_for(key, actor)
    authorise(actor, SAVE_VISIT, owned_journey(row.lead_unit_id))
    initial = {name: getattr(row, name) for name in _FIELDS} | {"lead_unit": row.lead_unit_id}
    return _saved(request, row, initial)


def _saved(request: HttpRequest, row: Trip | None, initial: dict[str, Any]) -> HttpResponse:
    actor = actor_of(request)
    choices = {"lead_unit": own_units(actor, SAVE_VISIT)}
    form = TripForm(request.POST or None, choices=choices, initial=initial)
    saved = submitted(form, lambda data: save_trip(data, row, actor))
    if saved is not None:
        messages.success(request, _("出行计划已保存。"))
        return redirect(saved)
    title = _("新建出行计划") if row is None else _("修改出行计划")
    return form_answer(request, form, title=title, submit=_("保存"), crumbs=_crumbs(title, row))
