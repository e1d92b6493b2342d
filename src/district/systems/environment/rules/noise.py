"""Noise: equivalent levels over the right stretches, held against their limits. Pure.

A reading is the equivalent level of the stretch that ends at its time. Levels are averaged by
energy: ten readings of 60 dB and one of 80 make 70, not 62.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from district.systems.environment.rules.numbers import rounded

Part = Literal["day", "night"]
PARTS: tuple[Part, ...] = ("day", "night")
Floats = NDArray[np.float64]
Micros = NDArray[np.int64]


@dataclass(frozen=True)
class Limits:
    """What a kind of place allows by day and by night, in dB(A).

    `block_minutes`: the level of every such stretch counts (0: that of the whole part of the day).
    """

    key: str
    label: str
    label_en: str
    standard: str
    day: Decimal
    night: Decimal
    night_peak_over: Decimal | None
    block_minutes: int

    def of(self, part: Part) -> Decimal:
        """The limit by day or by night."""
        return self.day if part == "day" else self.night

    def peak_of(self, part: Part) -> Decimal | None:
        """The greatest level that is allowed; None where none is stated."""
        if part == "day" or self.night_peak_over is None:
            return None
        return self.night + self.night_peak_over


@dataclass(frozen=True)
class NoiseStandard:
    """An edition; `digest` is that of its whole file."""

    key: str
    title: str
    title_en: str
    source: str
    in_force_from: date
    digest: str
    day_from: time
    night_from: time
    places: int
    least_coverage: Decimal
    limits: Mapping[str, Limits]

    def stretch(self, day: date, part: Part) -> tuple[datetime, datetime]:
        """The local begin and end of a part of a day; a night ends on the next day."""
        if part == "day":
            return datetime.combine(day, self.day_from), datetime.combine(day, self.night_from)
        after = datetime.combine(day + timedelta(days=1), self.day_from)
        return datetime.combine(day, self.night_from), after

    def part_of(self, moment: datetime) -> tuple[date, Part]:
        """The part of which day a reading of that local time belongs to."""
        at, day = moment.time(), moment.date()
        if self.day_from < at <= self.night_from:
            return day, "day"
        return (day, "night") if at > self.night_from else (day - timedelta(days=1), "night")


def equivalent(levels: Floats) -> float:
    """The equivalent level of equally long stretches, in dB. ValueError of nothing."""
    if not len(levels):
        raise ValueError("the level of nothing")
    # Relative to the greatest one, so that no power overflows.
    top = float(np.max(levels))
    return top + 10 * float(np.log10(np.mean(np.power(10.0, (levels - top) / 10))))


@dataclass(frozen=True)
class Block:
    """A stretch with its level; `end` in microseconds."""

    end: int
    level: Decimal


@dataclass(frozen=True)
class Measured:
    """A part of a day: its level, the loudest block where blocks count, the greatest level and
    when, how much of it readings cover (0 to 1). `level` None: too little is covered."""

    level: Decimal | None
    worst: Block | None
    peak: Decimal | None
    peak_at: int | None
    readings: int
    coverage: Decimal
    over: Decimal
    peak_over: Decimal

    @property
    def exceeds(self) -> bool:
        """Whether the level or the greatest level lies above its limit."""
        return self.over > 0 or self.peak_over > 0


def measured(
    times: Micros,
    levels: Floats,
    *,
    begin: int,
    end: int,
    interval: int,
    limits: Limits,
    part: Part,
    standard: NoiseStandard,
    peaks: tuple[Micros, Floats] | None = None,
) -> Measured:
    """What readings in (begin, end] tell of a part of a day, `interval` microseconds each.

    `peaks` are greatest levels where an instrument tells them, else the greatest of the levels
    stands in for them.
    """
    coverage = _coverage(len(times), interval, end - begin)
    level = worst = None
    if len(times) and coverage >= standard.least_coverage:
        level = _rounded(equivalent(levels), standard)
    if limits.block_minutes:
        worst = _loudest(times, levels, begin, interval, limits.block_minutes, standard)
    peak, peak_at = _greatest(*(peaks if peaks is not None and len(peaks[0]) else (times, levels)))
    judged_by = worst.level if worst else None if limits.block_minutes else level
    over = max(judged_by - limits.of(part), Decimal(0)) if judged_by is not None else Decimal(0)
    allowed = limits.peak_of(part)
    shown = _rounded(peak, standard) if peak is not None else None
    peak_over = Decimal(0)
    if shown is not None and allowed is not None:
        peak_over = max(shown - allowed, Decimal(0))
    return Measured(level, worst, shown, peak_at, len(times), coverage, over, peak_over)


def _coverage(count: int, interval: int, length: int) -> Decimal:
    return min(rounded(Decimal(count) * interval / length, 4), Decimal(1))


def _rounded(level: float, standard: NoiseStandard) -> Decimal:
    # The sixth place is beyond every instrument; it keeps 55.04999999 from being 55.1.
    return rounded(Decimal(repr(round(level, 6))), standard.places)


def _greatest(times: Micros, levels: Floats) -> tuple[float | None, int | None]:
    if not len(levels):
        return None, None
    at = int(np.argmax(levels))
    return float(levels[at]), int(times[at])


def _loudest(
    times: Micros,
    levels: Floats,
    begin: int,
    interval: int,
    minutes: int,
    standard: NoiseStandard,
) -> Block | None:
    """The loudest of the blocks that are covered well enough, the first of equal ones."""
    length = minutes * 60_000_000
    numbers = (times - begin - 1) // length
    found: Block | None = None
    for number in np.unique(numbers).tolist():
        chosen = levels[numbers == number]
        if _coverage(len(chosen), interval, length) < standard.least_coverage:
            continue
        level = _rounded(equivalent(chosen), standard)
        if found is None or level > found.level:
            found = Block(begin + (number + 1) * length, level)
    return found


def kept_evidence(
    times: Micros, levels: Floats, most: int
) -> tuple[Sequence[tuple[int, float]], bool]:
    """The readings as (microseconds, level) pairs, the loudest `most` of them in order of time, and
    whether some were left out."""
    if len(times) <= most:
        chosen = np.arange(len(times))
    else:
        chosen = np.sort(np.argsort(levels, kind="stable")[-most:])
    pairs = [(int(times[at]), float(levels[at])) for at in chosen.tolist()]
    return pairs, len(times) > most
