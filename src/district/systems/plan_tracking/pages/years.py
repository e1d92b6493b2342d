"""The plan period: main indicators and commitments through its years, and one of them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from district.kernel.plan.public import commitment_by_id
from district.systems.plan_tracking.pages.common import number_of, page
from district.systems.plan_tracking.selectors.years import (
    chart_of,
    one_line,
    period_manuscript,
    period_name,
    period_view,
)
from district.ui.documents import WRITERS, manuscript_answer


@page("plan.read")
def show(request: HttpRequest) -> HttpResponse:
    """Targets and values of each year side by side; `format=` docx, pdf or xlsx gives a file."""
    everything = request.GET.get("all") == "1"
    view = period_view(number_of(request.GET.get("from")), everything=everything)
    kind = request.GET.get("format", "")
    if kind in WRITERS and view.period is not None:
        return manuscript_answer(period_manuscript(view), kind)
    context = {
        "view": view,
        "everything": everything,
        "indicators": not everything,
        "name": period_name(view.period) if view.period is not None else "",
        "tabs": [(one, period_name(one)) for one in view.periods],
    }
    return render(request, "plan_tracking/years.html", context)


@page("plan.read")
def line(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """One commitment through the years of its plan period, drawn."""
    row = commitment_by_id(commitment_id)
    period, found = one_line(row)
    context = {
        "row": row,
        "name": period_name(period) if period is not None else "",
        "line": found,
        "chart": chart_of(found) if found is not None else None,
        "crumbs": [(_("五年对照"), reverse("plan_years")), (row.title[:40], "")],
    }
    return render(request, "plan_tracking/year_line.html", context)
