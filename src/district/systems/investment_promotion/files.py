"""Itineraries and reports as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.reports.files import Manuscript, Number, Part, day_words, manuscript_of
from district.systems.investment_promotion.models import Trip, Visit
from district.systems.investment_promotion.rules.calendars import Appointment
from district.systems.investment_promotion.selectors.cohorts import Cohorts
from district.systems.investment_promotion.selectors.weekly import Weekly


def itinerary_manuscript(row: Trip, visits: Sequence[Visit]) -> Manuscript:
    """A trip: when, where, who; the visits that take place, in order."""
    columns = (_("时间"), _("拜访对象"), _("地点"), _("我方人员"), _("目的"), _("议程"))
    rows = [
        (
            _span(visit), visit.organisation, f"{visit.city} {visit.place}".strip(), visit.visitors,
            visit.purpose, visit.agenda,
        )
        for visit in visits
        if visit.state != Visit.State.CANCELLED
    ]  # fmt: skip
    return manuscript_of(row.title, _itinerary_lead(row), [Part(_("行程安排"), columns, rows)])


def _itinerary_lead(row: Trip) -> str:
    return _("%(first)s至%(last)s，%(cities)s。带队：%(head)s。同行：%(members)s。%(purpose)s") % {
        "first": row.starts_on.isoformat(),
        "last": row.ends_on.isoformat(),
        "cities": row.cities,
        "head": row.head,
        "members": row.members or "—",
        "purpose": row.purpose,
    }


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


def weekly_manuscript(found: Weekly) -> Manuscript:
    """招商周报: the numbers of the week, then its lists; a row's name opens it."""
    whole = [(one.title, one.figure) for one in found.sections]
    parts = [
        Part(_("总体"), (_("指标"), _("数量")), whole),
        *(
            Part(
                one.title, one.columns,
                [(Number(row.title, row.url), *row.cells) for row in one.rows], empty=_("没有。"),
            )
            for one in found.sections
        ),
    ]  # fmt: skip
    title = _("招商周报 %(first)s至%(last)s") % {
        "first": found.first.isoformat(), "last": found.last.isoformat(),
    }  # fmt: skip
    return manuscript_of(title, found.sentence, parts, dated=day_words(found.last))


def cohort_manuscript(found: Cohorts, words: str, day: date) -> Manuscript:
    """Conversion by cohort, a row a cohort and three columns a stage; `words` say by what."""
    columns = [words, _("线索"), _("在途"), _("流失")]
    for stage in found.stages:
        columns += [stage, _("%(stage)s转化率") % {"stage": stage}]
        columns += [_("%(stage)s天数") % {"stage": stage}]
    rows = [
        (
            line.name, line.leads, line.under_way, line.lost,
            *(part for cell in line.cells for part in (cell.figure, cell.share, cell.days)),
        )
        for line in (*found.lines, found.whole)
    ]  # fmt: skip
    lead = _("截至%(day)s。天数为已到达者的中位数；在途的还没有结果，不算未到达。") % {
        "day": day.isoformat()
    }
    title = _("招商转化 %(by)s") % {"by": words}
    return manuscript_of(title, lead, [Part(_("转化"), columns, rows)], dated=day_words(day))
