"""Lengths of time as people write them, `10 min`, in microseconds. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_UNITS = {"d": DAY, "h": HOUR, "min": MINUTE, "s": SECOND, "ms": 1_000, "us": 1}
_FORM = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*(us|ms|s|min|h|d)")


def parse_duration(text: object) -> int:
    """`"1.5 h"` in microseconds; raises ValueError where it is no such text."""
    match = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(text)
    amount = Decimal(match[1]) * _UNITS[match[2]]
    if amount != amount.to_integral_value():
        raise ValueError(text)
    return int(amount)


def write_duration(microseconds: int) -> str:
    """A duration in the largest unit that divides it; `parse_duration` reads it back."""
    for unit, size in _UNITS.items():
        if microseconds % size == 0 and microseconds:
            return f"{microseconds // size} {unit}"
    return f"{microseconds} s"
