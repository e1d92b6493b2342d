"""Reads of commitments: the detail page's bundle, open adjustments, what waits for a planner."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import EventView, events_of
from district.kernel.measures.public import Filing, MeasureValue, Use
from district.kernel.organisation.public import Unit
from district.kernel.plan.addresses import commitment_url, statement_url
from district.kernel.plan.models import (
    Commitment,
    Completion,
    Link,
    ProgressReport,
    Report,
    Statement,
    TargetAdjustment,
)
from district.kernel.plan.models.commitments import AdjustmentState, CommitmentState, Flag
from district.kernel.plan.selectors.readiness import Readiness, readiness
from district.kernel.plan.selectors.successions import with_origin
from district.kernel.plan.subjects import commitment_subject

_MOST_VALUES = 36
_RELATED = (
    "report",
    "parent",
    "statement",
    "statement__edition",
    "task",
    "measure",
    "lead_unit",
    "leader",
    "contact",
    "tracked",
    "onward__successor",
)


@dataclass(frozen=True, slots=True)
class CommitmentDetail:
    """Everything that a commitment's page shows.

    `original_value` is the target before any adjustment. `values` are the measure's current
    vintages, newest first, of the lead unit and the district; `outturn` the link to last
    year's actual, if the report states one.
    """

    commitment: Commitment
    co_units: tuple[Unit, ...]
    children: tuple[Commitment, ...]
    adjustments: tuple[TargetAdjustment, ...]
    original_value: Decimal | None
    progress_reports: tuple[ProgressReport, ...]
    values: tuple[MeasureValue, ...]
    filings: tuple[Filing, ...]
    outturn: Link | None
    events: tuple[EventView, ...]
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of a report waits for a planner, as counts."""

    without_lead_unit: int
    incomplete: int
    ready: int
    flagged: int
    adjustments: int


def commitments_of_report(report: Report) -> QuerySet[Commitment]:
    """The commitments in the order of the report, parents first, with owner and light."""
    return (
        Commitment.objects.filter(report=report)
        .select_related("lead_unit", "tracked", "measure")
        .order_by("sort", "depth", "id")
    )


def commitment_by_id(key: UUID | str) -> Commitment:
    """The commitment with owner, measure, sentence and light; NotFound where there is none.

    The edition's text is left out; ask `edition_by_id` for it.
    """
    found = (
        with_origin(Commitment.objects.select_related(*_RELATED))
        .defer("statement__edition__text")
        .filter(pk=key)
        .first()
    )
    if found is None:
        raise NotFound(_("没有这项承诺。"))
    return found


def commitment_detail(key: UUID | str, *, events: int = 50) -> CommitmentDetail:
    """The bundle of a commitment's page, in at most seven queries."""
    row = commitment_by_id(key)
    adjustments = tuple(row.adjustments.order_by("proposed_at"))
    approved = [item for item in adjustments if item.state == AdjustmentState.APPROVED]
    number = row.is_quantitative
    children = (
        ()
        if number
        else tuple(row.children.select_related("tracked", "lead_unit").order_by("sort", "id"))
    )
    return CommitmentDetail(
        commitment=row,
        co_units=tuple(row.co_units.order_by("sort")),
        children=children,
        adjustments=adjustments,
        original_value=approved[0].value_before if approved else row.value,
        progress_reports=() if number else tuple(row.progress_reports.all()[:_MOST_VALUES]),
        values=_values(row),
        filings=_filings(row),
        outturn=_outturn(row),
        events=tuple(events_of(commitment_subject(row.pk), events)),
        readiness=readiness(row),
    )


def _units(row: Commitment) -> set[str]:
    return {code for code in (row.lead_unit_id, row.report.unit_id) if code}


def _values(row: Commitment) -> tuple[MeasureValue, ...]:
    if row.measure_id is None:
        return ()
    rows = MeasureValue.objects.filter(
        measure_id=row.measure_id, unit_id__in=_units(row), superseded_by=None
    )
    return tuple(rows.select_related("unit").order_by("-period_end")[:_MOST_VALUES])


def _filings(row: Commitment) -> tuple[Filing, ...]:
    if row.measure_id is None:
        return ()
    rows = Filing.objects.filter(measure_id=row.measure_id, unit_id__in=_units(row))
    return tuple(rows.order_by("-period_end")[:_MOST_VALUES])


def _outturn(row: Commitment) -> Link | None:
    if row.statement_id is None:
        return None
    return Link.objects.filter(target_id=row.statement_id).select_related("actual").first()


def open_adjustments() -> QuerySet[TargetAdjustment]:
    """Adjustments that wait for approval, the oldest first."""
    return (
        TargetAdjustment.objects.filter(state=AdjustmentState.PROPOSED)
        .select_related("commitment__lead_unit", "commitment__report")
        .order_by("proposed_at")
    )


def flagged_commitments(report: Report) -> QuerySet[Commitment]:
    """Commitments whose sentence an amended report removed or changed."""
    return commitments_of_report(report).exclude(flag=Flag.NONE)


def waiting(report: Report) -> Waiting:
    """What waits for a planner in a report. Two queries."""
    pending = Q(state=CommitmentState.PENDING)
    owned = Q(lead_unit__isnull=False, leader__isnull=False, contact__isnull=False)
    measured = Q(value__isnull=True, kind__in=("task", "list")) | Q(
        value__isnull=False, measure__isnull=False
    )
    counts = Commitment.objects.filter(report=report).aggregate(
        without_lead_unit=Count("pk", filter=pending & Q(lead_unit=None)),
        incomplete=Count("pk", filter=pending & ~(owned & measured)),
        ready=Count("pk", filter=pending & owned & measured),
        flagged=Count("pk", filter=~Q(flag=Flag.NONE)),
    )
    adjustments = TargetAdjustment.objects.filter(
        commitment__report=report, state=AdjustmentState.PROPOSED
    ).count()
    return Waiting(**counts, adjustments=adjustments)


def commitments_of_measures(keys: set[str]) -> list[UUID]:
    """The ids of living commitments that these measures feed."""
    alive = (CommitmentState.PENDING, CommitmentState.ACTIVE)
    rows = Commitment.objects.filter(measure_id__in=keys, state__in=alive)
    return list(rows.values_list("pk", flat=True))


def uses_of_measure(key: str) -> list[Use]:
    """The commitments in hand or yet to be started whose light a measure feeds, and the
    achievements that it counts."""
    wanted = (CommitmentState.PENDING, CommitmentState.ACTIVE)
    rows = Commitment.objects.filter(measure_id=key, state__in=wanted).order_by("-year", "id")
    counted = Statement.objects.filter(counted_by=key, edition__state="current")
    return [
        *(Use(title, commitment_url(pk)) for pk, title in rows.values_list("pk", "title")),
        *(
            Use(f"{subject}{measure}", statement_url(pk))
            for pk, subject, measure in counted.values_list("pk", "subject", "measure")
        ),
    ]


def progress_report_by_id(report_id: UUID | str) -> ProgressReport:
    """One progress report with its commitment; NotFound when there is none."""
    row = ProgressReport.objects.select_related("commitment").filter(pk=report_id).first()
    if row is None:
        raise NotFound(_("没有这条进展。"))
    return row


def completion_by_id(completion_id: UUID | str) -> Completion:
    """One declaration that a commitment is done; NotFound when there is none."""
    row = Completion.objects.filter(pk=completion_id).first()
    if row is None:
        raise NotFound(_("没有这条办结记录。"))
    return row


def completion_of(row: Commitment) -> Completion | None:
    """Why and by whom a commitment is done; None while it is not. One query where it is."""
    return row.completions.first() if row.state == CommitmentState.DONE else None
