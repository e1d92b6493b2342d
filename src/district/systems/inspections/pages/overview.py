"""The overview of inspections."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.inspections.names import VIEW_ROUND
from district.systems.inspections.selectors.overview import overview


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is to be inspected, what was found, what is still wrong."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, VIEW_ROUND):
        raise NotPermitted(_("您没有查看检查的权限。如确需查看，请联系系统管理员。"))
    return render(request, "inspections/overview.html", {"found": overview(actor)})
