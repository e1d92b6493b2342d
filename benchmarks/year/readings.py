"""Datastreams of a year and what they said, put into the installation's log as the gateway does."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np

from benchmarks import sensing_population
from district.kernel.base import clock
from district.kernel.sensing.batches import Batch, Tick
from district.kernel.sensing.log import LogWriter, compact, seal
from district.kernel.sensing.logged import keep_latest, log_folder

_YEAR = 365 * 86_400_000_000
#: So many readings are appended at once; after so many of these what is full is sealed.
_BATCH, _SEAL_EVERY = 100_000, 50
#: Disk that is left free.
_LEAST_FREE = 8 << 30


def fill_readings(datastreams: int, readings: int, seed: int) -> int:
    """Register datastreams on points all over the district and append a year of readings; fewer
    where the disk would fill. Returns how many readings; says so."""
    rng = random.Random(seed)  # noqa: S311  # made-up devices
    numbers = np.array(sensing_population.add_datastreams(datastreams, 0, rng))
    dice, folder = np.random.default_rng(seed), log_folder()
    end = int(clock.now().timestamp() * 1_000_000)
    total, step = datastreams * readings, _YEAR // max(readings, 1)
    written = 0
    with LogWriter(folder) as writer:
        for at, start in enumerate(range(0, total, _BATCH)):
            if shutil.disk_usage(folder).free < _LEAST_FREE:
                print("  the disk would fill: fewer readings than asked for", flush=True)
                break
            place = np.arange(start, min(start + _BATCH, total))
            times = end - _YEAR + (place // datastreams) * step + place % datastreams
            values = dice.normal(20, 5, len(place))
            writer.append(Batch.of(numbers[place % datastreams], times, values))
            written += len(place)
            if at % _SEAL_EVERY == _SEAL_EVERY - 1:
                writer.append(Tick(int(times[-1])))
                _tidy(folder)
                print(f"  {written:,} of {total:,} readings", flush=True)
    _tidy(folder)
    while keep_latest():
        pass
    print(f"  {written:,} readings of {datastreams:,} datastreams", flush=True)
    return written


def _tidy(folder: Path) -> None:
    """What the gateway does beside its writing: seal what is full, bring it into the days."""
    seal(folder)
    while compact(folder):
        pass
