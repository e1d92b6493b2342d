"""Two months of invented rain and water, and the forecasts that were made of it.

The readings stand in memory while the demo is loaded: the log of an installation is written by its
gateway alone. Forecasts, what came of them and the newest levels stay.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from district.kernel.base import clock
from district.kernel.sensing.public import (
    Appended,
    Batch,
    is_configured,
    plug,
    readings,
    write_latest,
)
from district.systems.early_warning.demo.devices import Devices
from district.systems.early_warning.models import Station
from district.systems.early_warning.services.forecasting import (
    forecast,
    hour_of,
    micros,
    note_observed,
)

_STEP = timedelta(minutes=15)
_DAYS, _FORECAST_DAYS, _EVERY = 60, 30, timedelta(hours=6)
#: Of each station: the share of a rain that comes down to it, in metres of level for a millimetre,
#: and in how many hours it runs off.
_RESPONSE = {
    "river": (0.018, 7.0),
    "reservoir": (0.004, 90.0),
    "waterlogging": (0.010, 1.5),
}
_SEED = 4403


class _Memory:
    """Readings in memory, as a log answers."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def append(self, readings: Batch, *, source: int | None) -> Appended:
        raise NotImplementedError("a demo's memory is only read")

    def query(
        self,
        streams: Any,
        since: int | None = None,
        until: int | None = None,
        *,
        order: str = "asc",
        limit: int | None = None,
        offset: int = 0,
    ) -> Batch:
        kept = np.isin(self._batch.stream, list(streams))
        kept &= self._batch.time >= (since if since is not None else 0)
        kept &= self._batch.time < (until if until is not None else 2**62)
        found = self._batch.take(kept)
        return found.take(np.lexsort((found.stream, found.time)))

    def count(self, streams: Any, since: int | None = None, until: int | None = None) -> int:
        return len(self.query(streams, since, until))


def play_water(devices: Devices, ends: datetime) -> int:
    """Let it rain and run off until the demo's moment, and forecast all the while; how many
    forecasts were made."""
    if not devices.stations:
        return 0
    batch = _months(devices, ends)
    write_latest(batch, 0)
    before = readings() if is_configured() else None
    plug(_Memory(batch))
    try:
        return _forecasts(list(devices.stations.values()), ends)
    finally:
        plug(before)


def _forecasts(stations: list[Station], ends: datetime) -> int:
    made, last = 0, hour_of(ends)
    at = last - timedelta(days=_FORECAST_DAYS)
    while at <= last:
        with clock.moved_to(at + timedelta(minutes=5)):
            note_observed()
            made += sum(forecast(station, at) is not None for station in stations)
        at += _EVERY
    with clock.moved_to(ends):
        note_observed()
    return made


def _months(devices: Devices, ends: datetime) -> Batch:
    """The readings of all gauges and stations."""
    dice = np.random.default_rng(_SEED)
    count = int(timedelta(days=_DAYS) / _STEP) + 1
    last = micros(ends)
    times = last - int(_STEP / timedelta(microseconds=1)) * np.arange(count - 1, -1, -1)
    storms = _storms(dice, count)
    parts, fallen = [], {}
    for code, stream in devices.rain.items():
        fallen[code] = np.round(storms * dice.uniform(0.75, 1.25), 1)
        parts.append(Batch.of(np.full(count, stream.pk), times, fallen[code]))
    for code, station in devices.stations.items():
        rain = [fallen[each] for each in devices.gauges[code]] or [np.zeros(count)]
        level = _level(np.mean(rain, axis=0), station.kind, dice)
        level = np.round(devices.base[code] + level, 3)
        parts.append(Batch.of(np.full(count, station.level_id), times, level))
    for point in devices.gas.values():
        quiet = np.round(np.abs(dice.normal(0.4, 0.3, 8)), 1)
        parts.append(Batch.of(np.full(8, point.concentration_id), times[-8:], quiet))
    return Batch.concat(parts)


def _storms(dice: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Rain by the quarter of an hour: a storm every few days, one that is not over at the end."""
    found = np.zeros(count)
    starts = [int(at) for at in dice.uniform(0, count - 40, 20)] + [count - 26]
    for start in starts:
        length, strength = int(dice.integers(6, 28)), dice.uniform(1.0, 5.0)
        shape = np.sin(np.linspace(0, np.pi, length)) * dice.uniform(0.5, 1.4, length)
        found[start : start + length] += (strength * shape)[: max(0, count - start)]
    return found


def _level(rain: NDArray[np.float64], kind: str, dice: np.random.Generator) -> Any:
    """A linear reservoir behind another: rises with the rain, runs off over hours."""
    gain, hours = _RESPONSE[kind]
    keep = np.exp(-0.25 / hours)
    slow = np.zeros(len(rain))
    upper = lower = 0.0
    for at, fell in enumerate(rain):
        upper = upper * 0.75 + fell * gain
        lower = lower * keep + upper * 0.25
        slow[at] = lower
    return slow + dice.normal(0, 0.003, len(rain))
