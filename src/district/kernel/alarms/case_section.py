"""The readings on the page of a case that an episode became."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from district.kernel.alarms.models import Evidence
from district.kernel.alarms.selectors.charts import charts_of, span_of
from district.kernel.cases.public import Case, CaseSection, declare_case_section

_SHOWN = 60


def section(request: HttpRequest, case: Case) -> str:
    """The episodes of a case with the readings that raised them; one query, if any."""
    if not (case.key or "").startswith("alarm:"):
        return ""
    rows = Evidence.objects.filter(episode__case=case, at_end=False)
    rows = rows.select_related("episode", "datastream__observed_property", "datastream__thing")
    found = list(rows.order_by("episode__raised_at", "episode", "pk")[:_SHOWN])
    if not found:
        return ""
    first = found[0].episode
    streams = [each.datastream for each in found if each.episode_id == first.pk]
    episodes = list({each.episode_id: each.episode for each in found}.values())
    context = {
        "rows": found,
        "episodes": episodes,
        "charts": charts_of(streams[:1], *span_of(first)),
    }
    return render_to_string("alarms/case_section.html", context, request)


declare_case_section(CaseSection("alarms.readings", (), section, "main", 20))
