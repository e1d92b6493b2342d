"""The lists of spaces: registers under its own addresses; names of firms to choose from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.kernel.registers.public import list_view
from district.systems.enterprises.public import enterprises_matching
from district.systems.spaces.names import DEMANDS, PARCELS, SAVE_DEMAND, SAVE_LEASE, UNITS


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


@require_safe
def firm_names(request: HttpRequest) -> HttpResponse:
    """The enterprises that somebody may mean who types a name, as the choices of a form's field;
    of those that they may see in the register of enterprises."""
    actor = actor_of(request)
    if not any(permitted_somewhere(actor, action) for action in (SAVE_DEMAND, SAVE_LEASE)):
        raise NotPermitted(_("您没有登记用房需求或租约的权限。"))
    typed = request.GET.get("firm") or request.GET.get("tenant") or ""
    context = {"firms": enterprises_matching(typed[:120], actor)}
    return render(request, "spaces/firm_names.html", context)
