"""Measures of commitments: found by what they count, made with a proposed statistical basis,
and owed by the lead unit while the commitment is active.

Measures are made by the plan's system actor: whoever confirms a statement has been authorised
on that, and the commitment's own event names them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.kernel.measures.public import (
    DutySpec,
    FilingDuty,
    Measure,
    MeasureSpec,
    computed_measures,
    ensure_measures,
    provided_measures,
    restart_measure,
    save_duties,
)
from district.kernel.plan.models import Commitment
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.rules.measures import Basis, propose
from district.kernel.plan.selectors.measured import preferred, summary, values_of

_ACTOR = Actor.system("plan")
_CHUNK = 500


def bind(rows: Sequence[Commitment]) -> None:
    """Give each commitment with a number its measure (set, not saved), made where missing."""
    numbers = [row for row in rows if row.value is not None]
    proposals = {row.pk: _proposal(row) for row in numbers}
    specs = {
        basis.key: MeasureSpec(
            key=basis.key,
            name=basis.name,
            unit=basis.unit,
            decimals=basis.decimals,
            basis=basis.basis,
            span=basis.span,
            prices=basis.prices,
            frequency=basis.frequency,
            direction=basis.direction,
            aggregation=basis.aggregation,
            source=basis.source,
            definition=row.statement.text if row.statement else "",
        )
        for row in numbers
        for basis in (proposals[row.pk],)
    }
    made = ensure_measures(specs.values(), actor=_ACTOR)
    for key, measure in made.items():
        if not measure.is_active:  # ended once, and wanted again
            made[key] = restart_measure(key, actor=_ACTOR)
    for row in numbers:
        row.measure = made[proposals[row.pk].key]


def _proposal(row: Commitment) -> Basis:
    statement = row.statement
    return propose(
        kind=row.kind,
        title=row.title,
        subject=statement.subject if statement else "",
        measure=statement.measure if statement else row.title,
        unit=row.unit,
        basis=row.basis,
        value=row.value if row.value is not None else Decimal(0),
        value_from=row.value_from,
    )


def key_of(measure_key: str) -> str:
    """The key of a measure in use; Invalid(measure) where there is none.

    One that a system declares and that was not computed yet is made now.
    """
    declared = next((c.spec for c in computed_measures() if c.spec.key == measure_key), None)
    if declared is not None and not Measure.objects.filter(pk=measure_key).exists():
        ensure_measures([declared], actor=_ACTOR)
    if not Measure.objects.filter(pk=measure_key, is_active=True).exists():
        raise Invalid("measure", _("没有这个指标。"), _("请从列表中选择指标。"))
    return measure_key


def owe(rows: Sequence[Commitment]) -> None:
    """Have the lead units of active commitments file their measures, from the last complete
    month on, and nobody file for commitments that are closed.

    Measures that a system computes or provides are owed by nobody. The plan has a measure owed by
    one unit at a time; duties that a planner set by hand run beside it.
    """
    owe_measures({str(row.measure_id) for row in rows if row.measure_id and row.lead_unit_id})


def owe_measures(measure_keys: Iterable[str]) -> None:
    """The same for measures by their keys, whatever is counted by them."""
    keys = sorted(measure_keys)
    if not keys:
        return
    provided = provided_measures()
    measures = Measure.objects.in_bulk(keys)
    wanted: dict[str, Commitment] = {}
    for start in range(0, len(keys), _CHUNK):
        active = Commitment.objects.filter(
            measure_id__in=keys[start : start + _CHUNK], state=CommitmentState.ACTIVE
        ).exclude(lead_unit=None)
        wanted.update({str(row.measure_id): row for row in active.order_by("year", "id")})
    since = _since(clock.today())
    specs = [
        DutySpec(
            measure=key,
            unit=str(row.lead_unit_id),
            since=since,
            frequency=measures[key].frequency,
            contact=row.contact_id,
        )
        for key, row in wanted.items()
        if measures[key].source != "system" and key not in provided
    ]
    owing = {(spec.measure, spec.unit) for spec in specs}
    known: dict[tuple[str, str], FilingDuty] = {}
    for start in range(0, len(keys), _CHUNK):
        duties = FilingDuty.objects.filter(measure_id__in=keys[start : start + _CHUNK])
        known.update({(str(duty.measure_id), str(duty.unit_id)): duty for duty in duties})
    fresh = [
        terms
        for spec in specs
        if (terms := _terms(known.get((spec.measure, spec.unit)), spec)) is not None
    ]
    over = [
        DutySpec(
            measure=key,
            unit=unit,
            since=duty.since,
            frequency=duty.frequency,
            days_after=duty.days_after,
            contact=duty.contact_id,
            active=False,
        )
        for (key, unit), duty in known.items()
        if duty.active and not duty.by_hand and (key, unit) not in owing
    ]
    if fresh or over:
        save_duties([*over, *fresh], actor=_ACTOR)


def _terms(duty: FilingDuty | None, spec: DutySpec) -> DutySpec | None:
    """What the unit's duty is to become; None where it stays.

    What a planner set up or ended by hand stays, and so do the terms that they agreed.
    """
    if duty is None:
        return spec
    if duty.by_hand or duty.ended_by_hand:
        return None
    if duty.active and duty.contact_id == spec.contact:
        return None
    return replace(
        spec,
        frequency=duty.frequency,
        days_after=duty.days_after,
        since=duty.since if duty.active else spec.since,
    )


def _since(today: date) -> date:
    """The last day of the last complete month: what is owed first."""
    return today.replace(day=1) - timedelta(days=1)


def last_year_shares(row: Commitment) -> list[Decimal]:
    """Last year's cumulative shares at the twelve month ends, from the measure's values.

    A month without a value lies on the straight line between its neighbours. Raises Invalid
    when last year's December value is missing or not above zero.
    """
    problem = Invalid(
        "profile",
        _("没有上年逐月数值，不能参照上年。"),
        _("请先补录上年数值，或选择按月均衡。"),
    )
    if row.measure is None or row.measure.basis == "growth":
        raise problem
    year = row.year - 1
    series = preferred(
        values_of([row.measure.pk], year, date(year, 12, 31))[row.measure.pk],
        row.measure,
        row.report.unit_id,
        row.lead_unit_id or "",
    )
    points = {
        point.end.month: point.value
        for point in summary(series, row.year, row.measure, None).earlier
        if point.end.day == monthrange(point.end.year, point.end.month)[1]
    }
    whole = points.get(12)
    if whole is None or whole <= 0:
        raise problem
    return _filled({month: value / whole for month, value in points.items()})


def _filled(shares: dict[int, Decimal]) -> list[Decimal]:
    known = {0: Decimal(0), **shares, 12: Decimal(1)}
    result = []
    for month in range(1, 13):
        low = max(m for m in known if m <= month)
        high = min(m for m in known if m >= month)
        share = known[low]
        if high > low:
            share += (known[high] - known[low]) * (month - low) / (high - low)
        result.append(round(share, 6))
    return result
