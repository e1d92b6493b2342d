"""The forecasts of the last month, made of what the log of readings had at each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from district.kernel.base import clock
from district.kernel.sensing.public import log_read_once
from district.systems.early_warning.models import Station, StationInput
from district.systems.early_warning.services.forecasting import (
    forecast,
    hour_of,
    micros,
    note_observed,
)

#: For so many days, and so often: at every hour of the day in its turn.
_FORECAST_DAYS, _EVERY = 30, timedelta(hours=13)


def play_water(stations: Sequence[Station], ends: datetime) -> int:
    """Forecast all the while until the demo's moment; how many forecasts were made, 0 where the log
    tells of no station (its past was not written, as a gateway has it)."""
    if not stations:
        return 0
    streams = {station.level_id for station in stations}
    rows = StationInput.objects.filter(station__in=stations)
    streams |= set(rows.values_list("datastream", flat=True))
    with log_read_once(sorted(streams), micros(ends) + 1) as count:
        return _forecasts(stations, ends) if count else 0


def _forecasts(stations: Sequence[Station], ends: datetime) -> int:
    made, last = 0, hour_of(ends)
    at = last - timedelta(days=_FORECAST_DAYS) // _EVERY * _EVERY
    while at <= last:
        with clock.moved_to(at + timedelta(minutes=5)):
            note_observed()
            made += sum(forecast(station, at) is not None for station in stations)
        at += _EVERY
    with clock.moved_to(ends):
        note_observed()
    return made
