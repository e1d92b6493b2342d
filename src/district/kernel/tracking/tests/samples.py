"""Calendars and strategies that the tests of rules share."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from district.kernel.tracking.rules.announcement import parse_announcement
from district.kernel.tracking.rules.calendars import Calendar, DaySet
from district.kernel.tracking.rules.clock import Pause

ZONE = ZoneInfo("Asia/Shanghai")
FOLDER = Path(__file__).resolve().parents[5] / "districts" / "longgang" / "calendars"
YEARS = (2023, 2024, 2025, 2026)


def announced(*years: int) -> DaySet:
    """The real announced days of these years."""
    days = [
        day
        for year in years
        for day in parse_announcement((FOLDER / f"{year}.csv").read_bytes(), year).days
    ]
    return DaySet(
        frozenset(years),
        frozenset(day.date for day in days if day.kind == "holiday"),
        frozenset(day.date for day in days if day.kind == "workday"),
    )


CN = announced(*YEARS)
OFFICE = ((time(9), time(12)), (time(14), time(18)))
ALWAYS = Calendar("always", "24x7", days=CN)
HOURS = Calendar("hours", "working_hours", OFFICE, CN)
DAYS = Calendar("days", "working_days", days=CN)
LATE = Calendar("late", "working_hours", ((time(18), time(0)),), CN)
UNANNOUNCED = Calendar("unannounced", "working_days", days=DaySet())


def at(text: str) -> datetime:
    """A local time: `at("2025-09-26 17:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


calendar_st = st.sampled_from([ALWAYS, HOURS, DAYS, LATE, UNANNOUNCED])
_FIRST = datetime(2023, 12, 1, tzinfo=ZONE)
# Three years and a bit, with year borders and a year that nobody announced (2027).
moment_st = st.integers(0, 60 * 24 * 1300).map(lambda m: _FIRST + timedelta(minutes=m))


@st.composite
def pauses_st(draw: st.DrawFn, start: datetime) -> list[Pause]:
    """Up to three closed pauses around and after the start, overlapping as they like."""
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        since = start + timedelta(minutes=draw(st.integers(-3000, 20000)))
        pauses.append(Pause(since, since + timedelta(minutes=draw(st.integers(0, 15000)))))
    return pauses


def random_day() -> st.SearchStrategy[date]:
    """A day of 2023 to 2027."""
    return st.dates(date(2023, 1, 1), date(2027, 12, 31))
