"""The quick report as files: .docx for reading, .xlsx for reckoning."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.documents import Table
from district.systems.enterprise_requests.selectors.daily import Daily, Row, Section, labels


def title_of(found: Daily) -> str:
    """The report's name with its day."""
    return _("企业诉求每日速报 %(day)s") % {"day": found.cut.day.isoformat()}


def lead_of(found: Daily) -> str:
    """The sentence below the title, with the moment that it was counted at."""
    if found.cut.at is None:
        return found.sentence
    at = found.cut.at.strftime("%Y-%m-%d %H:%M")
    return _("截至 %(at)s。%(sentence)s") % {"at": at, "sentence": found.sentence}


def tables_of(found: Daily) -> list[Table]:
    """The whole, the posts, and the lists."""
    names = labels()
    whole = [(names[key], figure.value) for key, figure in found.figures.items()]
    columns = [names[key] for key in ("fresh", "solved", "open", "overdue")]
    by_post = [(line.name, *(figure.value for figure in line.figures)) for line in found.lines]
    return [
        (_("总体"), [_("指标"), _("件数")], whole),
        (_("按指挥部"), [_("单位"), *columns], by_post),
        *(_list(section) for section in found.sections),
    ]


def _list(section: Section) -> Table:
    columns = [_("单号"), _("标题"), _("承办单位"), _("等级"), _("环节"), _("期限"), _("说明")]
    return section.title, columns, [_cells(row) for row in section.rows]


def _cells(row: Row) -> tuple[str, ...]:
    due = row.case.due_at
    return (
        row.case.number,
        row.case.title,
        row.case.lead_unit.display_short,
        row.grade,
        row.stage,
        timezone.localtime(due).strftime("%Y-%m-%d %H:%M") if due else "",
        row.because,
    )
