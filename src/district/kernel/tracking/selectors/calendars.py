"""Reads of work calendars and their announced years."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.base.recent import kept_for
from district.kernel.tracking.models import CalendarDay, CalendarYear, WorkCalendar
from district.kernel.tracking.rules.calendars import Calendar, DaySet, Kind, parse_hours


def calendars(keys: Iterable[str] | None = None) -> dict[str, Calendar]:
    """The calendars as rules use them, by key; all, or only `keys`. Two queries."""
    rows = WorkCalendar.objects.all()
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    found = list(rows)
    if not found:
        return {}
    sets = _day_sets({row.day_set for row in found})
    zone = ZoneInfo(settings.TIME_ZONE)
    return {
        row.key: Calendar(
            row.key,
            cast("Kind", row.kind),
            parse_hours(row.hours),
            sets.get(row.day_set, DaySet()),
            zone,
        )
        for row in found
    }


@kept_for(5)
def recent_calendars() -> dict[str, Calendar]:
    """All calendars, as of a few seconds ago at most; for what is begun again and again."""
    return calendars()


def calendar_for(key: str) -> Calendar:
    """The calendar with this key, its announced days in it; NotFound where there is none."""
    found = calendars([key])
    if key not in found:
        raise NotFound(_("没有名为“%(key)s”的工作日历。") % {"key": key})
    return found[key]


def _day_sets(keys: set[str]) -> dict[str, DaySet]:
    years: dict[str, set[int]] = {}
    days: dict[tuple[str, str], set[date]] = {}
    rows = CalendarYear.objects.filter(day_set__in=keys, announced=True)
    for key, year, day, kind in rows.values_list("day_set", "year", "days__date", "days__kind"):
        years.setdefault(key, set()).add(year)
        if day is not None:
            days.setdefault((key, kind), set()).add(day)
    return {
        key: DaySet(
            frozenset(years.get(key, ())),
            frozenset(days.get((key, CalendarDay.Kind.HOLIDAY.value), ())),
            frozenset(days.get((key, CalendarDay.Kind.WORKDAY.value), ())),
        )
        for key in keys
    }


def year_of(day_set: str, year: int) -> CalendarYear | None:
    """The year's row; None where nothing was ever loaded for it."""
    return CalendarYear.objects.filter(day_set=day_set, year=year).first()


def announced_years(day_set: str = "cn") -> list[int]:
    """The years whose days are announced, ascending."""
    rows = CalendarYear.objects.filter(day_set=day_set, announced=True)
    return list(rows.order_by("year").values_list("year", flat=True))


@dataclass(frozen=True)
class MonthDay:
    """A day as the calendar page shows it; `kind` is workday, weekend, holiday or makeup."""

    date: date
    kind: str
    name: str


@dataclass(frozen=True)
class CalendarMonth:
    """A month in weeks from Monday; None fills the first and last week."""

    first: date
    weeks: tuple[tuple[MonthDay | None, ...], ...]
    workdays: int


def months_of(day_set: str, year: int) -> list[CalendarMonth]:
    """The twelve months of a year with holidays and make-up days. One query."""
    rows = CalendarDay.objects.filter(
        year__day_set=day_set, year__announced=True, date__year=year
    ).values_list("date", "kind", "name")
    named = {day: (kind, name) for day, kind, name in rows}
    return [_month(year, number, named) for number in range(1, 13)]


def _month(year: int, number: int, named: dict[date, tuple[str, str]]) -> CalendarMonth:
    weeks = []
    workdays = 0
    for week in months.Calendar().monthdatescalendar(year, number):
        cells = [_month_day(day, named) if day.month == number else None for day in week]
        workdays += sum(1 for cell in cells if cell and cell.kind in ("workday", "makeup"))
        weeks.append(tuple(cells))
    return CalendarMonth(date(year, number, 1), tuple(weeks), workdays)


def _month_day(day: date, named: dict[date, tuple[str, str]]) -> MonthDay:
    kind, name = named.get(day, ("", ""))
    weekend = day.weekday() >= 5
    if kind == CalendarDay.Kind.HOLIDAY:
        return MonthDay(day, "holiday", name)
    if kind == CalendarDay.Kind.WORKDAY and weekend:
        return MonthDay(day, "makeup", name)
    return MonthDay(day, "weekend" if weekend else "workday", "")
