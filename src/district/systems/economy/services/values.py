"""Values come in: what is as it was stays, what differs is another vintage, and both stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.history.public import Actor, Entry, publish, record_many
from district.kernel.measures.public import StatPeriod, ValueSpec
from district.kernel.measures.public import record_values as record_measure_values
from district.kernel.organisation.public import authorise, root_code
from district.kernel.plan.public import light_by_measures
from district.kernel.tracking.public import refresh_subjects
from district.systems.economy.models import Decomposition, Series, SeriesValue
from district.systems.economy.names import (
    DECOMPOSITION,
    IMPORT,
    SYSTEM,
    VALUES_RECORDED,
    series_subject,
)
from district.systems.economy.selectors.known import growth_shown
from district.systems.economy.selectors.rights import owned_values

_NUMBERS = ("value", "growth", "base", "deflator")
_CHUNK = 500
#: Growth that is not published but follows from the comparable base is cut to as many decimals as
#: values are kept with.
_MEASURE_PLACES = 6
_Place = tuple[date, date, str, str]


@dataclass(frozen=True)
class Told:
    """What a source says of a period (both days in it); numbers as of `models.SeriesValue`.

    A number that is None is not told: what was known of it stays.
    """

    period_start: date
    period_end: date
    value: Decimal | None = None
    growth: Decimal | None = None
    base: Decimal | None = None
    deflator: Decimal | None = None
    industry: str = ""
    street: str = ""


@dataclass(frozen=True)
class Recorded:
    """How many values are new, revised, and as they were."""

    fresh: int
    revised: int
    unchanged: int

    def __add__(self, other: Recorded) -> Recorded:
        """Both together."""
        return Recorded(
            self.fresh + other.fresh,
            self.revised + other.revised,
            self.unchanged + other.unchanged,
        )


@transaction.atomic
def record_series_values(
    series: Series,
    told: Iterable[Told],
    *,
    source: str,
    status: str,
    source_name: str = "",
    note: str = "",
    actor: Actor,
) -> Recorded:
    """Record what a source ("bureau" or "department") says, all of it or nothing.

    The same again changes nothing. Raises NotPermitted, and Invalid on an unknown source or
    status, a place that is told twice, or a place of which nothing is told.
    """
    authorise(actor, IMPORT, owned_values(series, source))
    wanted = _checked(series, list(told), source, status)
    # Two that record for the same series wait for each other.
    Series.objects.select_for_update().get(pk=series.pk)
    current = _current(series, wanted, source)
    now = clock.now()
    fresh: list[SeriesValue] = []
    gone: list[SeriesValue] = []
    for one in wanted:
        before = current.get(_place(one))
        row = SeriesValue(
            id=time_ordered_uuid(), series=series, period_start=one.period_start,
            period_end=one.period_end, industry=one.industry, street=one.street, source=source,
            status=status, definition_version=series.definition_version,
            source_name=source_name[:200], note=note[:400], recorded_at=now,
            recorded_by=actor.name[:80], **_numbers(one, before),
        )  # fmt: skip
        if before is not None and _same(before, row):
            continue
        if before is not None:
            before.superseded_at, before.superseded_by_id = now, row.pk
            before.is_current = False
            gone.append(before)
        fresh.append(row)
    _write(fresh, gone)
    _tell(series, fresh, {row.superseded_by_id: row for row in gone}, actor)
    return Recorded(len(fresh) - len(gone), len(gone), len(wanted) - len(fresh))


def _checked(series: Series, told: list[Told], source: str, status: str) -> list[Told]:
    if source not in SeriesValue.Source.values or status not in SeriesValue.Status.values:
        raise Invalid("source", _("来源或数据状态不对。"), _("请从列表中选择。"))
    seen: set[_Place] = set()
    for one in told:
        if _place(one) in seen:
            raise Invalid(
                "period",
                _("%(day)s的同一项数值出现了两次。") % {"day": one.period_end.isoformat()},
                _("请只留一个。"),
            )
        seen.add(_place(one))
        if one.value is None and one.growth is None:
            raise Invalid("value", _("既没有数值也没有增速。"), _("请至少填写一项。"))
        if series.frequency == Series.Frequency.QUARTERLY and one.period_end.month % 3:
            raise Invalid(
                "period",
                _("%(name)s只按季度发布。") % {"name": series.name},
                _("请只填写3月、6月、9月和12月的累计数。"),
            )
    return told


def _place(one: Any) -> _Place:
    return one.period_start, one.period_end, one.industry, one.street


def _current(series: Series, told: Sequence[Told], source: str) -> dict[_Place, SeriesValue]:
    if not told:
        return {}
    ends = {one.period_end for one in told}
    rows = SeriesValue.objects.filter(
        series=series, source=source, is_current=True, period_end__in=ends
    )
    return {_place(row): row for row in rows}


def _numbers(one: Told, before: SeriesValue | None) -> dict[str, Decimal | None]:
    """The numbers of the new vintage: what is told, else what was known."""
    found = {}
    for name in _NUMBERS:
        value = getattr(one, name)
        found[name] = getattr(before, name) if value is None and before is not None else value
    return found


def _same(before: SeriesValue, after: SeriesValue) -> bool:
    names = (*_NUMBERS, "status", "definition_version")
    return all(getattr(before, name) == getattr(after, name) for name in names)


def _write(fresh: list[SeriesValue], gone: list[SeriesValue]) -> None:
    # Only one vintage of a place may be current, so the old ones give way first; they point to
    # the new ones once those are there.
    SeriesValue.objects.bulk_update(gone, ["is_current", "superseded_at"], batch_size=_CHUNK)
    SeriesValue.objects.bulk_create(fresh, batch_size=_CHUNK)
    SeriesValue.objects.bulk_update(gone, ["superseded_by"], batch_size=_CHUNK)


def _tell(
    series: Series, fresh: list[SeriesValue], before: dict[Any, SeriesValue], actor: Actor
) -> None:
    if not fresh:
        return
    entries = []
    for at in range(0, len(fresh), _CHUNK):
        rows = [_as_data(row, before.get(row.pk)) for row in fresh[at : at + _CHUNK]]
        head = {"source": fresh[0].source, "status": fresh[0].status, "rows": rows}
        entries.append(Entry(series_subject(series.key), "economy.values.recorded", head))
    record_many(entries, actor=actor)
    publish(VALUES_RECORDED, {"series": series.key}, series_subject(series.key))
    tell_measure(series, fresh)
    tracked = Decomposition.objects.filter(series=series, state=Decomposition.State.APPROVED)
    refresh_subjects(DECOMPOSITION, [str(key) for key in tracked.values_list("pk", flat=True)])


def _as_data(row: SeriesValue, before: SeriesValue | None) -> dict[str, Any]:
    def texts(one: SeriesValue) -> list[str | None]:
        numbers = (getattr(one, name) for name in _NUMBERS)
        return [None if number is None else str(number) for number in numbers]

    told: dict[str, Any] = {
        "place": [
            row.period_start.isoformat(), row.period_end.isoformat(), row.industry, row.street,
        ],
        "numbers": texts(row),
    }  # fmt: skip
    if before is not None:
        told["before"] = [*texts(before), before.status]
    return told


def tell_measure(series: Series, fresh: Sequence[SeriesValue]) -> None:
    """What the bureau says of the whole is a value of the measure that the series provides; a
    revision is another vintage there too. Lights of what the measure feeds follow at once."""
    if not series.measure:
        return
    specs = []
    for row in fresh:
        row.series = series
        number = growth_shown(row) if series.measures_growth else row.value
        whole = not row.industry and not row.street
        if whole and row.source == SeriesValue.Source.BUREAU and number is not None:
            period = StatPeriod(row.period_start, row.period_end, series.span)
            specs.append(
                ValueSpec(
                    series.measure,
                    root_code(),
                    period,
                    round(number, _MEASURE_PLACES),
                    row.status,
                    "statistics",
                    row.source_name or series.name,
                    row.note,
                )
            )
    if specs:
        record_measure_values(specs, actor=SYSTEM)
        light_by_measures([series.measure])
