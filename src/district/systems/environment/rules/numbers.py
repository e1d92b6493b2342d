"""Exact numbers as the standards round them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache


def rounded(value: Decimal | Fraction, places: int) -> Decimal:
    """To so many places, a half to the even digit, as GB/T 8170 rounds."""
    if isinstance(value, Fraction):
        # Half-even on the exact fraction: no quotient is rounded twice.
        return Decimal(round(value * 10**places)).scaleb(-places)
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


# Instruments say the same few thousand numbers again and again.
@lru_cache(maxsize=10_000)
def exact(value: float | str | Decimal) -> Fraction:
    """A reading as the decimal number that it is written as."""
    return Fraction(str(value))


def mean(values: Iterable[Fraction]) -> Fraction | None:
    """The mean; None of nothing."""
    found = list(values)
    return sum(found, Fraction()) / len(found) if found else None


def share(part: int, whole: int, places: int = 1) -> Decimal | None:
    """A share in percent; None of nothing."""
    return rounded(Fraction(part * 100, whole), places) if whole else None
