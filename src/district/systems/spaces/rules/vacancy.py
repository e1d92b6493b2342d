"""When a unit is free. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

#: First and last day of a lease.
Span = tuple[date, date]
Standing = Literal["vacant", "soon", "leased"]


def vacant_on(spans: Sequence[Span], day: date) -> bool:
    """Whether no lease holds the day."""
    return not any(first <= day <= last for first, last in spans)


def free_from(spans: Sequence[Span], today: date) -> date:
    """The first day, today or later, from which no lease holds any day."""
    last = max((last for _first, last in spans if last >= today), default=None)
    return today if last is None else last + timedelta(days=1)


def standing(spans: Sequence[Span], today: date, soon: int) -> Standing:
    """Vacant for good, free for good within `soon` days, or leased."""
    free = free_from(spans, today)
    if free == today:
        return "vacant"
    return "soon" if free <= today + timedelta(days=soon) else "leased"


def month_starts(today: date, months: int) -> list[date]:
    """The first days of so many months after today's."""
    first = today.year * 12 + today.month
    return [date(at // 12, at % 12 + 1, 1) for at in range(first, first + months)]


def overlapping(spans: Sequence[Span], new: Span) -> Span | None:
    """A lease that shares a day with the new one."""
    return next((one for one in spans if one[0] <= new[1] and new[0] <= one[1]), None)
