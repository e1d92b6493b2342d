"""Reads of measures and their values. Superseded vintages appear only in `vintages`."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.measures.computing import computed_measures
from district.kernel.measures.models import Filing, Measure, MeasureValue
from district.kernel.organisation.public import Unit


def measure_by_key(key: str) -> Measure:
    """The measure with this key; NotFound where there is none."""
    row = Measure.objects.filter(pk=key).first()
    if row is None:
        raise NotFound(_("没有编码为 %(key)s 的指标。") % {"key": key})
    return row


def measures_in_use(also: str = "") -> list[Measure]:
    """The measures that values may be filed for, by name.

    `also` is the key of a measure that may only be declared by a system yet: it comes first, as a
    row that is not saved; any other key adds nothing.
    """
    every = list(Measure.objects.order_by("name", "key"))
    found = [one for one in every if one.is_active]
    if not also or any(one.pk == also for one in every):
        return found
    made = [
        Measure(key=spec.key, name=spec.name, name_en=spec.name_en, unit=spec.unit)
        for spec in (one.spec for one in computed_measures())
        if spec.key == also
    ]
    return [*made, *found]


def has_values(measure: str) -> bool:
    """Whether a value was recorded or filled in: then its unit and basis may change no more."""
    filled = Filing.objects.filter(measure_id=measure, value__isnull=False)
    return MeasureValue.objects.filter(measure_id=measure).exists() or filled.exists()


def latest_value(
    measure: str, unit: str, *, at: date | None = None, known_by: datetime | None = None
) -> MeasureValue | None:
    """The value of the newest period that ends on or before `at` (any, if not given).

    With `known_by` as it was known at that moment: later revisions do not count.
    """
    rows = MeasureValue.objects.filter(measure_id=measure, unit_id=unit)
    if at is not None:
        rows = rows.filter(period_end__lte=at)
    if known_by is None:
        rows = rows.filter(superseded_by=None)
    else:
        later = Q(superseded_by=None) | Q(superseded_by__recorded_at__gt=known_by)
        rows = rows.filter(later, recorded_at__lte=known_by)
    return rows.order_by("-period_end", "period_start", "-recorded_at").first()


def series(
    measure: str, unit: str, *, since: date | None = None, until: date | None = None
) -> QuerySet[MeasureValue]:
    """The current values in the order of their periods, for tables and charts."""
    rows = MeasureValue.objects.filter(measure_id=measure, unit_id=unit, superseded_by=None)
    if since is not None:
        rows = rows.filter(period_end__gte=since)
    if until is not None:
        rows = rows.filter(period_end__lte=until)
    return rows.order_by("period_end", "period_start")


def last_values(measure: str, unit: str, before: date, count: int = 13) -> list[MeasureValue]:
    """The current values of the last periods that end before `before`, newest first."""
    rows = MeasureValue.objects.filter(
        measure_id=measure, unit_id=unit, superseded_by=None, period_end__lt=before
    )
    return list(rows.order_by("-period_end")[:count])


def vintages(measure: str, unit: str, period_end: date) -> QuerySet[MeasureValue]:
    """Every vintage of one period, newest first."""
    rows = MeasureValue.objects.filter(measure_id=measure, unit_id=unit, period_end=period_end)
    return rows.order_by("-recorded_at", "-id")


def values_of_unit(measure: str, unit: str) -> QuerySet[MeasureValue]:
    """All values with every vintage, newest period first and in it the newest vintage first."""
    rows = MeasureValue.objects.filter(measure_id=measure, unit_id=unit)
    return rows.order_by("-period_end", "-period_start", "-recorded_at", "-id")


def units_with_values(measure: str) -> list[Unit]:
    """The units that have values of a measure, the district first. One query."""
    with_values = MeasureValue.objects.filter(measure_id=measure, superseded_by=None)
    return list(Unit.objects.filter(pk__in=with_values.values("unit_id")).order_by("sort", "code"))
