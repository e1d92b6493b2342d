"""Air: hourly, daily and 8-hour means with their validity, the index of a day, rates. Pure.

A reading tells of the stretch that ends at its time, so an hour's readings lie in (begin, end] and
the hours of a day are numbered 1 to 24 by their end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from district.systems.environment.rules.numbers import mean, rounded


@dataclass(frozen=True)
class Level:
    """A word for the index up to and including `up_to`."""

    key: str
    up_to: int
    label: str
    label_en: str


@dataclass(frozen=True)
class Pollutant:
    """A pollutant with the concentrations that stand at the index's break points.

    `average` is day (the mean of the day's hours) or max8h (the greatest running mean of eight).
    Fewer break points than the index has: above the last one it gives no more than that index.
    `names` are what observed properties are called.
    """

    key: str
    label: str
    names: tuple[str, ...]
    unit: str
    places: int
    average: str
    breakpoints: tuple[Decimal, ...]
    annual: Decimal | None = None


@dataclass(frozen=True)
class Validity:
    """How much must be there for a mean to count."""

    hour_minutes: int
    day_hours: int
    window_hours: int
    day_windows: int
    month_days: int
    february_days: int
    year_days: int
    station_share: Decimal


@dataclass(frozen=True)
class AirStandard:
    """An edition; `digest` is that of its whole file."""

    key: str
    title: str
    title_en: str
    source: str
    in_force_from: date
    digest: str
    iaqi: tuple[int, ...]
    good_up_to: int
    no_primary_up_to: int
    validity: Validity
    levels: tuple[Level, ...]
    pollutants: tuple[Pollutant, ...]

    def pollutant(self, key: str) -> Pollutant:
        """The pollutant of that key; KeyError where there is none."""
        return {one.key: one for one in self.pollutants}[key]


Hours = Mapping[int, Fraction]


def hourly_means(
    readings: Iterable[tuple[int, Fraction]], interval_minutes: Fraction, validity: Validity
) -> dict[int, Fraction]:
    """The valid means by hour (1 to 24) of (hour, value) readings that each stand for a while."""
    by_hour: dict[int, list[Fraction]] = {}
    for hour, value in readings:
        by_hour.setdefault(hour, []).append(value)
    found = {}
    for hour, values in by_hour.items():
        average = mean(values)
        if average is not None and len(values) * interval_minutes >= validity.hour_minutes:
            found[hour] = average
    return found


def day_mean(hours: Hours, pollutant: Pollutant, validity: Validity) -> Decimal | None:
    """The day's mean; None with fewer than the hours that it needs."""
    if len(hours) < validity.day_hours:
        return None
    average = mean(hours.values())
    return None if average is None else rounded(average, pollutant.places)


def greatest_window(
    hours: Hours, pollutant: Pollutant, validity: Validity, limit: Decimal
) -> Decimal | None:
    """The greatest running mean of eight hours that ends from 8 to 24.

    With fewer valid means than it needs there is none, unless what there is exceeds the limit.
    """
    found = []
    for end in range(8, 25):
        values = [hours[hour] for hour in range(end - 7, end + 1) if hour in hours]
        average = mean(values)
        if average is not None and len(values) >= validity.window_hours:
            found.append(average)
    if not found:
        return None
    greatest = rounded(max(found), pollutant.places)
    return greatest if len(found) >= validity.day_windows or greatest > limit else None


def day_value(hours: Hours, pollutant: Pollutant, standard: AirStandard) -> Decimal | None:
    """The concentration that the day is judged by; None where too little is there."""
    if pollutant.average == "max8h":
        at = standard.iaqi.index(standard.good_up_to)
        return greatest_window(hours, pollutant, standard.validity, pollutant.breakpoints[at])
    return day_mean(hours, pollutant, standard.validity)


def iaqi(value: Decimal, pollutant: Pollutant, standard: AirStandard) -> int:
    """The index of one pollutant: linear between break points, rounded up, bounded at the top."""
    points = pollutant.breakpoints
    if value >= points[-1]:
        return standard.iaqi[len(points) - 1]
    for at in range(1, len(points)):
        if value <= points[at]:
            low, high = standard.iaqi[at - 1], standard.iaqi[at]
            part = Fraction(value - points[at - 1]) / Fraction(points[at] - points[at - 1])
            return ceil(low + (high - low) * part)
    raise AssertionError("break points ascend")


@dataclass(frozen=True)
class Judged:
    """A day's index. `aqi` None: nothing could be judged. `counts`: all pollutants are there, or
    the index exceeds what is good without them, so the day counts in a rate."""

    aqi: int | None
    primary: tuple[str, ...]
    level: str
    counts: bool
    good: bool


def judged(values: Mapping[str, Decimal | None], standard: AirStandard) -> Judged:
    """The index of a day's concentrations: the greatest of the pollutants' own."""
    found = {
        one.key: iaqi(value, one, standard)
        for one in standard.pollutants
        if (value := values.get(one.key)) is not None
    }
    if not found:
        return Judged(None, (), "", counts=False, good=False)
    aqi = max(found.values())
    primary = tuple(key for key, index in found.items() if index == aqi)
    counts = len(found) == len(standard.pollutants) or aqi > standard.good_up_to
    return Judged(
        aqi,
        primary if aqi > standard.no_primary_up_to else (),
        level_of(aqi, standard).key,
        counts=counts,
        good=counts and aqi <= standard.good_up_to,
    )


def level_of(aqi: int, standard: AirStandard) -> Level:
    """The word for an index."""
    return next((one for one in standard.levels if aqi <= one.up_to), standard.levels[-1])


def of_stations(
    values: Sequence[Decimal | None], pollutant: Pollutant, standard: AirStandard
) -> Decimal | None:
    """The district's concentration: the mean of its stations, where enough of them have one."""
    known = [Fraction(value) for value in values if value is not None]
    if not known or len(known) < standard.validity.station_share * len(values):
        return None
    average = mean(known)
    return None if average is None else rounded(average, pollutant.places)


def enough_days(first: date, last: date, days: int, validity: Validity) -> bool:
    """Whether so many daily means make the mean of a month, or of a year, count."""
    if (first.year, first.month) == (last.year, last.month):
        needed = validity.february_days if first.month == 2 else validity.month_days
        return days >= needed
    return days >= validity.year_days
