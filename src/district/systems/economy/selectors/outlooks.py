"""What nowcasts and next year's targets say of measures, for whoever drafts the yearly report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import OuterRef, Subquery

from district.kernel.reports.public import Outlook
from district.systems.economy.models import Decomposition, Nowcast, Series


def outlooks_of(measures: Sequence[str], year: int) -> Mapping[str, Outlook]:
    """The year's expected outturn and the approved target of the year after, by measure.

    Growth in percent, levels in the unit of the series; one query.
    """
    nowcast = Nowcast.objects.filter(series=OuterRef("pk"), year=year)
    target = Decomposition.objects.filter(
        series=OuterRef("pk"), year=year + 1, state=Decomposition.State.APPROVED
    )
    rows = Series.objects.filter(measure__in=measures, is_active=True).annotate(
        expected_growth=Subquery(nowcast.values("growth")[:1]),
        expected_level=Subquery(nowcast.values("level")[:1]),
        planned_growth=Subquery(target.values("growth")[:1]),
        planned_level=Subquery(target.values("level")[:1]),
    )
    return {
        one.measure: Outlook(one.expected_growth, one.planned_growth, one.get_absolute_url())
        if one.measures_growth
        else Outlook(one.expected_level, one.planned_level, one.get_absolute_url())
        for one in rows
    }
