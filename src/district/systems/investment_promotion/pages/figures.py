"""The overview, conversion by cohort, and the weekly report."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base import clock
from district.kernel.organisation.public import actor_of, authorise_somewhere, permitted_somewhere
from district.systems.investment_promotion.files import cohort_manuscript, weekly_manuscript
from district.systems.investment_promotion.names import OPEN, VIEW
from district.systems.investment_promotion.selectors.cohorts import BY, WITHIN_DAYS, cohort_table
from district.systems.investment_promotion.selectors.overview import labels, overview
from district.systems.investment_promotion.selectors.settings import settings
from district.systems.investment_promotion.selectors.weekly import weekly
from district.ui.days import day_asked
from district.ui.documents import WRITERS, manuscript_answer


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """Where projects stand, by source, chain and unit."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    context = {
        "found": overview(actor),
        "columns": list(labels().values()),
        "condition": settings().condition_text,
        "may_tell": permitted_somewhere(actor, OPEN),
    }
    return render(request, "investment_promotion/overview.html", context)


def _by_words() -> dict[str, str]:
    return {
        "month": _("按线索月份"),
        "source": _("按来源"),
        "unit": _("按跟进单位"),
        "chain": _("按产业链环节"),
    }


@require_safe
def conversion_page(request: HttpRequest) -> HttpResponse:
    """Conversion of leads by `?by=` month, source, unit or chain; as files too."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    asked = request.GET.get("by", "")
    by = asked if asked in BY else BY[0]
    found, words = cohort_table(actor, by), _by_words()
    kind = request.GET.get("format", "")
    if kind in WRITERS:
        return manuscript_answer(cohort_manuscript(found, words[by], clock.today()), kind)
    context = {
        "found": found,
        "tabs": [(key, label, key == by) for key, label in words.items()],
        "by": by,
        "first": words[by],
        "days": WITHIN_DAYS,
    }
    return render(request, "investment_promotion/conversion.html", context)


@require_safe
def weekly_page(request: HttpRequest) -> HttpResponse:
    """The report of the week of `?day=`, this week's where none is asked for; as files too."""
    actor = actor_of(request)
    authorise_somewhere(actor, VIEW)
    found = weekly(actor, day_asked(request))
    kind = request.GET.get("format", "")
    if kind in WRITERS:
        return manuscript_answer(weekly_manuscript(found), kind)
    context = {
        "found": found,
        "before": found.first - timedelta(days=7),
        "after": None if found.running else found.first + timedelta(days=7),
    }
    return render(request, "investment_promotion/weekly.html", context)
