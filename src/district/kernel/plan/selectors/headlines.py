"""The headline indicators: for the cockpit with actual, trend and light; for the public page
only what the published report itself says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import OuterRef, Subquery

from district.kernel.base import clock
from district.kernel.plan.models import Commitment, Link, Report
from district.kernel.plan.models.commitments import CommitmentKind, CommitmentState
from district.kernel.plan.models.reports import EditionState
from district.kernel.plan.models.statements import StatementState
from district.kernel.plan.selectors.measured import Point, preferred, summary, values_of

_DECIDED = (StatementState.CONFIRMED, StatementState.CORRECTED)


@dataclass(frozen=True, slots=True)
class Headline:
    """One main indicator as the cockpit shows it.

    `actual` is the last value of the year and `as_of` the day it speaks of; None before the
    first. `outturn` is last year's result as the report states it, `trend` this year's values
    in order and `last_trend` last year's. `light` and the three figures come from tracking.
    """

    commitment: Commitment
    actual: Decimal | None
    as_of: date | None
    status: str
    outturn: Decimal | None
    trend: tuple[Point, ...]
    last_trend: tuple[Point, ...]
    light: str
    completion_rate: Decimal | None
    progress_gap: Decimal | None
    growth_needed: Decimal | None


@dataclass(frozen=True, slots=True)
class PublicHeadline:
    """One main indicator as anybody may see it: what the published report says, no more."""

    title: str
    sequence: str
    comparator: str
    target: Decimal
    unit: str
    basis: str
    year: int
    outturn: Decimal | None
    outturn_year: int | None


@dataclass(frozen=True, slots=True)
class PublicSummary:
    """The published report's headline figures; `commitments` counts its confirmed promises."""

    report: Report
    headlines: tuple[PublicHeadline, ...]
    commitments: int


def headlines(report: Report) -> list[Headline]:
    """The main indicators of a report in its order. Two queries."""
    # Last year's result beside each target, unless a planner rejected it.
    beside = (
        Link.objects.filter(target=OuterRef("statement_id"))
        .exclude(actual__state=StatementState.REJECTED)
        .order_by("-score", "pk")
    )
    rows = list(
        Commitment.objects.filter(report=report, kind=CommitmentKind.INDICATOR)
        .exclude(state=CommitmentState.CANCELLED)
        .select_related("measure", "tracked", "lead_unit", "statement")
        .annotate(outturn=Subquery(beside.values("actual__value")[:1]))
        .order_by("sort", "id")
    )
    if not rows:
        return []
    today = clock.today()
    keys = [row.measure_id for row in rows if row.measure_id]
    values = values_of(keys, min(row.year for row in rows) - 1, today)
    found = []
    for row in rows:
        series = preferred(
            values.get(row.measure_id or "", ()),
            row.measure,
            report.unit_id,
            row.lead_unit_id or "",
        )
        known = summary(series, row.year, row.measure, None)
        tracked = row.tracked
        found.append(
            Headline(
                commitment=row,
                actual=known.actual,
                as_of=known.as_of,
                status=known.status,
                outturn=row.outturn,
                trend=known.points,
                last_trend=known.earlier,
                light=tracked.light if tracked else "none",
                completion_rate=tracked.completion_rate if tracked else None,
                progress_gap=tracked.progress_gap if tracked else None,
                growth_needed=tracked.growth_needed if tracked else None,
            )
        )
    return found


def public_headlines() -> PublicSummary | None:
    """What the public page shows: confirmed statements of the newest published report.

    None while nothing is published. Four queries; no log-in and no right is needed, and nothing
    that a unit filed is in it.
    """
    report = (
        Report.objects.select_related("unit")
        .exclude(published_at=None)
        .filter(editions__state=EditionState.CURRENT)
        .order_by("-year", "-published_at")
        .first()
    )
    if report is None:
        return None
    promised = Commitment.objects.filter(report=report).exclude(state=CommitmentState.CANCELLED)
    rows = list(
        promised.filter(kind=CommitmentKind.INDICATOR, statement__state__in=_DECIDED)
        .exclude(value=None)
        .order_by("sort", "id")
    )
    links = Link.objects.filter(
        target_id__in=[row.statement_id for row in rows], actual__state__in=_DECIDED
    )
    outturns = {
        target: (value, year)
        for target, value, year in links.order_by("score").values_list(
            "target_id", "actual__value", "actual__year"
        )
    }
    return PublicSummary(
        report=report,
        headlines=tuple(_public(row, outturns) for row in rows),
        commitments=promised.count(),
    )


def _public(row: Commitment, outturns: Mapping[UUID, tuple[Decimal, int | None]]) -> PublicHeadline:
    found = outturns.get(row.statement_id) if row.statement_id else None
    value, year = found or (None, None)
    return PublicHeadline(
        title=row.title,
        sequence=row.sequence,
        comparator=row.comparator,
        target=row.value if row.value is not None else Decimal(0),
        unit=row.unit,
        basis=row.basis,
        year=row.year,
        outturn=value,
        outturn_year=year,
    )
