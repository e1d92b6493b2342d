"""What is due by when (序时进度) under a decomposition. Pure and exact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from district.kernel.measures.public import month_end
from district.kernel.tracking.public import ByHand

Stretch = tuple[int, int, Decimal]


def due_by_month(stretches: Sequence[Stretch], month: int) -> Decimal:
    """The level that is due by the end of a month; within a longer stretch in equal parts."""
    found = Decimal(0)
    for first, last, value in stretches:
        if last <= month:
            found += value
        elif first <= month:
            found += value * (month - first + 1) / (last - first + 1)
    return found


def monthly_shares(stretches: Sequence[Stretch], whole: Decimal) -> list[Decimal]:
    """Twelve cumulative shares of the whole, rounded to six places; the last is 1.

    They never fall. Raises ValueError where the whole is not above 0.
    """
    if whole <= 0:
        raise ValueError("the whole must be above 0")
    shares = [
        min(Decimal(1), round(due_by_month(stretches, month) / whole, 6)) for month in range(1, 12)
    ]
    return [*shares, Decimal(1)]


def profile_of(stretches: Sequence[Stretch], whole: Decimal, year: int) -> ByHand:
    """The profile of the lights: what share is due at the end of each stretch."""
    points, done = [], Decimal(0)
    for _first, last, value in sorted(stretches):
        done += value
        share = Decimal(1) if last == 12 else min(Decimal(1), done / whole)
        points.append((month_end(year, last), share))
    return ByHand(tuple(points))


def growth_due(
    stretches: Sequence[tuple[int, int, Decimal, Decimal]], upto: date
) -> Decimal | None:
    """The growth in percent that is due by a month's end: levels and bases of the stretches up to
    it. None where there is no base."""
    level = sum((value for _f, last, value, _b in stretches if last <= upto.month), Decimal(0))
    base = sum((base for _f, last, _v, base in stretches if last <= upto.month), Decimal(0))
    return None if base <= 0 else (level / base - 1) * 100
