"""Which numbers of the report are counted, by what, and what the others need."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from district.kernel.organisation.public import actor_of, permitted
from district.systems.plan_tracking.pages.common import number_of, page
from district.systems.plan_tracking.selectors.coverage import coverage


@page("plan.read")
def show(request: HttpRequest) -> HttpResponse:
    """The coverage of the newest report, or of the one of `?year=`."""
    actor = actor_of(request)
    context = {
        "shown": coverage(number_of(request.GET.get("year"))),
        "may_upload": permitted(actor, "plan.report.manage"),
        "may_bind": permitted(actor, "plan.commitment.manage"),
        "may_count": permitted(actor, "plan.statement.decide"),
    }
    return render(request, "plan_tracking/coverage.html", context)
