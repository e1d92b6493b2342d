"""Clocks: when a term is due, how much of it has run, with pauses. Pure and in closed form.

How a term counts
- `minutes`, `hours`: time that passes, on any day, whatever the calendar.
- `working_hours`: open time of the calendar (24x7: all time; working_days: whole working days).
- `working_days`: the day of the start is not counted; due at the close of the last day counted.
- `days`: calendar days, likewise; a last day that is no working day moves to the next one
  (the general rule of Chinese administrative terms: Administrative Licensing Law art. 82,
  Civil Code art. 201 to 203).
Close of day is the end of the last open span, or the last second of the day.

A pause is a half-open span [since, until). Passing time inside it does not count; of day terms,
a day counts unless the clock stands still at its close.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, get_args

from district.kernel.tracking.rules.calendars import DAY, Calendar

Unit = Literal["minutes", "hours", "working_hours", "working_days", "days"]
UNITS: tuple[Unit, ...] = get_args(Unit)
_MICROS: dict[str, int] = {
    "minutes": 60_000_000,
    "hours": 3_600_000_000,
    "working_hours": 3_600_000_000,
}
_LONGEST = 100_000


@dataclass(frozen=True)
class Term:
    """A stretch of time to act in: `Term(5, "working_days")`. ValueError outside 1..100,000."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit of a term: {self.unit!r}")
        if not 1 <= self.amount <= _LONGEST:
            raise ValueError(f"a term must be from 1 to {_LONGEST} {self.unit}")


@dataclass(frozen=True)
class Pause:
    """The clock stood still from `since` until `until` (None: it still does)."""

    since: datetime
    until: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Due:
    """A due time; `provisional_years` are years it rests on whose days are not announced yet."""

    at: datetime
    provisional_years: tuple[int, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether the due time may move when a year's days are announced."""
        return bool(self.provisional_years)


def due(
    start: datetime, term: Term, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> Due | None:
    """When `term` from `start` is over; None while an open pause keeps that from being known."""
    if term.unit in _MICROS:
        at = _due_by_time(start, term, calendar, _merged(start, pauses))
    else:
        at = _due_by_days(start, term, calendar, _merged(start, pauses))
    if at is None:
        return None
    rests = term.unit not in ("minutes", "hours")
    return Due(at, calendar.unannounced(start, at) if rests else ())


def elapsed(
    start: datetime, at: datetime, unit: Unit, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> Decimal:
    """How much of `unit` ran from `start` to `at` (0 before the start); days are whole days."""
    if at <= start:
        return Decimal(0)
    spans = _merged(start, pauses)
    if unit in _MICROS:
        total = _passed(start, at, unit, calendar)
        for since, until in spans:
            if since < at:
                end = at if until is None else min(until, at)
                total -= _passed(since, end, unit, calendar)
        return Decimal(total) / _MICROS[unit]
    first, last = calendar.split(start)[0], calendar.split(at)[0]
    counted = _days_between(first, last, unit, calendar)
    for low, high in _paused_days(spans, calendar):
        top = last if high is None else min(high, last)
        counted -= _days_between(max(low - 1, first), top, unit, calendar)
    return Decimal(counted)


def remaining(at: datetime, due_at: datetime, unit: Unit, calendar: Calendar) -> Decimal:
    """How much of `unit` is left from `at` to `due_at`; negative when that is past.

    On the due day itself no day is left. A paused clock is asked at the pause's start.
    """
    if at > due_at:
        return -elapsed(due_at, at, unit, calendar)
    return elapsed(at, due_at, unit, calendar)


def shifted(due_at: datetime, paused_at: datetime, resumed_at: datetime, calendar: Calendar) -> Due:
    """A stated deadline after a pause: what was left of it when it paused is left again.

    Measured in the calendar's own time; a deadline that was past when the clock paused stays.
    """
    left = calendar.open_before(due_at) - calendar.open_before(paused_at)
    if due_at <= paused_at or resumed_at <= paused_at or left <= 0:
        return Due(due_at)
    at = calendar.at_open(resumed_at, left)
    return Due(max(at, due_at), calendar.unannounced(paused_at, at))


# Spans of pauses ---------------------------------------------------------------------------

_Spans = list[tuple[datetime, datetime | None]]


def _merged(start: datetime, pauses: Iterable[Pause]) -> _Spans:
    """Pauses after `start`, in order, overlapping and touching ones joined."""
    spans: _Spans = []
    for pause in sorted(pauses, key=lambda p: p.since):
        low, high = max(pause.since, start), pause.until
        if high is not None and high <= low:
            continue
        if spans:
            before_low, before_high = spans[-1]
            if before_high is None:
                break
            if low <= before_high:
                spans[-1] = (before_low, None if high is None else max(high, before_high))
                continue
        spans.append((low, high))
    return spans


def _paused_days(spans: _Spans, calendar: Calendar) -> list[tuple[int, int | None]]:
    """Ranges of days (both ends in) at whose close the clock stood still."""
    days: list[tuple[int, int | None]] = []
    for since, until in spans:
        day, micros = calendar.split(since)
        low = day if micros < calendar.closing else day + 1
        if until is None:
            days.append((low, None))
            continue
        day, micros = calendar.split(until)
        high = day if micros >= calendar.closing else day - 1
        if high >= low:
            days.append((low, high))
    return days


# Terms of passing time ---------------------------------------------------------------------


def _passed(start: datetime, end: datetime, unit: Unit, calendar: Calendar) -> int:
    """Microseconds of `unit`'s kind of time from start to end."""
    if unit == "working_hours":
        return calendar.open_before(end) - calendar.open_before(start)
    return (end - start) // timedelta(microseconds=1)


def _due_by_time(start: datetime, term: Term, calendar: Calendar, spans: _Spans) -> datetime | None:
    left = term.amount * _MICROS[term.unit]
    position = start
    for since, until in spans:
        runs = _passed(position, since, term.unit, calendar)
        if runs >= left:
            break
        if until is None:
            return None
        left -= runs
        position = until
    if term.unit == "working_hours":
        return calendar.at_open(position, left)
    return position.astimezone(calendar.zone) + timedelta(microseconds=left)


# Terms of days -----------------------------------------------------------------------------


def _days_between(after: int, to: int, unit: Unit, calendar: Calendar) -> int:
    """Days of `unit` in (after, to]."""
    if to <= after:
        return 0
    if unit == "days":
        return to - after
    return calendar.worked_before(to + 1) - calendar.worked_before(after + 1)


def _due_by_days(start: datetime, term: Term, calendar: Calendar, spans: _Spans) -> datetime | None:
    position, left = calendar.split(start)[0], term.amount
    paused = _paused_days(spans, calendar)
    for low, high in paused:
        runs = _days_between(position, low - 1, term.unit, calendar)
        if runs >= left:
            break
        if high is None:
            return None
        left -= runs
        position = max(position, high)
    day = position + left if term.unit == "days" else calendar.nth_after(position, left)
    if term.unit == "days" and not calendar.works(day):
        moved = _next_running_workday(day, paused, calendar)
        if moved is None:
            return None
        day = moved
    closing = calendar.closing
    return calendar.join(day, closing if closing < DAY else DAY - 1_000_000)


def _next_running_workday(
    day: int, paused: list[tuple[int, int | None]], calendar: Calendar
) -> int | None:
    """The first working day after `day` at whose close the clock runs."""
    day = calendar.nth_after(day, 1)
    for low, high in paused:
        if day < low:
            break
        if high is None:
            return None
        if day <= high:
            day = calendar.nth_after(high, 1)
    return day
