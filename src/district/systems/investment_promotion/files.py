"""Itineraries and reports as files."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.documents import Table
from district.systems.investment_promotion.models import Trip, Visit
from district.systems.investment_promotion.rules.calendars import Appointment
from district.systems.investment_promotion.selectors.cohorts import Cohorts
from district.systems.investment_promotion.selectors.weekly import Weekly


def itinerary_lead(row: Trip) -> str:
    """The line below a trip's title: when, where, who."""
    return _("%(first)s至%(last)s，%(cities)s。带队：%(head)s。同行：%(members)s。%(purpose)s") % {
        "first": row.starts_on.isoformat(),
        "last": row.ends_on.isoformat(),
        "cities": row.cities,
        "head": row.head,
        "members": row.members or "—",
        "purpose": row.purpose,
    }


def itinerary_tables(visits: Sequence[Visit]) -> list[Table]:
    """The visits of a trip that take place, in order."""
    columns = [_("时间"), _("拜访对象"), _("地点"), _("我方人员"), _("目的"), _("议程")]
    rows = [
        (
            _span(visit),
            visit.organisation,
            f"{visit.city} {visit.place}".strip(),
            visit.visitors,
            visit.purpose,
            visit.agenda,
        )
        for visit in visits
        if visit.state != Visit.State.CANCELLED
    ]
    return [(_("行程安排"), columns, rows)]


def _span(visit: Visit) -> str:
    first, last = (timezone.localtime(one) for one in (visit.starts_at, visit.ends_at))
    if first.date() == last.date():
        return f"{first:%Y-%m-%d %H:%M}-{last:%H:%M}"
    return f"{first:%Y-%m-%d %H:%M} - {last:%Y-%m-%d %H:%M}"


def appointments_of(visits: Sequence[Visit]) -> list[Appointment]:
    """The visits as entries of a calendar. Minutes stay here."""
    return [
        Appointment(
            str(visit.pk),
            visit.starts_at,
            visit.ends_at,
            visit.organisation,
            f"{visit.city} {visit.place}".strip(),
            "\n".join(part for part in (visit.purpose, visit.agenda) if part),
            visit.state == Visit.State.CANCELLED,
        )
        for visit in visits
    ]


def weekly_tables(found: Weekly) -> list[Table]:
    """The numbers of the week, then its lists."""
    whole = [(one.title, one.figure.value) for one in found.sections]
    return [
        (_("总体"), [_("指标"), _("数量")], whole),
        *(
            (one.title, list(one.columns), [(row.title, *row.cells) for row in one.rows])
            for one in found.sections
        ),
    ]


def cohort_tables(found: Cohorts, title: str) -> list[Table]:
    """Conversion by cohort, a row a cohort and three columns a stage."""
    columns = [title, _("线索"), _("在途"), _("流失")]
    for stage in found.stages:
        columns += [stage, _("%(stage)s转化率") % {"stage": stage}]
        columns += [_("%(stage)s天数") % {"stage": stage}]
    rows = [
        (
            line.name,
            line.leads.value,
            line.under_way.value,
            line.lost.value,
            *(part for cell in line.cells for part in (cell.figure.value, cell.share, cell.days)),
        )
        for line in (*found.lines, found.whole)
    ]
    return [(_("转化"), columns, rows)]
