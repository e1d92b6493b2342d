"""The lists of spaces: registers under the system's own addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from district.kernel.registers.public import list_view
from district.systems.spaces.names import DEMANDS, PARCELS, UNITS


@require_safe
def units(request: HttpRequest) -> HttpResponseBase:
    """Units to let."""
    return list_view(request, UNITS)


@require_safe
def demands(request: HttpRequest) -> HttpResponseBase:
    """Demands for space."""
    return list_view(request, DEMANDS)


@require_safe
def parcels(request: HttpRequest) -> HttpResponseBase:
    """Land for industry."""
    return list_view(request, PARCELS)
