"""How the days of a year weigh on its periods. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from district.systems.economy.rules.decomposition.tables import Floats

Span = tuple[int, int]


def calendar_weights(
    periods: Sequence[Span], days: Sequence[int], days_before: Sequence[int], elasticity: Decimal
) -> Floats:
    """By what last year's pattern is multiplied in each period.

    `days` and `days_before` are the working days of each month, January first, of this year and of
    last year, so that a Spring Festival which moves from February to January moves its months with
    it. `elasticity` says how a period follows its working days: 0 not at all, 1 in proportion.
    """
    found = []
    for first, last in periods:
        now, before = sum(days[first - 1 : last]), sum(days_before[first - 1 : last])
        ratio = now / before if now and before else 1.0
        found.append(ratio ** float(elasticity))
    return np.array(found)


def level_of(base: Decimal, growth: Decimal, places: int) -> Decimal:
    """The level that a growth in percent makes of a comparable base (同口径基数), in one step,
    rounded to `places`."""
    return round(base * (100 + growth) / 100, places)


def quanta(value: Decimal, places: int) -> int:
    """A level as a whole number of quanta of `places` decimal places, rounded half-even."""
    return int(value.scaleb(places).to_integral_value(ROUND_HALF_EVEN))


def level(count: int, places: int) -> Decimal:
    """The level of so many quanta."""
    return Decimal(int(count)).scaleb(-places)
