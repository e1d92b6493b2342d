"""A parcel, with what other systems have to say of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import actor_of
from district.kernel.places.public import marked, points_on_streets
from district.systems.spaces.sections import parcel_sections_of
from district.systems.spaces.selectors.land import parcel_for


@require_safe
def parcel(request: HttpRequest, key: UUID) -> HttpResponse:
    """A parcel: what it is, where it lies, what is to be built there."""
    row = parcel_for(key, actor_of(request))
    placed = row.lon is not None and row.lat is not None
    points = [marked(row.code, row.name, row.lon, row.lat, mark="open")] if placed else []
    context = {
        "row": row,
        "map": points_on_streets(points) if placed else None,
        "sections": parcel_sections_of(request, row.code),
        "crumbs": [(_("产业用地"), reverse("spaces_parcels")), (row.name, "")],
    }
    return render(request, "spaces/parcel.html", context)
