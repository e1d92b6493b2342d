"""What inspections found: the list, one with its pictures, and the desks of hazards."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from district.kernel.base.attachments import show_picture, small_of
from district.kernel.cases.public import case_type_of, desk_view, said
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.registers.public import list_view
from district.systems.inspections.names import HAZARD, RESULTS, SAVE_CASE
from district.systems.inspections.selectors.finding import photo_for, result_for
from district.systems.inspections.selectors.results import result_of
from district.systems.inspections.services.photos import storage


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The inspections that the member may read."""
    return list_view(request, RESULTS)


@require_safe
def result(request: HttpRequest, result_id: UUID) -> HttpResponse:
    """One inspection, item by item."""
    actor = actor_of(request)
    row = result_for(result_id, actor)
    context = {
        "found": result_of(row, actor),
        "row": row,
        "grades": {key: said(g.label) for key, g in case_type_of(HAZARD).grades.items()},
        "may_bring": row.failed > 0 and permitted_somewhere(actor, SAVE_CASE),
    }
    return render(request, "inspections/result.html", context)


@require_safe
def photo(request: HttpRequest, result_id: UUID, photo_id: UUID) -> FileResponse:
    """A picture, shown in place."""
    row = photo_for(result_id, photo_id, actor_of(request))
    return show_picture(storage(), row.stored, row.name, row.content_type)


@require_safe
def photo_small(request: HttpRequest, result_id: UUID, photo_id: UUID) -> FileResponse:
    """The small picture for the page."""
    row = photo_for(result_id, photo_id, actor_of(request))
    return show_picture(storage(), small_of(row.stored), "small.jpg", "image/jpeg")


@require_safe
def hazards(request: HttpRequest) -> HttpResponseBase:
    """On to what waits for the member's unit."""
    return redirect("inspections_hazard_desk", "rectifying")


@require_safe
def hazard_desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of hazards, with all of them as tabs."""
    base = reverse("inspections_hazard_desk", args=["found"]).rsplit("/", 2)[0] + "/"
    return desk_view(request, HAZARD, desk, base_url=base)
