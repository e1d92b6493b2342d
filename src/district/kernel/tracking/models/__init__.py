"""The tables of tracking: work calendars, tracked rows, changes of light, urgings."""

from district.kernel.tracking.models.calendars import CalendarDay, CalendarYear, WorkCalendar
from district.kernel.tracking.models.rows import LightChange, PauseSpan, TrackedRow, Urging

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "LightChange",
    "PauseSpan",
    "TrackedRow",
    "Urging",
    "WorkCalendar",
]
