"""What is known of commitments at this moment, as a report tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from district.kernel.base import clock
from district.kernel.measures.public import MeasureValue
from district.kernel.plan.public import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    EditionState,
    Measured,
    Report,
    Statement,
    StatementKind,
    StatementState,
    measured_as,
    measured_by,
    same_unit,
)
from district.kernel.reports.outlooks import outlooks
from district.kernel.reports.rules.outcome import (
    Deed,
    Form,
    Outcome,
    Outlook,
    Proposal,
    Standing,
    deed_of,
    form_of,
    outcome,
    propose,
)

_PLACES = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """A commitment with what was measured of it and how it came out; no query.

    `value` is None without a number or where nothing was measured in its unit. `bound` is the
    newest recorded value behind it; `since` is where what `value` counts begins.
    """

    row: Commitment
    form: Form
    outcome: Outcome
    deed: Deed
    standing: Standing | None
    proposal: Proposal | None
    value: Decimal | None = None
    bound: MeasureValue | None = None
    since: date | None = None
    light: str = "none"
    reasons: tuple[Mapping[str, Any], ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the light's reasons."""
        return tuple(str(one.get("code", "")) for one in self.reasons)

    @property
    def places(self) -> int:
        """How many decimals its value is printed with."""
        measure = self.row.measure
        return min(measure.decimals, _PLACES) if measure is not None else _PLACES

    @property
    def falls(self) -> bool:
        """Whether less is better."""
        return self.standing is not None and self.standing.falls


@dataclass(frozen=True, slots=True)
class Achievement:
    """What the plan's report says was achieved and a measure counts, though nothing was promised.

    `value` is this year's number as of `bound`, the newest recorded value behind it; `since` is
    where what it counts begins.
    """

    statement: Statement
    title: str
    form: Form
    value: Decimal
    bound: MeasureValue
    since: date | None

    @property
    def places(self) -> int:
        """How many decimals it is printed with."""
        return min(self.bound.measure.decimals, _PLACES)


def achievements(report: Report, told: Collection[str] = ()) -> list[Achievement]:
    """What was achieved in a report's year of what it states of the year before, each measure once.

    Left out are measures that commitments tell of (`told`), and what counts in another unit. Two
    queries.
    """
    rows = Statement.objects.filter(
        edition__report=report, kind=StatementKind.ACTUAL, counted_by__isnull=False
    ).exclude(counted_by__in=list(told))
    rows = rows.select_related("counted_by", "edition").defer("compiled", "edition__text")
    counted = counted_once(rows.order_by("position", "id"))
    values = values_of([str(row.counted_by_id) for row in counted], report.year)
    return achieved_by(counted, report, values)


def counted_once(rows: Iterable[Statement]) -> list[Statement]:
    """The statements in force that a measure counts in their unit, the first of each measure."""
    found: dict[str, Statement] = {}
    for row in rows:
        in_force = row.edition.state == EditionState.CURRENT
        if in_force and row.state != StatementState.REJECTED and _counts(row):
            found.setdefault(str(row.counted_by_id), row)
    return list(found.values())


def achieved_by(
    rows: Iterable[Statement], report: Report, values: Mapping[str, Sequence[MeasureValue]]
) -> list[Achievement]:
    """What was achieved by these values; without one nothing is told. No query."""
    found = (_achieved(row, report, values.get(str(row.counted_by_id), ())) for row in rows)
    return [one for one in found if one is not None]


def _counts(row: Statement) -> bool:
    """Whether the measure counts the same kind of number; none is converted silently."""
    measure = row.counted_by
    if measure is None or not same_unit(measure.unit, row.unit):
        return False
    return (measure.basis == "growth") == (row.basis == "yoy")


def _achieved(row: Statement, report: Report, values: Sequence[MeasureValue]) -> Achievement | None:
    known = measured_as(row.counted_by, report.year, report.unit_id, values)
    behind = [
        one for one in values if one.period_end == known.as_of and one.unit_id == report.unit_id
    ]
    if known.actual is None or not behind:
        return None
    title = (
        row.measure if not row.subject or row.subject in row.measure else row.subject + row.measure
    )
    form, bound = form_of(row.basis, row.unit), behind[-1]
    return Achievement(row, title, form, known.actual, bound, _since(known, bound))


def facts(rows: QuerySet[Commitment], year: int) -> list[Fact]:
    """What is known of these commitments in their order; two queries besides the outlooks'."""
    found = list(
        rows.select_related("report", "measure", "tracked", "lead_unit", "statement")
        .defer("statement__text", "statement__compiled")
        .exclude(state=CommitmentState.CANCELLED)
        .order_by("sort", "depth", "id")
    )
    return facts_by(found, values_of(measures_of(found), year), year)


def facts_by(
    rows: Sequence[Commitment], values: Mapping[str, Sequence[MeasureValue]], year: int
) -> list[Fact]:
    """The same of rows and values at hand; no query besides the outlooks'."""
    asked = [str(row.measure_id) for row in rows if row.kind == CommitmentKind.INDICATOR]
    ahead = outlooks(sorted(set(asked)), year) if asked else {}
    today = clock.today()
    return [_fact(row, values.get(str(row.measure_id), ()), ahead, today) for row in rows]


def measures_of(rows: Iterable[Commitment]) -> list[str]:
    """The measures that count these commitments' numbers."""
    return [str(row.measure_id) for row in rows if row.measure_id and row.value is not None]


def values_of(measures: Iterable[str], year: int) -> dict[str, list[MeasureValue]]:
    """Current values of measures, of a year and the one before, up to today; one query for up to
    400 measures."""
    keys = sorted(set(measures))
    found: dict[str, list[MeasureValue]] = defaultdict(list)
    for start in range(0, len(keys), 400):
        rows = MeasureValue.objects.filter(
            measure_id__in=keys[start : start + 400],
            superseded_by=None,
            period_end__gte=date(year - 1, 1, 1),
            period_end__lte=min(clock.today(), date(year, 12, 31)),
        )
        for one in rows.select_related("measure").order_by("period_end", "period_start"):
            found[one.measure_id].append(one)
    return found


def _fact(
    row: Commitment, values: Sequence[MeasureValue], ahead: Mapping[str, Outlook], today: date
) -> Fact:
    light = row.tracked.light if row.tracked else "none"
    reasons = tuple(row.tracked.reasons) if row.tracked else ()
    form = form_of(row.basis, row.unit)
    deed = deed_of(row.state, light)
    if row.value is None:
        return Fact(row, form, "unknown", deed, None, None, light=light, reasons=reasons)
    known = measured_by(row, values) if _comparable(row) else Measured()
    units = (row.lead_unit_id, row.report.unit_id)
    behind = [one for one in values if one.period_end == known.as_of and one.unit_id in units]
    bound = max(behind, key=lambda one: one.unit_id == row.lead_unit_id, default=None)
    standing = Standing(
        target=row.value,
        comparator=row.comparator,
        due=row.deadline,
        today=today,
        light=light,
        value=known.actual,
        as_of=known.as_of,
        adds_up=form == "count",
        falls=_falls(row, known),
    )
    came = outcome(standing)
    proposal = propose(
        standing,
        came,
        form=form,
        is_indicator=row.kind == CommitmentKind.INDICATOR,
        outlook=ahead.get(str(row.measure_id)),
    )
    since = _since(known, bound)
    return Fact(
        row, form, came, deed, standing, proposal, known.actual, bound, since, light, reasons
    )


def _comparable(row: Commitment) -> bool:
    """Whether the measure counts in the target's unit; a number is never converted silently."""
    measure = row.measure
    if measure is None or measure.unit != row.unit:
        return False
    return (measure.basis == "growth") == (row.basis == "yoy")


def _falls(row: Commitment, known: Measured) -> bool:
    if row.value is None:
        return False
    if row.basis == "yoy":
        return bool(row.value < 0)
    if row.value_from is not None:
        return bool(row.value < row.value_from)
    measure = row.measure
    return measure is not None and measure.direction == "lower"


def _since(known: Measured, bound: MeasureValue | None) -> date | None:
    """Where the counted stretch begins: of values that add up, the year's first one."""
    if bound is None:
        return None
    adds = bound.measure.aggregation == "flow" and bound.measure.basis == "absolute"
    single = bound.period_kind in ("month", "quarter")
    return date(bound.period_end.year, 1, 1) if adds and single else bound.period_start
