"""The duty report as files: .docx for reading, .xlsx for reckoning."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.documents import Table
from district.systems.operations_centre.duty.selectors.daily import Report


def title_of(found: Report) -> str:
    """The report's name with its days."""
    if found.span.is_week:
        return _("值班周报 %(first)s 至 %(last)s") % {
            "first": found.span.first.isoformat(),
            "last": found.span.last.isoformat(),
        }
    return _("值班日报 %(day)s") % {"day": found.span.first.isoformat()}


def lead_of(found: Report) -> str:
    """The report in a few sentences, the rates with what they were counted of."""
    parts = []
    for block in found.blocks:
        numbers = "，".join(f"{f.label} {f.value}" for f in block.figures)
        rate = f"，{block.rate_label} {block.rate}%" if block.rate is not None else ""
        parts.append(f"{block.title}：{numbers}{rate}。")
    return "".join(parts)


def tables_of(found: Report) -> list[Table]:
    """The cases by type, the blocks, the incidents."""
    by_type = [(line.name, *(f.value for f in line.figures)) for line in found.lines]
    blocks: list[Table] = [
        (
            block.title,
            [_("指标"), _("数量")],
            [
                *((str(f.label), f.value) for f in block.figures),
                *(((block.rate_label + " %"), block.rate),) * (block.rate is not None),
            ],
        )
        for block in found.blocks
    ]
    heads = [_("单号"), _("标题"), _("承办单位"), _("等级"), _("环节"), _("时间")]
    incidents = [
        (
            row.case.number,
            row.case.title,
            row.case.lead_unit.display_short,
            row.grade,
            row.stage,
            timezone.localtime(row.case.reported_at).strftime("%Y-%m-%d %H:%M"),
        )
        for row in found.incidents
    ]
    return [
        (_("事件"), [_("类型"), *found.columns], by_type),
        *blocks,
        (_("突发事件"), heads, incidents),
    ]
