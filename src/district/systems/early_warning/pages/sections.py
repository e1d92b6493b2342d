"""Cards on the pages of cases: the mission that verified a fire, the void, the gas point."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from district.kernel.cases.public import Case
from district.systems.early_warning.models import Mission, RoadVoid
from district.systems.early_warning.selectors.gas import points_of_case
from district.systems.early_warning.selectors.missions import spoken_seconds


def mission_section(request: HttpRequest, case: Case) -> str:
    """How a fire was verified. One query."""
    rows = Mission.objects.filter(case=case).select_related("nest").order_by("-known_at")
    missions = [
        (
            row,
            spoken_seconds((row.verified_at - row.known_at).total_seconds())
            if row.verified_at
            else "",
        )
        for row in rows
    ]
    if not missions:
        return ""
    context = {"missions": missions}
    return render_to_string("early_warning/mission_section.html", context, request)


def void_section(request: HttpRequest, case: Case) -> str:
    """The voids of a case, from the first survey to the last. One query."""
    rows = RoadVoid.objects.filter(case=case).select_related("survey")
    voids = list(rows.order_by("survey__surveyed_on"))
    if not voids:
        return ""
    return render_to_string("early_warning/void_section.html", {"voids": voids}, request)


def gas_section(request: HttpRequest, case: Case) -> str:
    """Whom to call and what to shut. One query."""
    points = points_of_case(case)
    if not points:
        return ""
    return render_to_string("early_warning/gas_section.html", {"points": points}, request)
