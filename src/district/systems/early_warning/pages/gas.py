"""Gas points: the list, and one with whom to call and what to shut."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.organisation.public import actor_of
from district.kernel.places.public import marked, points_on_streets
from district.kernel.registers.public import list_view
from district.systems.early_warning.names import GAS_POINTS
from district.systems.early_warning.selectors.gas import gas_point_for, leaks_at


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The gas points that the member may see."""
    return list_view(request, GAS_POINTS)


@require_safe
def gas_point(request: HttpRequest, key: UUID) -> HttpResponse:
    """A gas point: its newest reading, the firm's duty desk, the valve, its leaks."""
    actor = actor_of(request)
    found = gas_point_for(key, actor)
    context = {
        "point": found,
        "latest": getattr(found.concentration, "latest", None),
        "leaks": leaks_at(found, actor),
        "data": points_on_streets(
            [marked(found.pk, found.name, found.lon, found.lat, mark="open")]
        ),
        "crumbs": [(_("燃气监测点"), reverse("early_warning_gas_points")), (found.code, "")],
    }
    return render(request, "early_warning/gas_point.html", context)
