"""值班日报, 值班周报 and the reports of an incident as documents."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.cases.public import Case, case_url
from district.kernel.reports.files import (
    DASH,
    Manuscript,
    Number,
    Part,
    day_words,
    filled,
    manuscript_of,
    run_of,
)
from district.systems.operations_centre.duty.selectors.daily import Block, IncidentRow, Report
from district.systems.operations_centre.duty.selectors.incidents import IncidentReport


def duty_title(found: Report) -> str:
    """The report's name with its days."""
    if found.span.is_week:
        return _("值班周报 %(first)s 至 %(last)s") % {
            "first": found.span.first.isoformat(),
            "last": found.span.last.isoformat(),
        }
    return _("值班日报 %(day)s") % {"day": found.span.first.isoformat()}


def duty_manuscript(found: Report) -> Manuscript:
    """The report in a few sentences, its numbers by kind, the incidents, the cases by type."""
    lead = tuple(one for block in found.blocks for one in _sentence(block))
    parts = [_numbers(block) for block in found.blocks]
    heads = (_("单号"), _("标题"), _("承办单位"), _("等级"), _("环节"), _("时间"))
    parts.append(
        Part(
            _("突发事件"), heads, [_incident(row) for row in found.incidents],
[filled(_("共 %(n)s 件"), {"n": found.incident_figure})] if found.incident_figure else (),
            empty=_("没有。"),
        )
    )  # fmt: skip
    if found.lines:
        by_type = [(line.name, *line.figures) for line in found.lines]
        parts.append(Part(_("各类事件"), (_("类型"), *found.columns), by_type))
    return manuscript_of(duty_title(found), lead, parts, dated=day_words(found.span.last))


def _sentence(block: Block) -> tuple[Any, ...]:
    """A block in words: the rates with what they were counted of."""
    found: list[Any] = [f"{block.title}："]
    for at, figure in enumerate(block.figures):
        found += ["，" * bool(at) + f"{figure.label} ", figure]
    if block.rate is not None:
        found += [f"，{block.rate_label} ", block.rate, "%"]
    return (*found, "。")


def _numbers(block: Block) -> Part:
    rows: list[tuple[Any, ...]] = [(figure.label, figure) for figure in block.figures]
    if block.rate is not None:
        rows.append((f"{block.rate_label} %", block.rate))
    return Part(block.title, (_("指标"), _("数量")), rows)


def _incident(row: IncidentRow) -> tuple[Any, ...]:
    return (
        Number(row.case.number, case_url(row.case.pk)), row.case.title,
        row.case.lead_unit.display_short, row.grade, row.stage, row.case.reported_at,
    )  # fmt: skip


def incident_title(case: Case, found: IncidentReport) -> str:
    """What a report of an incident is called: its case, its kind, its number."""
    return _("%(number)s %(kind)s（第%(at)s号）") % {
        "number": case.number, "kind": found.label, "at": found.number,
    }  # fmt: skip


def incident_manuscript(case: Case, found: IncidentReport) -> Manuscript:
    """A report of an incident: to whom, the text, its data beside those before, by whom."""
    data = [
        (f"{each.label}（{each.unit}）", Number(each.value or DASH), Number(each.before or DASH))
        for each in found.stated
    ]
    told = _("报告单位：%(unit)s　报告人：%(who)s　报告时间：%(at)s") % {
        "unit": found.unit, "who": found.who, "at": run_of(found.at),
    }  # fmt: skip
    sent = _("报送：%(unit)s") % {"unit": case.centre_unit.display_name}
    parts = [
        Part(case.title, sentences=(told, sent)),
        Part(_("情况"), sentences=found.text.splitlines()),
    ]
    if data:
        parts.append(Part(_("数据"), (_("项目"), _("本次"), _("上次")), data))
    dated = day_words(timezone.localdate(found.at))
    return manuscript_of(incident_title(case, found), "", parts, issuer=found.unit, dated=dated)
