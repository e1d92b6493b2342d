"""The daily five and the monthly analysis, as pages and as files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.appeals.names import TYPE
from district.systems.appeals.rules.daily_five import WEIGHTS
from district.systems.appeals.selectors.analysis import MOST_ROWS, Analysis, analysis, daily_five
from district.systems.appeals.selectors.manuscripts import analysis_manuscript, five_manuscript
from district.ui.documents import WRITERS, manuscript_answer
from district.ui.months import month_asked, months_beside


def _refuse_strangers(request: HttpRequest) -> None:
    if not permitted_somewhere(actor_of(request), f"cases.{TYPE}.view"):
        raise NotPermitted(_("您没有查看民生诉求的权限。如确需查看，请联系系统管理员。"))


@require_safe
def five(request: HttpRequest) -> HttpResponse:
    """民生诉求每日5条: what most needs a leader's eye, and why."""
    _refuse_strangers(request)
    found = daily_five(actor_of(request))
    kind = request.GET.get("format", "")
    if kind in WRITERS:
        manuscript = five_manuscript(found, clock.today())
        name = f"{manuscript.title}-{clock.today().isoformat()}"
        return manuscript_answer(manuscript, kind, name)
    context = {"rows": found, "today": clock.today(), "weights": WEIGHTS}
    return render(request, "appeals/daily_five.html", context)


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """A month's analysis: categories, places, units, lateness, satisfaction."""
    _refuse_strangers(request)
    day = month_asked(request)
    kind = request.GET.get("format", "")
    is_file = kind in WRITERS
    found = analysis(actor_of(request), day.year, day.month, whole_tables=is_file)
    if is_file:
        return manuscript_answer(analysis_manuscript(found), kind)
    before, after = months_beside(day)
    context = {
        "found": found,
        "before": before,
        "after": after,
        "most": MOST_ROWS,
        "chart": _chart(found),
    }
    return render(request, "appeals/analysis.html", context)


def _chart(found: Analysis) -> dict[str, object]:
    """The categories with the most reports, as a bar chart."""
    lines = found.by_matter[:10]
    return {
        "kind": "bar",
        "horizontal": True,
        "categories": [line.label for line in lines],
        "series": [
            {
                "name": _("受理"),
                "values": [line.reported.value for line in lines],
                "urls": [line.reported.url for line in lines],
            }
        ],
        "unit": _("件"),
    }
