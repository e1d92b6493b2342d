"""The lists of enterprises: registers under the system's own addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from district.kernel.registers.public import list_view
from district.systems.enterprises.names import ENTERPRISES


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The enterprises that the member may see."""
    return list_view(request, ENTERPRISES)
