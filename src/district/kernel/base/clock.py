"""The one clock. A demo district lives on a stated date, so nothing else asks the machine."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC; moved by `settings.DISTRICT_CLOCK_OFFSET` in a demo."""
    return timezone.now() + timedelta(seconds=settings.DISTRICT_CLOCK_OFFSET)


def today() -> date:
    """The present date in the district's time zone (`settings.TIME_ZONE`)."""
    return timezone.localtime(now()).date()


def is_demo() -> bool:
    """Whether the clock is moved to a demo's date; pages then say so."""
    return bool(settings.DISTRICT_CLOCK_OFFSET)
