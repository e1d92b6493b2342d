"""The overview: vacancy by street and park, and where the parks are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.spaces.names import SAVE_DEMAND, VIEW_DEMAND
from district.systems.spaces.selectors.overview import may_view, overview


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How much there is, what of it is vacant and where."""
    actor = actor_of(request)
    if not may_view(actor):
        raise NotPermitted(_("您没有查看产业空间的权限。如确需查看，请联系系统管理员。"))
    context = {
        "found": overview(actor),
        "may_save": permitted_somewhere(actor, SAVE_DEMAND),
        "sees_demands": permitted_somewhere(actor, VIEW_DEMAND),
    }
    return render(request, "spaces/overview.html", context)
