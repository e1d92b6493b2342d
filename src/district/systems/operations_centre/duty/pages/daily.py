"""The duty report of a day or a week, as a page and as files."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.base.documents import CONTENT_TYPES, tables_answer
from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.operations_centre.duty.files import lead_of, tables_of, title_of
from district.systems.operations_centre.duty.names import VIEW
from district.systems.operations_centre.duty.selectors.daily import duty_report, span_of
from district.ui.days import day_asked


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The report of `?day=` (today), or with `?by=week` of the week of that day."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, VIEW):
        raise NotPermitted(_("您没有查看值班的权限。如确需查看，请联系系统管理员。"))
    day, today, week = day_asked(request), clock.today(), request.GET.get("by") == "week"
    found = duty_report(actor, span_of(day, week=week))
    kind = request.GET.get("format", "")
    if kind in CONTENT_TYPES:
        return tables_answer(kind, title_of(found), lead_of(found), tables_of(found))
    step = timedelta(days=7 if week else 1)
    after = found.span.first + step
    context = {
        "found": found,
        "title": title_of(found),
        "day": day,
        "week": week,
        "daily": not week,
        "before": found.span.first - step,
        "after": after if after <= today else None,
        "query": f"day={day.isoformat()}" + ("&by=week" if week else ""),
    }
    return render(request, "operations_centre/duty/daily.html", context)
