"""The duty report of a day or a week, as a page and as files."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.operations_centre.duty.names import VIEW
from district.systems.operations_centre.duty.selectors.daily import duty_report, span_of
from district.systems.operations_centre.duty.selectors.manuscripts import duty_manuscript
from district.ui.days import day_asked
from district.ui.documents import WRITERS, manuscript_answer


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The report of `?day=` (today), or with `?by=week` of the week of that day."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, VIEW):
        raise NotPermitted(_("您没有查看值班的权限。如确需查看，请联系系统管理员。"))
    day, today, week = day_asked(request), clock.today(), request.GET.get("by") == "week"
    found = duty_report(actor, span_of(day, week=week))
    kind = request.GET.get("format", "")
    manuscript = duty_manuscript(found)
    if kind in WRITERS:
        return manuscript_answer(manuscript, kind)
    step = timedelta(days=7 if week else 1)
    after = found.span.first + step
    context = {
        "found": found,
        "manuscript": manuscript,
        "day": day,
        "week": week,
        "daily": not week,
        "before": found.span.first - step,
        "after": after if after <= today else None,
        "query": f"day={day.isoformat()}" + ("&by=week" if week else ""),
    }
    return render(request, "operations_centre/duty/daily.html", context)
