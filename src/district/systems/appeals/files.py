"""The daily five and a month's analysis as tables, which become .docx or .xlsx files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.documents import Table
from district.kernel.base.masking import without_numbers
from district.systems.appeals.selectors.analysis import Analysis, Line, Pressing


def tables_of_analysis(found: Analysis) -> list[Table]:
    """The tables of a month."""
    whole = [(label, figure.value) for label, figure in found.figures]
    rate = found.whole.satisfaction.rate
    whole += [(_("按期办结率（%）"), found.whole.in_time_rate), (_("满意率（%）"), rate)]
    columns = [
        _("名称"),
        _("受理"),
        _("办结"),
        _("逾期办结"),
        _("退过单"),
        _("满意率（%）"),
        _("已表态"),
    ]
    return [
        (_("总体"), [_("指标"), _("数值")], whole),
        (_("按事项"), columns, _rows(found.by_matter)),
        (_("按街道"), columns, _rows(found.by_street)),
        (_("按承办单位"), columns, _rows(found.by_unit)),
    ]


def _rows(lines: Sequence[Line]) -> list[Sequence[Any]]:
    return [
        (
            line.label,
            line.reported.value,
            line.finished.value,
            line.late.value,
            line.returned.value,
            line.satisfaction,
            line.said,
        )
        for line in lines
    ]


def tables_of_five(found: Sequence[Pressing]) -> list[Table]:
    """The daily five as a table; no reporter's name stands in it."""
    columns = [_("单号"), _("标题"), _("承办单位"), _("环节"), _("期限"), _("理由"), _("得分")]
    rows = [
        (
            each.case.number,
            without_numbers(each.case.title),
            each.case.lead_unit.display_short,
            each.stage,
            timezone.localtime(each.case.due_at).strftime("%Y-%m-%d %H:%M")
            if each.case.due_at
            else "",
            "；".join(each.because),
            each.score,
        )
        for each in found
    ]
    return [(_("民生诉求每日5条"), columns, rows)]
