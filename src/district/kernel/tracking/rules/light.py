"""Lights: of targets, of deadlines, of owed filings. Nothing else decides a status colour. Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.clock import remaining
from district.kernel.tracking.rules.progress import (
    COMPARATORS,
    Comparator,
    LastYearFigures,
    Target,
    progress_light,
)
from district.kernel.tracking.rules.verdict import (
    DEFAULT_POLICY,
    LIGHTS,
    SEVERITY,
    Light,
    LightPolicy,
    LightVerdict,
    Reason,
    worst,
)

__all__ = [
    "COMPARATORS",
    "DEFAULT_POLICY",
    "LIGHTS",
    "SEVERITY",
    "Comparator",
    "LastYearFigures",
    "Light",
    "LightPolicy",
    "LightVerdict",
    "Reason",
    "Target",
    "deadline_light",
    "filing_light",
    "progress_light",
    "worst",
]


def deadline_light(
    due_at: datetime | None,
    now: datetime,
    calendar: Calendar,
    *,
    done_at: datetime | None = None,
    paused_at: datetime | None = None,
    provisional: bool = False,
    policy: LightPolicy = DEFAULT_POLICY,
    starts_at: datetime | None = None,
) -> LightVerdict:
    """Green, yellow when few working days are left, red past due; done is green.

    With `policy.yellow_share` and the start: yellow when only that share of the time is left. A
    clock that stands still is green unless it was past due when it stopped. No due time is no
    data. Working days are the calendar's (24x7: every day); the due day has 0 days left.
    """
    overdue = due_at is not None and (paused_at or now) > due_at
    if done_at is None and due_at is not None and paused_at is not None and not overdue:
        return LightVerdict("green", (Reason("deadline.paused"),))
    if done_at is None and due_at is not None and starts_at is not None and policy.yellow_share:
        return _by_share(starts_at, due_at, now, calendar, policy.yellow_share, provisional)
    return _by_deadline(
        "deadline", due_at, now, calendar, policy.yellow_working_days, done_at, provisional
    )


def filing_light(
    due_at: datetime | None,
    now: datetime,
    calendar: Calendar,
    *,
    filed_at: datetime | None = None,
    provisional: bool = False,
    policy: LightPolicy = DEFAULT_POLICY,
) -> LightVerdict:
    """The light of an owed filing: yellow shortly before it is due, red while it is late.

    Filed is green; the reason says when it came late.
    """
    days = policy.filing_yellow_working_days
    return _by_deadline("filing", due_at, now, calendar, days, filed_at, provisional)


def _by_share(
    starts_at: datetime,
    due_at: datetime,
    now: datetime,
    calendar: Calendar,
    share: Decimal,
    provisional: bool,
) -> LightVerdict:
    doubt = (Reason("clock.provisional"),) if provisional else ()
    if now > due_at:
        days = -remaining(now, due_at, "working_days", calendar)
        late = Reason("deadline.overdue", {"days": f"{days:f}"})
        return LightVerdict("red", (late if days else Reason("deadline.just_past"), *doubt))
    due = calendar.open_before(due_at)
    left, whole = due - calendar.open_before(now), due - calendar.open_before(starts_at)
    if left <= share * whole:
        percent = f"{(share * 100).normalize():f}"
        return LightVerdict("yellow", (Reason("deadline.near", {"percent": percent}), *doubt))
    return LightVerdict("green", (Reason("deadline.in_time"), *doubt))


def _by_deadline(
    family: str,
    due_at: datetime | None,
    now: datetime,
    calendar: Calendar,
    yellow_days: int,
    done_at: datetime | None,
    provisional: bool,
) -> LightVerdict:
    if done_at is not None:
        late = due_at is not None and done_at > due_at
        return LightVerdict("green", (Reason(f"{family}.done_late" if late else f"{family}.done"),))
    if due_at is None:
        return LightVerdict("none", (Reason(f"{family}.no_due"),))
    days = remaining(now, due_at, "working_days", calendar)
    doubt = (Reason("clock.provisional"),) if provisional else ()
    if now > due_at:
        return LightVerdict("red", (Reason(f"{family}.overdue", {"days": f"{-days:f}"}), *doubt))
    light: Light = "yellow" if days <= yellow_days else "green"
    code = f"{family}.left" if days else f"{family}.last_day"
    return LightVerdict(light, (Reason(code, {"days": f"{days:f}"}), *doubt))
