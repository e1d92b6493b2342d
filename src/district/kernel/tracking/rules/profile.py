"""How much of a target is due by a date (序时进度): linear, like last year, or set by hand. Pure.

A profile answers with an exact fraction from 0 (nothing is due) to 1 (all of it is).
"""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True)
class Period:
    """First and last day, both in it. ValueError when the last is before the first."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends on or after the day it starts")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def passed(self, at: date) -> int:
        """How many of its days are over at the end of `at`."""
        return min(max((at - self.start).days + 1, 0), self.days)

    def months_left(self, at: date) -> Fraction:
        """Months left after `at`, a part of a month by its days."""
        left, day = Fraction(0), max(at + timedelta(days=1), self.start)
        while day <= self.end:
            length = months.monthrange(day.year, day.month)[1]
            last = min(day.replace(day=length), self.end)
            left += Fraction((last - day).days + 1, length)
            day = last + timedelta(days=1)
        return left


@dataclass(frozen=True)
class Linear:
    """Every day the same share."""

    def share(self, period: Period, at: date) -> Fraction:
        """The share of the whole due at the end of `at`."""
        return Fraction(period.passed(at), period.days)


@dataclass(frozen=True)
class LastYear:
    """As last year went: twelve cumulative shares at month ends, e.g. 0.05, 0.11, ... 1.

    Within a month by days. A period that is part of a year is scaled to its own part. Raises
    ValueError unless the shares rise from 0 or more to exactly 1.
    """

    shares: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if len(self.shares) != 12 or self.shares[-1] != 1 or self.shares[0] < 0:
            raise ValueError("twelve cumulative shares are needed, from 0 or more up to 1")
        if any(a > b for a, b in pairwise(self.shares)):
            raise ValueError("cumulative shares must not fall")

    @classmethod
    def of(cls, cumulative: Sequence[Decimal]) -> LastYear:
        """From last year's twelve year-to-date values; ValueError unless their total is above 0."""
        if len(cumulative) != 12 or cumulative[-1] <= 0:
            raise ValueError("twelve year-to-date values with a total above 0 are needed")
        return cls((*(value / cumulative[-1] for value in cumulative[:-1]), Decimal(1)))

    def share(self, period: Period, at: date) -> Fraction:
        """The share of the whole due at the end of `at`."""
        if at < period.start:
            return Fraction(0)
        before = self._until(period.start - timedelta(days=1))
        whole = self._until(period.end) - before
        if at >= period.end or whole == 0:
            return Fraction(1) if at >= period.end else Linear().share(period, at)
        return (self._until(at) - before) / whole

    def _until(self, at: date) -> Fraction:
        """Shares of all years up to `at`; a year is worth 1."""
        length = months.monthrange(at.year, at.month)[1]
        low = Fraction(self.shares[at.month - 2]) if at.month > 1 else Fraction(0)
        high = Fraction(self.shares[at.month - 1])
        return at.year + low + (high - low) * Fraction(at.day, length)


@dataclass(frozen=True)
class ByHand:
    """Set by hand: (date, cumulative share) points; straight between them, 0 before the first.

    The start of the period is a point with 0, its end one with 1. Raises ValueError when dates
    do not rise or shares fall or leave 0..1.
    """

    points: tuple[tuple[date, Decimal], ...]

    def __post_init__(self) -> None:
        if any(not 0 <= share <= 1 for _, share in self.points):
            raise ValueError("shares lie between 0 and 1")
        if any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(self.points)):
            raise ValueError("dates must rise and shares must not fall")

    def share(self, period: Period, at: date) -> Fraction:
        """The share of the whole due at the end of `at`."""
        if at >= period.end:
            return Fraction(1)
        if at < period.start:
            return Fraction(0)
        inside = [p for p in self.points if period.start <= p[0] < period.end]
        path = [
            (period.start - timedelta(days=1), Fraction(0)),
            *((day, Fraction(share)) for day, share in inside),
            (period.end, Fraction(1)),
        ]
        for (day, low), (until, high) in pairwise(path):
            if at <= until:
                return low + (high - low) * Fraction((at - day).days, (until - day).days)
        raise AssertionError("the path ends at the period's end")


Profile = Linear | LastYear | ByHand
