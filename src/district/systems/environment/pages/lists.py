"""The lists of environment: registers under the system's own addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from district.kernel.cases.public import desk_view
from district.kernel.registers.public import list_view
from district.systems.environment.names import (
    AIR_DAYS,
    ESTATES,
    NOISE,
    PERMIT,
    SECTIONS,
    SITES,
    WASTE,
)


@require_safe
def air(request: HttpRequest) -> HttpResponseBase:
    """Days of the air."""
    return list_view(request, AIR_DAYS)


@require_safe
def sections(request: HttpRequest) -> HttpResponseBase:
    """River sections."""
    return list_view(request, SECTIONS)


@require_safe
def noise(request: HttpRequest) -> HttpResponseBase:
    """Days and nights over the limits; with filters of its own whatever is asked for."""
    if not request.GET:
        return redirect(f"{reverse('environment_noise')}?exceeds=true")
    return list_view(request, NOISE)


@require_safe
def sites(request: HttpRequest) -> HttpResponseBase:
    """Construction sites."""
    return list_view(request, SITES)


@require_safe
def waste(request: HttpRequest) -> HttpResponseBase:
    """Places where waste is sorted."""
    return list_view(request, WASTE)


@require_safe
def estates(request: HttpRequest) -> HttpResponseBase:
    """Estates without direct discharge."""
    return list_view(request, ESTATES)


@require_safe
def permits(request: HttpRequest) -> HttpResponseBase:
    """On to what waits for the member's unit."""
    return redirect("environment_permit_desk", "accepting")


@require_safe
def permit_desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of night permits, with all of them as tabs."""
    base = reverse("environment_permit_desk", args=["accepting"]).rsplit("/", 2)[0] + "/"
    return desk_view(request, PERMIT, desk, base_url=base)
