"""Writes of values: recording, revising (both vintages stay), computing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.inserting import together
from district.kernel.history.public import Actor, Entry, publish, record_many
from district.kernel.measures.computing import Computed, computed_measures, one_run
from district.kernel.measures.models import Measure, MeasureValue, Status
from district.kernel.measures.providing import provider_of
from district.kernel.measures.rules.periods import (
    StatPeriod,
    is_boundary,
    last_complete,
    period_ending,
)
from district.kernel.measures.services.measures import ensure_measures
from district.kernel.measures.subjects import measure_subject
from district.kernel.organisation.public import Unit, authorise

TOPIC = "measures.value_recorded"
_BATCH = 500


@dataclass(frozen=True)
class ValueSpec:
    """A value to be recorded; `source` is statistics, department or system."""

    measure: str
    unit: str
    period: StatPeriod
    value: Decimal
    status: str = Status.FINAL
    source: str = "department"
    source_name: str = ""
    note: str = ""


@transaction.atomic
def record_value(spec: ValueSpec, *, actor: Actor) -> MeasureValue:
    """Record one value; see `record_values`."""
    return record_values([spec], actor=actor)[0]


@transaction.atomic
def record_values(specs: Iterable[ValueSpec], *, actor: Actor) -> list[MeasureValue]:
    """Record values; one for a period that has one supersedes it, and both stay.

    The same value with the same status again changes nothing and returns the known row. Raises
    NotFound on an unknown measure, Invalid on an unknown unit or status, Conflict when a
    period appears twice.
    """
    wanted = list(specs)
    authorise(actor, "measures.value.record")
    return write_values(wanted, actor)


def write_values(specs: list[ValueSpec], actor: Actor) -> list[MeasureValue]:
    """`record_values` for services that have authorised the actor themselves."""
    return _write(specs, actor).rows


@dataclass(frozen=True)
class _Written:
    """What a call wrote: `rows` are the values of its specs, in their order; `fresh` those of them
    that are new."""

    rows: list[MeasureValue]
    fresh: list[MeasureValue]


def _write(specs: list[ValueSpec], actor: Actor) -> _Written:
    measures = Measure.objects.in_bulk({spec.measure for spec in specs})
    _check(specs, measures)
    current = _current(specs)
    now = clock.now()
    fresh: list[MeasureValue] = []
    result: list[MeasureValue] = []
    replaced: list[MeasureValue] = []
    for spec in specs:
        known = current.get(_place(spec))
        if known is not None and (known.value, known.status) == (spec.value, spec.status):
            result.append(known)
            continue
        row = _row(spec, measures[spec.measure], now, actor)
        if known is not None:
            known.superseded_by_id = row.pk
            replaced.append(known)
        fresh.append(row)
        result.append(row)
    # Old vintages point to the new ones before those exist: only one may be current.
    MeasureValue.objects.bulk_update(replaced, ["superseded_by"], batch_size=_BATCH)
    MeasureValue.objects.bulk_create(fresh, batch_size=_BATCH)
    _tell(fresh, current, actor)
    return _Written(result, fresh)


def check_number(value: Decimal) -> None:
    """Raise Invalid on a number that is none, or too large to keep exactly."""
    try:
        MeasureValue._meta.get_field("value").get_prep_value(value)
    except ValidationError as error:
        raise Invalid("value", " ".join(error.messages) + "。", "") from error


_Place = tuple[str, str, date, date]


def _place(spec: ValueSpec) -> _Place:
    return spec.measure, spec.unit, spec.period.start, spec.period.end


def _check(specs: list[ValueSpec], measures: dict[str, Measure]) -> None:
    for spec in specs:
        if spec.measure not in measures:
            raise NotFound(_("没有编码为 %(key)s 的指标。") % {"key": spec.measure})
        if spec.status not in Status.values:
            raise Invalid("status", _("数据状态不对。"), _("请选择预计、初步或核实。"))
        check_number(spec.value)
    places = [_place(spec) for spec in specs]
    if len(set(places)) < len(places):
        raise Conflict(_("同一指标、单位和统计期的数值重复。"))
    codes = {spec.unit for spec in specs}
    unknown = codes - set(Unit.objects.filter(pk__in=codes).values_list("pk", flat=True))
    if unknown:
        raise Invalid(
            "unit",
            _("没有编码为 %(code)s 的单位。") % {"code": min(unknown)},
            _("请从单位表中选择。"),
        )


def _current(specs: list[ValueSpec]) -> dict[_Place, MeasureValue]:
    if not specs:
        return {}
    rows = MeasureValue.objects.filter(
        measure__in={spec.measure for spec in specs},
        unit__in={spec.unit for spec in specs},
        period_end__in={spec.period.end for spec in specs},
        superseded_by=None,
    )
    return {(r.measure_id, r.unit_id, r.period_start, r.period_end): r for r in rows}


def _row(spec: ValueSpec, measure: Measure, now: datetime, actor: Actor) -> MeasureValue:
    return MeasureValue(
        measure=measure,
        unit_id=spec.unit,
        period_start=spec.period.start,
        period_end=spec.period.end,
        period_kind=spec.period.kind,
        value=spec.value,
        status=spec.status,
        source=spec.source,
        source_name=spec.source_name[:200],
        definition_version=measure.definition_version,
        note=spec.note[:400],
        recorded_at=now,
        recorded_by=actor.name[:80],
    )


def _tell(fresh: list[MeasureValue], current: dict[_Place, MeasureValue], actor: Actor) -> None:
    entries = []
    for row in fresh:
        before = current.get((row.measure_id, row.unit_id, row.period_start, row.period_end))
        data = {
            "id": str(row.pk),
            "unit": row.unit_id,
            "period": [row.period_start, row.period_end, row.period_kind],
            "value": row.value,
            "status": row.status,
            "source": row.source,
            "before": None if before is None else before.value,
        }
        kind = "measures.value.recorded" if before is None else "measures.value.revised"
        entries.append(Entry(measure_subject(row.measure_id), kind, data, note=row.note))
    record_many(entries, actor=actor)
    by_measure: dict[str, list[str]] = {}
    for row in fresh:
        by_measure.setdefault(row.measure_id, []).append(row.unit_id)
    with together():
        for key, units in by_measure.items():
            publish(TOPIC, {"measure": key, "units": sorted(set(units))}, measure_subject(key))


@transaction.atomic
def revise_value(
    known: MeasureValue, value: Decimal, *, status: str, note: str, actor: Actor
) -> MeasureValue:
    """Replace a value by a better one; the old vintage stays and points to the new one.

    Raises Conflict when it was revised meanwhile or a system provides the measure (then what it
    is recorded from is revised), Invalid without a reason in `note`.
    """
    authorise(actor, "measures.value.revise")
    known.refresh_from_db()
    source = provider_of(known.measure_id)
    if source is not None:
        raise Conflict(_("这个指标的数值来自“%(name)s”。请在那里修订。") % {"name": source.name})
    if known.superseded_by_id is not None:
        raise Conflict(_("这个数值刚被修订过。请刷新后再试。"))
    if not note.strip():
        raise Invalid("note", _("没有写修订原因。"), _("请写明原因，例如“年报核实”。"))
    spec = ValueSpec(
        known.measure_id,
        known.unit_id,
        StatPeriod(known.period_start, known.period_end, known.period_kind),
        value,
        status,
        known.source,
        known.source_name,
        note.strip(),
    )
    return write_values([spec], actor)[0]


@transaction.atomic
def compute_measures(
    *, as_of: date | None = None, keys: Iterable[str] | None = None, actor: Actor
) -> int:
    """Compute declared measures; returns how many values are new or changed.

    Each gets the newest complete period (status final) and, where it counts the year to date,
    the running one up to `as_of` (estimate), which supersedes the running value before it. All
    are counted first and then written together.
    """
    authorise(actor, "measures.value.record")
    day = as_of or clock.today()
    chosen = None if keys is None else set(keys)
    declared = [c for c in computed_measures() if chosen is None or c.spec.key in chosen]
    ensure_measures([c.spec for c in declared], actor=actor)
    with one_run():
        specs = [spec for one in declared for spec in _specs(one, day)]
    written = _write(specs, actor)
    _retire_running({one.spec.key: one.spec.frequency for one in declared}, written.rows)
    return len(written.fresh)


def _specs(one: Computed, day: date) -> list[ValueSpec]:
    spec = one.spec
    complete = period_ending(last_complete(spec.frequency, day), spec.span)
    specs = _computed(one, complete, Status.FINAL)
    if spec.span == "year_to_date" and not is_boundary(spec.frequency, day):
        specs += _computed(one, period_ending(day, spec.span), Status.ESTIMATE)
    return specs


def _computed(one: Computed, period: StatPeriod, status: str) -> list[ValueSpec]:
    return [
        ValueSpec(one.spec.key, unit, period, value, status, "system", one.spec.key)
        for unit, value in sorted(one.compute(period).items())
    ]


def _retire_running(frequencies: Mapping[str, str], rows: list[MeasureValue]) -> None:
    """A running value of an earlier day gives way to the newer one of the same unit and year."""
    newest = {_line(row): row for row in sorted(rows, key=lambda row: row.period_end)}
    earlier = MeasureValue.objects.filter(
        measure__in=list(frequencies), source="system", status=Status.ESTIMATE, superseded_by=None
    )
    retired = []
    for row in earlier:
        new = newest.get(_line(row))
        complete = is_boundary(frequencies[row.measure_id], row.period_end)
        if new and row.period_end < new.period_end and not complete:
            row.superseded_by_id = new.pk
            retired.append(row)
    MeasureValue.objects.bulk_update(retired, ["superseded_by"], batch_size=_BATCH)


def _line(row: MeasureValue) -> tuple[str, str, date]:
    return row.measure_id, row.unit_id, row.period_start
