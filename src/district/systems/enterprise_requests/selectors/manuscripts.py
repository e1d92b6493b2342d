"""企业诉求每日速报 as a document."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from district.kernel.cases.public import case_url
from district.kernel.reports.files import (
    Manuscript,
    Number,
    Part,
    day_words,
    filled,
    manuscript_of,
)
from district.systems.enterprise_requests.selectors.daily import Daily, Row, Section, labels


def daily_manuscript(found: Daily) -> Manuscript:
    """The day in a sentence, the whole, the posts, and the lists."""
    names = labels()
    columns = [names[key] for key in ("fresh", "solved", "open", "overdue")]
    parts = [
        Part(
            _("总体"), (_("指标"), _("件数")),
            [(names[key], figure) for key, figure in found.figures.items()],
        ),
        *(_list(section) for section in found.sections),
    ]  # fmt: skip
    if found.lines:
        by_post = [(line.name, *line.figures) for line in found.lines]
        parts.insert(1, Part(_("按指挥部"), (_("单位"), *columns), by_post))
    title = _("企业诉求每日速报 %(day)s") % {"day": found.cut.day.isoformat()}
    return manuscript_of(title, _lead(found), parts, dated=day_words(found.cut.day))


def _lead(found: Daily) -> tuple[Any, ...]:
    """The sentence below the title, with the moment that it was counted at."""
    said = filled(
        _(
            "当日新增 %(fresh)s 件，办结 %(solved)s 件，回访结案 %(closed)s 件；"
            "在办 %(open)s 件，其中超期 %(overdue)s 件。"
        ),
        found.figures,
    )
    if "coordination" in found.figures:
        said += filled(_("需要协调 %(n)s 件。"), {"n": found.figures["coordination"]})
    if found.cut.at is None:
        return said
    return (_("截至 %(at)s。") % {"at": found.cut.at.strftime("%Y-%m-%d %H:%M")}, *said)


def _list(section: Section) -> Part:
    columns = (
        _("单号"), _("标题"), _("承办单位"), _("等级"), _("环节"), _("期限"), _("说明"),
    )  # fmt: skip
    return Part(section.title, columns, [_cells(row) for row in section.rows], empty=_("没有。"))


def _cells(row: Row) -> tuple[Any, ...]:
    return (
        Number(row.case.number, case_url(row.case.pk)), row.case.title,
        row.case.lead_unit.display_short, row.grade, row.stage, row.case.due_at, row.because,
    )  # fmt: skip
