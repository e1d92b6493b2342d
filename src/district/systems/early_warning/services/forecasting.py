"""Forecasts of water levels: made every hour, kept, and held against what came."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.kernel.sensing.public import Batch, is_configured, readings
from district.systems.early_warning.forecasting import (
    Ahead,
    Hours,
    Refusal,
    Wanted,
    hourly_levels,
    hourly_sums,
    look_ahead,
)
from district.systems.early_warning.models import Forecast, ForecastRun, Station, StationInput
from district.systems.early_warning.names import RUN, SYSTEM
from district.systems.early_warning.terms import ForecastTerms, terms

_MICRO = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
#: A reading stands for a moment when it is at most so much older.
_FRESH = timedelta(minutes=30)
#: After so long nobody waits for the reading of a moment any more.
_WAITED = timedelta(days=3)
_MOST_OPEN = 2000


def micros(at: datetime) -> int:
    """A moment as the log writes it."""
    return (at - _EPOCH) // _MICRO


def hour_of(at: datetime) -> datetime:
    """The full hour at or before a moment."""
    return at.replace(minute=0, second=0, microsecond=0)


def run_forecasts(*, actor: Actor = SYSTEM) -> int:
    """Note what came of earlier forecasts, then look ahead from the last full hour at every station
    in use that has not done so; returns how many stations did.

    A station whose reading of the hour may still come is left for the next call, for half an hour.
    Without a log of readings nothing happens.
    """
    authorise(actor, RUN)
    if not is_configured():
        return 0
    note_observed(actor=actor)
    now = clock.now()
    base = hour_of(now)
    waiting = Station.objects.filter(is_active=True).exclude(runs__base_at=base)
    done = 0
    for station in waiting.order_by("code"):
        done += forecast(station, base, actor=actor) is not None
    return done


def forecast(station: Station, base_at: datetime, *, actor: Actor = SYSTEM) -> ForecastRun | None:
    """Look ahead from an hour with what was read up to it; once for each hour.

    A refusal is kept like a forecast, with its reason. None while the hour's reading may still come
    and where the hour was done before. Raises NotPermitted, NotConfigured.
    """
    authorise(actor, RUN)
    found, late = _look(station, base_at, terms().forecast)
    if isinstance(found, Refusal) and found.why == "stale" and not late:
        return None
    return _keep(station, base_at, found)


def _look(
    station: Station, base_at: datetime, wanted: ForecastTerms
) -> tuple[list[Ahead] | Refusal, bool]:
    """What is seen ahead, and whether nobody waits for the hour's reading any more."""
    hours = Hours(micros(base_at), wanted.fit_days * 24)
    inputs = list(StationInput.objects.filter(station=station).order_by("kind", "datastream"))
    streams = [station.level_id, *(each.datastream_id for each in inputs)]
    since = base_at - timedelta(hours=hours.count)
    # Up to and with the hour itself: nothing that came after it is known.
    batch = readings().query(streams, micros(since), micros(base_at) + 1)
    rain, upstream = [], []
    for each in inputs:
        times, values = _of(batch, each.datastream_id)
        if each.kind == StationInput.Kind.RAIN:
            rain.append(hourly_sums(times, values, hours))
        else:
            upstream.append(hourly_levels(times, values, hours))
    level = hourly_levels(*_of(batch, station.level_id), hours)
    found = look_ahead(
        level,
        rain,
        upstream,
        Wanted(wanted.hours, wanted.interval, wanted.least_hours, wanted.most_missing),
    )
    waited = timedelta(minutes=wanted.oldest_minutes) / 2
    return found, clock.now() >= base_at + waited


def _of(batch: Batch, stream: int) -> tuple[Any, Any]:
    chosen = batch.stream == stream
    return batch.time[chosen], batch.value[chosen]


@transaction.atomic
def _keep(station: Station, base_at: datetime, found: list[Ahead] | Refusal) -> ForecastRun | None:
    now = clock.now()
    refused = isinstance(found, Refusal)
    run, made = ForecastRun.objects.get_or_create(
        station=station,
        base_at=base_at,
        defaults={
            "made_at": now,
            "refusal": found.why if isinstance(found, Refusal) else "",
            "facts": found.facts
            if isinstance(found, Refusal)
            else {"ahead": [asdict(each) for each in found]},
        },
    )
    if not made:
        return None
    if not refused:
        assert isinstance(found, list)  # noqa: S101  # tells the type checker what refused says
        Forecast.objects.bulk_create(_row(run, each, now) for each in found)
    return run


def _row(run: ForecastRun, ahead: Ahead, now: datetime) -> Forecast:
    return Forecast(
        run=run,
        station_id=run.station_id,
        hours=ahead.hours,
        made_at=now,
        valid_at=run.base_at + timedelta(hours=ahead.hours),
        method=ahead.method,
        base=_metres(ahead.base),
        value=_metres(ahead.value),
        low=_metres(ahead.low),
        high=_metres(ahead.high),
        trial_error=_metres(ahead.trial_error),
        trial_base_error=_metres(ahead.trial_base_error),
    )


def _metres(value: float) -> Decimal:
    """To the millimetre and no finer."""
    return Decimal(str(round(value, 3)))


def note_observed(*, actor: Actor = SYSTEM) -> int:
    """Hold forecasts against the readings that have come since; returns how many.

    Only what was made before its moment counts: a forecast made afterwards proves nothing.
    """
    authorise(actor, RUN)
    now = clock.now()
    open_ones = Forecast.objects.filter(
        observed=None, valid_at__lte=now, valid_at__gt=now - _WAITED
    ).select_related("station")
    rows = list(open_ones.order_by("valid_at")[:_MOST_OPEN])
    if not rows:
        return 0
    streams = sorted({row.station.level_id for row in rows})
    since = min(row.valid_at for row in rows) - _FRESH
    batch = readings().query(streams, micros(since), micros(now) + 1)
    proven = [row for row in rows if _prove(row, *_of(batch, row.station.level_id))]
    if proven:
        update_many(proven, ["observed", "error", "base_error", "inside"])
    return len(proven)


def _prove(row: Forecast, times: Any, values: Any) -> bool:
    at = int(np.searchsorted(times, micros(row.valid_at), side="right")) - 1
    if at < 0 or int(times[at]) < micros(row.valid_at - _FRESH) or not np.isfinite(values[at]):
        return False
    observed = _metres(float(values[at]))
    row.observed = observed
    row.error, row.base_error = abs(row.value - observed), abs(row.base - observed)
    row.inside = row.low <= observed <= row.high
    return True
