"""Periods: which ones a duty's frequency makes, and what a measure's span makes of each. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

# Months in which a period of each frequency ends.
ENDS: dict[str, tuple[int, ...]] = {
    "monthly": tuple(range(1, 13)),
    "quarterly": (3, 6, 9, 12),
    "half_yearly": (6, 12),
    "yearly": (12,),
}
SPANS = ("month", "quarter", "year_to_date", "year")
# A value of a longer span has no meaning at the ends of shorter periods.
_FITS: dict[str, tuple[str, ...]] = {
    "month": ("monthly",),
    "quarter": ("quarterly",),
    "year_to_date": tuple(ENDS),
    "year": ("yearly",),
}


@dataclass(frozen=True)
class StatPeriod:
    """What a value speaks of: first and last day (both in it) and its kind, one of SPANS."""

    start: date
    end: date
    kind: str

    def __post_init__(self) -> None:
        if self.kind not in SPANS:
            raise ValueError(f"unknown kind of period: {self.kind!r}")
        if self.end < self.start:
            raise ValueError("a period ends on or after the day it starts")


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def period_ending(end: date, kind: str) -> StatPeriod:
    """The period of this kind that ends on `end` (a year to date starts on 1 January)."""
    if kind == "month":
        start = end.replace(day=1)
    elif kind == "quarter":
        start = date(end.year, (end.month - 1) // 3 * 3 + 1, 1)
    else:
        start = date(end.year, 1, 1)
    return StatPeriod(start, end, kind)


def ends_between(frequency: str, since: date, until: date) -> Iterator[date]:
    """Last days of the periods of a frequency that lie from `since` to `until`, ascending."""
    for year in range(since.year, until.year + 1):
        for month in ENDS[frequency]:
            end = month_end(year, month)
            if since <= end <= until:
                yield end


def frequencies_of(span: str) -> tuple[str, ...]:
    """How often a value of this span can be filed: a quarter's only by the quarter."""
    return _FITS[span]


def last_complete(frequency: str, today: date) -> date:
    """The last day of the newest period that is over before `today`."""
    return max(ends_between(frequency, date(today.year - 1, 1, 1), today - timedelta(days=1)))


def is_boundary(frequency: str, day: date) -> bool:
    """Whether a period of this frequency ends on `day`."""
    return day.month in ENDS[frequency] and day == month_end(day.year, day.month)


def label(period: StatPeriod) -> str:
    """What people call the period: 2025年1-8月, 2025年8月, 2025年第三季度, 2025年."""
    end = period.end
    words = {"year": end.year, "month": end.month, "day": end.day}
    if end != month_end(end.year, end.month):
        return _("%(year)s年截至%(month)s月%(day)s日") % words
    if period.kind == "month" or (period.kind == "year_to_date" and end.month == 1):
        return _("%(year)s年%(month)s月") % words
    if period.kind == "quarter":
        return _("%(year)s年第%(quarter)s季度") % {**words, "quarter": (end.month + 2) // 3}
    if end.month == 12:
        return _("%(year)s年全年") % words
    return _("%(year)s年1-%(month)s月") % words
