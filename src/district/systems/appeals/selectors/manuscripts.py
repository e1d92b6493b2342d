"""The daily five and a month's analysis as documents; no reporter's name stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.masking import without_numbers
from district.kernel.cases.public import case_url
from district.kernel.reports.files import (
    Chart,
    Manuscript,
    Number,
    Part,
    day_words,
    filled,
    manuscript_of,
)
from district.systems.appeals.selectors.analysis import Analysis, Line, Pressing

#: So many categories stand in the chart.
_CHARTED = 10


def analysis_manuscript(found: Analysis) -> Manuscript:
    """A month: the whole, then by category, street and unit."""
    said = found.whole.satisfaction
    whole: list[tuple[Any, ...]] = [(label, figure) for label, figure in found.figures]
    whole += [
        (_("按期办结率（%）"), found.whole.in_time_rate),
        (_("满意率（%）"), said.rate),
    ]
    columns = (
        _("名称"), _("受理"), _("办结"), _("逾期办结"), _("退过单"), _("满意率（%）"), _("已表态"),
    )  # fmt: skip
    lead = filled(
        _("满意率按已回访并表态的人数计算：已回访 %(called)s 件，已表态 %(said)s 件。"),
        {"called": said.called, "said": said.said},
    )
    parts = [
        Part(_("总体"), (_("指标"), _("数值")), whole),
        Part(_("按事项"), columns, _rows(found.by_matter), chart=_chart(found)),
        Part(_("按街道"), columns, _rows(found.by_street)),
        Part(_("按承办单位"), columns, _rows(found.by_unit)),
    ]
    title = _("民生诉求分析 %(month)s") % {"month": found.first.strftime("%Y-%m")}
    return manuscript_of(title, lead, parts, dated=day_words(found.last))


def _rows(lines: Sequence[Line]) -> list[tuple[Any, ...]]:
    return [
        (
            line.label, line.reported, line.finished, line.late, line.returned, line.satisfaction,
            line.said,
        )
        for line in lines
    ]  # fmt: skip


def _chart(found: Analysis) -> Chart | None:
    """The categories with the most reports."""
    lines = found.by_matter[:_CHARTED]
    if not lines:
        return None
    reported = tuple(line.reported.value for line in lines)
    return Chart(
        _("受理最多的事项"), "bar", _("件"), "", tuple(line.label for line in lines),
        ((_("受理"), reported),),
    )  # fmt: skip


def five_manuscript(found: Sequence[Pressing], day: date) -> Manuscript:
    """民生诉求每日5条: each with its reasons; its number opens the case."""
    columns = (
        _("单号"), _("标题"), _("承办单位"), _("环节"), _("期限"), _("理由"), _("得分"),
    )  # fmt: skip
    rows = [
        (
            Number(each.case.number, case_url(each.case.pk)),
            without_numbers(each.case.title),
            each.case.lead_unit.display_short,
            each.stage,
            each.case.due_at,
            "；".join(each.because),
            each.score,
        )
        for each in found
    ]
    title = _("民生诉求每日5条")
    part = Part(_("最需要关注的诉求"), columns, rows, empty=_("今天没有需要特别关注的诉求。"))
    return manuscript_of(title, "", [part], dated=day_words(day))
