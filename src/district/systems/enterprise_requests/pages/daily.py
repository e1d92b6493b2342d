"""企业诉求每日速报, as a page and as files."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.enterprise_requests.names import REQUEST
from district.systems.enterprise_requests.selectors.daily import daily
from district.systems.enterprise_requests.selectors.manuscripts import daily_manuscript
from district.ui.days import day_asked
from district.ui.documents import WRITERS, manuscript_answer


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The quick report of `?day=`, today's where none is asked for."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, f"cases.{REQUEST}.view"):
        raise NotPermitted(_("您没有查看企业诉求的权限。如确需查看，请联系系统管理员。"))
    day, today = day_asked(request), clock.today()
    found = daily(actor, day)
    kind = request.GET.get("format", "")
    manuscript = daily_manuscript(found)
    if kind in WRITERS:
        return manuscript_answer(manuscript, kind)
    context = {
        "found": found,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "manuscript": manuscript,
    }
    return render(request, "enterprise_requests/daily.html", context)
