"""Slow, plain versions of the clock: they walk minute by minute, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.clock import Pause, Term

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def is_workday(calendar: Calendar, day: date) -> bool:
    if calendar.kind == "24x7":
        return True
    if day in calendar.days.workdays and day.weekday() >= 5:
        return True
    return day.weekday() < 5 and day not in calendar.days.holidays


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the minute that begins at `at` is open."""
    local = at.astimezone(calendar.zone)
    if not is_workday(calendar, local.date()):
        return False
    if not calendar.hours:
        return True
    clock = local.time()
    return any(start <= clock and (clock < end or end == time(0)) for start, end in calendar.hours)


def is_paused(pauses: Sequence[Pause], at: datetime) -> bool:
    return any(p.since <= at and (p.until is None or at < p.until) for p in pauses)


def runs(term_unit: str, calendar: Calendar, pauses: Sequence[Pause], at: datetime) -> bool:
    """Whether the minute that begins at `at` counts."""
    if is_paused(pauses, at):
        return False
    return term_unit != "working_hours" or is_open(calendar, at)


def close_of(calendar: Calendar, day: date) -> datetime:
    midnight = datetime.combine(day, time(0), calendar.zone)
    if calendar.hours and calendar.hours[-1][1] != time(0):
        return datetime.combine(day, calendar.hours[-1][1], calendar.zone)
    return midnight + DAY


def day_counts(unit: str, calendar: Calendar, pauses: Sequence[Pause], day: date) -> bool:
    """Whether the day counts: its last minute before close is not paused (and it is worked)."""
    if is_paused(pauses, close_of(calendar, day) - timedelta(microseconds=1)):
        return False
    return unit == "days" or is_workday(calendar, day)


def due(start: datetime, term: Term, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    if term.unit in ("minutes", "hours", "working_hours"):
        left = term.amount * (1 if term.unit == "minutes" else 60)
        at = start
        while left:
            left -= runs(term.unit, calendar, pauses, at)
            at += MINUTE
        return at
    day = start.astimezone(calendar.zone).date()
    left = term.amount
    while left:
        day += DAY
        left -= day_counts(term.unit, calendar, pauses, day)
    if term.unit == "days":
        while not (is_workday(calendar, day) and day_counts("days", calendar, pauses, day)):
            day += DAY
    close = close_of(calendar, day)
    return close if close.astimezone(calendar.zone).date() == day else close - timedelta(seconds=1)


def elapsed(
    start: datetime, at: datetime, unit: str, calendar: Calendar, pauses: Sequence[Pause]
) -> float:
    if unit in ("minutes", "hours", "working_hours"):
        minutes, moment = 0, start
        while moment < at:
            minutes += runs(unit, calendar, pauses, moment)
            moment += MINUTE
        return minutes / (1 if unit == "minutes" else 60)
    days, day = 0, start.astimezone(calendar.zone).date()
    last = at.astimezone(calendar.zone).date()
    while day < last:
        day += DAY
        days += day_counts(unit, calendar, pauses, day)
    return days
