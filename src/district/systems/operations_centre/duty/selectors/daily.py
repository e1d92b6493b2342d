"""值班日报 and weekly, as their page and files show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.cases.public import (
    Case,
    CaseStep,
    case_type_of,
    case_types,
    days_q,
    percent,
    register_key,
    said,
    view_action,
    visible_cases,
)
from district.kernel.conditions.public import parse, to_q
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible_by
from district.kernel.registers.public import Figure, register_of
from district.systems.operations_centre.duty.names import CALLS, HANDOVERS, INCIDENT, REPORTS
from district.systems.operations_centre.duty.rules.daily import (
    Span,
    call_conditions,
    case_conditions,
    handover_conditions,
    report_conditions,
    week_span,
)
from district.systems.operations_centre.duty.selectors.calls import visible_lines
from district.systems.operations_centre.duty.selectors.handovers import visible_handovers
from district.systems.operations_centre.models import HandOver

#: So many incidents are listed; the number above opens all.
MOST = 30


def labels() -> dict[str, str]:
    """What the numbers are called."""
    return {
        "received": _("新增"),
        "closed": _("结案"),
        "open": _("在办"),
        "red": _("红灯"),
        "yellow": _("黄灯"),
        "first": _("首报"),
        "follow_up": _("续报和更正"),
        "final": _("终报"),
        "late": _("逾期报告"),
        "unread": _("尚未确认收到"),
        "calls": _("叫应"),
        "answered": _("已应答"),
        "in_time": _("按时应答"),
        "risen": _("逐级上叫"),
        "waiting": _("仍无应答"),
        "changes": _("应交接班"),
        "taken": _("已交接"),
        "late_taken": _("逾期交接"),
        "missed": _("未交接"),
        "pending": _("待交接"),
    }


@dataclass(frozen=True)
class TypeLine:
    """One case type's numbers."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Block:
    """Numbers of one kind, and a rate where there is one."""

    title: str
    figures: tuple[Figure, ...]
    rate_label: str = ""
    rate: Decimal | None = None


@dataclass(frozen=True)
class IncidentRow:
    """An incident of the days, or one that is still open."""

    case: Case
    stage: str
    grade: str


@dataclass(frozen=True)
class Report:
    """The report of a day or a week over what the actor may see."""

    span: Span
    columns: tuple[str, ...]
    lines: tuple[TypeLine, ...]
    blocks: tuple[Block, ...]
    incidents: tuple[IncidentRow, ...]
    incident_figure: Figure | None


def span_of(day: date, *, week: bool) -> Span:
    """The days that a report of this day, or of its week, is about."""
    today = clock.today()
    return week_span(day, today) if week else Span(day, day, day == today)


def duty_report(actor: Actor, span: Span) -> Report:
    """The report. At most five queries."""
    names = labels()
    keys = [
        case_type.key
        for case_type in case_types()
        if not visible_by(actor, view_action(case_type)).nothing
    ]
    incidents, figure = _incidents(actor, span) if INCIDENT in keys else ((), None)
    blocks = [
        *([_report_block(actor, span)] if INCIDENT in keys else []),
        _call_block(actor, span),
        _handover_block(actor, span),
    ]
    columns = tuple(names[key] for key in case_conditions(span))
    lines = tuple(_type_lines(actor, span, keys)) if keys else ()
    return Report(span, columns, lines, tuple(blocks), incidents, figure)


def _type_lines(actor: Actor, span: Span, keys: list[str]) -> list[TypeLine]:
    """A line a type that has anything to tell. One query."""
    conditions = case_conditions(span)
    standing = Q(merged_into=None) & ~Q(category=Case.Category.DONE)
    at_end = Q(merged_into=None) & (
        ~Q(category=Case.Category.DONE) | _after("closed_at", span.last)
    )
    counts = {
        "received": days_q("reported_at", span.first, span.last),
        "closed": days_q("closed_at", span.first, span.last),
        "open": standing if span.is_now else at_end & ~_after("reported_at", span.last),
        "red": standing & Q(clock__light="red"),
        "yellow": standing & Q(clock__light="yellow"),
    }
    wanted = {key: Count("pk", filter=counts[key]) for key in conditions}
    rows = visible_cases(actor, *keys).order_by().values("type_key").annotate(**wanted)
    found: dict[str, Mapping[str, Any]] = {str(row["type_key"]): row for row in rows}
    lines = []
    for key in keys:
        row = found.get(key, {})
        if any(row.get(name) for name in conditions):
            lines.append(
                TypeLine(said(case_type_of(key).label), _type_figures(key, row, conditions))
            )
    return lines


def _after(field: str, day: date) -> Q:
    """Moments after a day of the district's time."""
    return ~days_q(field, date(2000, 1, 1), day) & Q(**{f"{field}__isnull": False})


def _type_figures(
    key: str, row: Mapping[str, Any], conditions: Mapping[str, str]
) -> tuple[Figure, ...]:
    label = said(case_type_of(key).label)
    return tuple(
        Figure(register_key(key), where, value=row.get(name, 0), unit="", label=label)
        for name, where in conditions.items()
    )


def _counted(
    register: str, rows: QuerySet[Any], conditions: Mapping[str, str], unit: str
) -> dict[str, Figure]:
    """The conditions counted over the rows that the actor sees, as figures. One query."""
    declared = register_of(register)
    found = declared.rows(rows) if declared.rows else rows
    schema, names = declared.schema(), labels()
    model = rows.model
    values = found.aggregate(
        **{
            key: Count("pk", filter=to_q(parse(text, schema), today=clock.today(), model=model))
            for key, text in conditions.items()
        }
    )
    return {
        key: Figure(register, text, value=values[key], unit=unit, label=names[key])
        for key, text in conditions.items()
    }


def _report_block(actor: Actor, span: Span) -> Block:
    rows = CaseStep.objects.filter(case__in=visible_cases(actor, INCIDENT).order_by().values("pk"))
    figures = _counted(REPORTS, rows, report_conditions(span), _("份"))
    made = sum(figures[key].value for key in ("first", "follow_up", "final"))
    return Block(
        _("突发事件报告"),
        tuple(figures.values()),
        _("按时报告率"),
        percent(made - figures["late"].value, made),
    )


def _call_block(actor: Actor, span: Span) -> Block:
    figures = _counted(CALLS, visible_lines(actor), call_conditions(span), _("次"))
    return Block(
        _("叫应"),
        tuple(figures.values()),
        _("按时应答率"),
        percent(figures["in_time"].value, figures["calls"].value),
    )


def _handover_block(actor: Actor, span: Span) -> Block:
    rows: QuerySet[HandOver] = visible_handovers(actor)
    figures = _counted(HANDOVERS, rows, handover_conditions(span), _("次"))
    done = figures["taken"].value - figures["late_taken"].value
    over = figures["taken"].value + figures["missed"].value
    return Block(_("交接班"), tuple(figures.values()), _("按时交接率"), percent(done, over))


def _incidents(actor: Actor, span: Span) -> tuple[tuple[IncidentRow, ...], Figure | None]:
    """The incidents of the days, the newest first. One query."""
    rows = (
        visible_cases(actor, INCIDENT)
        .filter(days_q("reported_at", span.first, span.last))
        .select_related("lead_unit", "clock")
        .order_by("-reported_at")
    )
    found = list(rows[: MOST + 1])
    case_type = case_type_of(INCIDENT)
    shown = tuple(
        IncidentRow(
            case,
            said(case_type.stages[case.stage].label),
            said(case_type.grades[case.grade].label) if case.grade in case_type.grades else "",
        )
        for case in found[:MOST]
    )
    if len(found) > MOST:
        return shown, None
    where = span.days("reported_at")
    figure = Figure(
        register_key(INCIDENT), where, value=len(found), unit=_("件"), label=_("突发事件")
    )
    return shown, figure
