"""The overview, and the monthly assessment with its files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.environment.names import VIEW
from district.systems.environment.selectors.manuscripts import monthly_manuscript
from district.systems.environment.selectors.monthly import monthly
from district.systems.environment.selectors.overview import air_chart, overview
from district.ui.documents import WRITERS, manuscript_answer
from district.ui.months import month_asked, months_beside


def _refuse(actor: Actor) -> None:
    if not permitted_somewhere(actor, VIEW):
        raise NotPermitted(_("您没有查看环境的权限。如确需查看，请联系系统管理员。"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How the air, the rivers and the nights are."""
    actor = actor_of(request)
    _refuse(actor)
    found = overview(actor)
    context = {"found": found, "chart": air_chart(found.days) if found.days else None}
    return render(request, "environment/overview.html", context)


@require_safe
def assessment(request: HttpRequest) -> HttpResponse:
    """The assessment of `?month=`; `format=` docx, pdf or xlsx gives it as a file."""
    actor, month = actor_of(request), month_asked(request)
    _refuse(actor)
    found = monthly(month, actor)
    manuscript = monthly_manuscript(found)
    kind = request.GET.get("format", "")
    if kind in WRITERS:
        return manuscript_answer(manuscript, kind)
    before, after = months_beside(month)
    context = {"found": found, "manuscript": manuscript, "before": before, "after": after}
    return render(request, "environment/monthly.html", context)
