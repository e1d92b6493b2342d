"""Small generated series for the tests of the nowcast."""

from __future__ import annotations

import math
import random
from decimal import Decimal

from district.systems.economy.rules.nowcasting import History, Reading, spring_festival

Months = dict[tuple[int, int], Decimal]


def months(
    seed: int = 1, first: int = 2016, last: int = 2025, noise: float = 0.03, festival: float = 0.0
) -> Months:
    """Monthly amounts with growth, season and noise, and with what the festival takes away."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    season = [math.exp(rng.gauss(0, 0.15)) for _ in range(12)]
    found: Months = {}
    for year in range(first, last + 1):
        away = spring_festival(year)
        assert away is not None
        for month in range(1, 13):
            taken = festival if month == away.month else 0.0
            level = 100 * 1.06 ** (year - first + month / 12) * season[month - 1]
            value = level * math.exp(rng.gauss(0, noise) - taken)
            found[year, month] = Decimal(str(round(value, 2)))
    return found


def to_date(values: Months, key: str = "x", until: tuple[int, int] = (9999, 12)) -> History:
    """The series as a bureau publishes it: the year to date, as far as a month."""
    readings = []
    for year, month in sorted(values):
        if (year, month) <= until:
            amount = sum((values[year, m] for m in range(1, month + 1)), Decimal(0))
            readings.append(Reading(year, 1, month, amount))
    return History(key, tuple(readings))


def flows(values: Months, key: str = "x", until: tuple[int, int] = (9999, 12)) -> History:
    """The series month by month."""
    readings = (Reading(y, m, m, v) for (y, m), v in sorted(values.items()) if (y, m) <= until)
    return History(key, tuple(readings))
