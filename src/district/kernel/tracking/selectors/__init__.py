"""All reads of tracking."""

from district.kernel.tracking.selectors.calendars import (
    CalendarMonth,
    MonthDay,
    announced_years,
    calendar_for,
    calendars,
    months_of,
    recent_calendars,
    year_of,
)
from district.kernel.tracking.selectors.rows import (
    LightCounts,
    UnitLights,
    counts_by_light,
    counts_by_theme,
    counts_by_unit,
    overdue,
    row_by_id,
    row_of,
    rows_of,
    rows_of_unit,
    turned_since,
    visible_rows,
)

__all__ = [
    "CalendarMonth",
    "LightCounts",
    "MonthDay",
    "UnitLights",
    "announced_years",
    "calendar_for",
    "calendars",
    "counts_by_light",
    "counts_by_theme",
    "counts_by_unit",
    "months_of",
    "overdue",
    "recent_calendars",
    "row_by_id",
    "row_of",
    "rows_of",
    "rows_of_unit",
    "turned_since",
    "visible_rows",
    "year_of",
]
