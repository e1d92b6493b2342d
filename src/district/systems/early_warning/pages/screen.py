"""The duty officer's screen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.early_warning.names import STREAM, VIEW_SCREEN
from district.systems.early_warning.selectors.screen import screen
from district.systems.operations_centre.public import answer_live


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """New alarms, missions under way, levels over their mark, with a map; it updates itself."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, VIEW_SCREEN):
        raise NotPermitted(_("您没有查看预警值班屏的权限。如确需查看，请联系系统管理员。"))
    context = {"found": screen(actor), "unit": None}
    return answer_live(request, "early_warning/screen", STREAM, context)
