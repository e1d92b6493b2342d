"""值班日报 and weekly: what each number counts, as conditions over the registers. Pure.

The same text selects the rows when the report is made and when a number is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Span:
    """The days of a report, both counted; `is_now` where the last of them is today."""

    first: date
    last: date
    is_now: bool

    @property
    def is_week(self) -> bool:
        """Whether it is more than a day."""
        return self.last > self.first

    def days(self, field: str) -> str:
        """Rows whose moment lies on those days."""
        return f"{field} >= {self.first.isoformat()} and {field} <= {self.last.isoformat()}"


def week_span(day: date, today: date) -> Span:
    """The week of a day, Monday to Sunday, up to today where it still runs."""
    first = day - timedelta(days=day.weekday())
    last = min(first + timedelta(days=6), today)
    return Span(first, last, last == today)


def case_conditions(span: Span) -> dict[str, str]:
    """What is counted of the cases of every type; lights only of what is open now."""
    last = span.last.isoformat()
    standing = f"not merged known and reported_at <= {last}"
    found = {
        "received": span.days("reported_at"),
        "closed": span.days("closed_at"),
        "open": f'{standing} and (category in ("open", "paused") or closed_at > {last})',
    }
    if span.is_now:
        open_now = 'not merged known and category in ("open", "paused")'
        found["open"] = open_now
        found["red"] = f'{open_now} and light = "red"'
        found["yellow"] = f'{open_now} and light = "yellow"'
    return found


def report_conditions(span: Span) -> dict[str, str]:
    """What is counted of the reports of incidents."""
    days = span.days("at")
    return {
        "first": f'{days} and kind in ("phone_report", "first_report")',
        "follow_up": f'{days} and kind in ("follow_up", "amend")',
        "final": f'{days} and kind = "final_report"',
        "late": f"{days} and late = true",
        "unread": f"{days} and acknowledged = false",
    }


def call_conditions(span: Span) -> dict[str, str]:
    """What is counted of calls, by the day on which they were made."""
    days = f'{span.days("made_at")} and state != "withdrawn"'
    return {
        "calls": days,
        "answered": f'{days} and state = "answered"',
        "in_time": f"{days} and in_time = true",
        "risen": f"{days} and step > 0",
        "waiting": f'{days} and state = "waiting"',
    }


def handover_conditions(span: Span) -> dict[str, str]:
    """What is counted of hand-overs, by the day of the change of shift."""
    days = span.days("at")
    return {
        "changes": days,
        "taken": f'{days} and state = "taken"',
        "late_taken": f'{days} and state = "taken" and late = true',
        "missed": f'{days} and state = "missed"',
        "pending": f'{days} and state in ("due", "written")',
    }
