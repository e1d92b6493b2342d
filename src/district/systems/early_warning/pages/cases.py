"""Desks of the three case types."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import desk_view, desks_of
from district.systems.early_warning.names import FIRE, GAS, VOID


@require_safe
def fires(request: HttpRequest) -> HttpResponseBase:
    """On to the first desk of fires."""
    return redirect("early_warning_desk", FIRE, desks_of(FIRE)[0].key)


@require_safe
def desk(request: HttpRequest, type_key: str, desk: str) -> HttpResponseBase:
    """One desk of a case type, with all of them as tabs."""
    if type_key not in (FIRE, VOID, GAS):
        raise NotFound()
    first = reverse("early_warning_desk", args=[type_key, "x"])
    return desk_view(request, type_key, desk, base_url=first.rsplit("/", 2)[0] + "/")
