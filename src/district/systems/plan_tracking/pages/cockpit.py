"""The plan cockpit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from district.kernel.organisation.public import actor_of, permitted
from district.systems.plan_tracking.pages.common import number_of, page
from district.systems.plan_tracking.selectors.cockpit import UNITS, cockpit


@page("plan.read")
def show(request: HttpRequest) -> HttpResponse:
    """The cockpit of a plan year, of the district or (`scope=mine`) of the member's units."""
    actor = actor_of(request)
    shown = cockpit(
        actor,
        year=number_of(request.GET.get("year")),
        mine=request.GET.get("scope") == "mine",
    )
    context = {
        "cockpit": shown,
        "may_upload": permitted(actor, "plan.report.manage"),
        "may_manage": permitted(actor, "plan.commitment.manage"),
        "units_shown": shown.units[:UNITS],
        "units_more": shown.units[UNITS:],
        "themes_shown": shown.themes[:UNITS],
        "themes_more": shown.themes[UNITS:],
    }
    return render(request, "plan_tracking/cockpit.html", context)
