"""A commitment's page, in two parts: what it is, and (fetched behind it) what happened."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.history.public import Actor, EventView, events_of
from district.kernel.measures.public import (
    Filing,
    MeasureValue,
    Provided,
    ends_between,
    provider_of,
)
from district.kernel.organisation.public import Unit, visible
from district.kernel.plan.public import (
    AdjustmentState,
    Commitment,
    CommitmentState,
    Completion,
    Link,
    Measured,
    Origin,
    Point,
    ProgressReport,
    Readiness,
    Succession,
    TargetAdjustment,
    commitment_by_id,
    commitment_subject,
    completion_of,
    measured_by,
    origin_of,
    readiness,
)
from district.kernel.registers.public import Figure
from district.kernel.supervision.public import Run, visible_runs
from district.kernel.tracking.public import Linear, Period, reason_texts
from district.systems.plan_tracking.selectors.cockpit import due_share
from district.systems.plan_tracking.selectors.figures import actual_figure

_MOST = 36


@dataclass(frozen=True, slots=True)
class Detail:
    """What a commitment is: owners, target with every change, values, children.

    `completion` says why it is done; `original` is the target before the first approved
    adjustment; `origin` what of the year before it goes on with, `onward` what became of it in the
    next year; `due_share` the share of the target due by now in percent, where the light says
    one; `provider` what a system records the values from, where one does.
    """

    commitment: Commitment
    reasons: tuple[str, ...]
    due_share: Decimal | None
    co_units: tuple[Unit, ...]
    adjustments: tuple[TargetAdjustment, ...]
    original: TargetAdjustment | None
    open_adjustment: TargetAdjustment | None
    actual: Figure | None
    known: Measured
    progress_reports: tuple[ProgressReport, ...]
    children: tuple[Commitment, ...]
    outturn: Link | None
    completion: Completion | None
    readiness: Readiness
    chart: dict[str, Any] | None
    sentence: tuple[str, str, str] | None
    origin: Origin | None = None
    onward: Succession | None = None
    provider: Provided | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened with a commitment: its history, filings and supervision.

    `earlier` is the history of `origin`, the commitment of the year before that it goes on with.
    """

    events: tuple[EventView, ...]
    filings: tuple[Filing, ...]
    runs: tuple[Run, ...]
    origin: Origin | None = None
    earlier: tuple[EventView, ...] = ()


def detail(commitment_id: UUID | str) -> Detail:
    """The first part; seven queries at most."""
    row = commitment_by_id(commitment_id)
    adjustments = tuple(row.adjustments.order_by("proposed_at"))
    approved = [one for one in adjustments if one.state == AdjustmentState.APPROVED]
    waiting = [one for one in adjustments if one.state == AdjustmentState.PROPOSED]
    tracked = row.tracked
    known = measured_by(row, _values(row))
    number = row.is_quantitative
    children = () if number else tuple(_children(row))
    return Detail(
        commitment=row,
        reasons=_reasons(row),
        due_share=due_share(tracked.reasons) if tracked else None,
        co_units=tuple(row.co_units.order_by("sort")),
        adjustments=adjustments,
        original=approved[0] if approved else None,
        open_adjustment=waiting[0] if waiting else None,
        actual=actual_figure(row, known.actual, known.points),
        known=known,
        progress_reports=() if number else tuple(row.progress_reports.all()[:_MOST]),
        children=children,
        outturn=_outturn(row),
        completion=completion_of(row),
        readiness=readiness(row),
        chart=chart_of(row, known.points, tracked.reasons if tracked else ()),
        sentence=_sentence(row),
        origin=origin_of(row),
        onward=getattr(row, "onward", None),
        provider=provider_of(row.measure_id) if row.measure_id else None,
    )


def _reasons(row: Commitment) -> tuple[str, ...]:
    """Why its light is what it is; one that goes on in the next year has its light there."""
    if row.state == CommitmentState.CARRIED:
        return (_("已转入下年，由接续事项亮灯。"),)
    return tuple(reason_texts(row.tracked.reasons)) if row.tracked else ()


def _children(row: Commitment) -> list[Commitment]:
    return list(row.children.select_related("tracked", "lead_unit").order_by("sort", "id"))


def _values(row: Commitment) -> tuple[MeasureValue, ...]:
    """The measure's current values of the lead unit and the district, newest first."""
    if row.measure_id is None:
        return ()
    units = [code for code in (row.lead_unit_id, row.report.unit_id) if code]
    rows = MeasureValue.objects.filter(
        measure_id=row.measure_id, unit_id__in=units, superseded_by=None
    )
    return tuple(rows.select_related("unit").order_by("-period_end")[:_MOST])


def _outturn(row: Commitment) -> Link | None:
    if row.statement_id is None:
        return None
    return Link.objects.filter(target_id=row.statement_id).select_related("actual").first()


def _sentence(row: Commitment) -> tuple[str, str, str] | None:
    """The source sentence before, at and behind its number; a task's text has no number."""
    found = row.statement
    if found is not None:
        cut = max(found.start - found.sentence_start, 0)
        behind = cut + found.end - found.start
        return found.text[:cut], found.text[cut:behind], found.text[behind:]
    return ("", "", row.task.text) if row.task is not None else None


def chart_of(
    row: Commitment, points: Sequence[Point], reasons: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The year's values with the target and, where progress accrues, what is due each month."""
    if row.value is None or not points:
        return None
    frequency = row.measure.frequency if row.measure else "monthly"
    ends = list(ends_between(frequency, date(row.year, 1, 1), date(row.year, 12, 31)))
    months = sorted({end.month for end in ends} | {point.end.month for point in points})
    actual = {point.end.month: float(point.value) for point in points}
    series: list[dict[str, Any]] = [
        {"name": _("实际"), "values": [actual.get(month) for month in months]}
    ]
    if due_share(reasons) is not None:
        due = due_by_month(row)
        expected = [due[month - 1] for month in months]
        series.append({"name": _("序时应达"), "dashed": True, "values": expected})
    target = [float(row.value)] * len(months)
    series.append({"name": _("目标"), "dashed": True, "values": target})
    return {
        "kind": "line",
        "unit": row.unit,
        "categories": [_("%(month)d月") % {"month": month} for month in months],
        "series": series,
    }


def due_by_month(row: Commitment) -> list[float]:
    """What of the target is due by the end of each month of its year."""
    target = row.value or Decimal(0)
    if len(row.profile_shares) == 12:
        return [round(float(target * Decimal(share)), 4) for share in row.profile_shares]
    period = Period(date(min(row.year, row.deadline.year), 1, 1), row.deadline)
    ends = [date(row.year, month, monthrange(row.year, month)[1]) for month in range(1, 13)]
    return [round(float(target) * float(Linear().share(period, end)), 4) for end in ends]


def activity(commitment_id: UUID | str, actor: Actor) -> tuple[Commitment, Activity]:
    """The second part: history, and of filings and supervision what `actor` may see.

    Five queries.
    """
    row = commitment_by_id(commitment_id)
    filings: tuple[Filing, ...] = ()
    if row.measure_id is not None:
        units = [code for code in (row.lead_unit_id, row.report.unit_id) if code]
        rows = Filing.objects.filter(
            visible(actor, "measures.filing.view").q("unit"),
            measure_id=row.measure_id,
            unit_id__in=units,
        )
        filings = tuple(rows.select_related("unit").order_by("-period_end")[:12])
    runs: tuple[Run, ...] = ()
    if row.tracked_id is not None:
        runs = tuple(visible_runs(actor).filter(row_id=row.tracked_id))
    origin = origin_of(row)
    earlier = tuple(events_of(commitment_subject(origin.key), 60)) if origin is not None else ()
    events = tuple(events_of(commitment_subject(row.pk), 60))
    return row, Activity(events, filings, runs, origin, earlier)
