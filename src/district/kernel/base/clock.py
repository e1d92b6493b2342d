"""The one clock. A demo district lives on a stated date, so nothing else asks the machine."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_started = time.monotonic()


def now() -> datetime:
    """The present moment, aware, in UTC.

    With `settings.DISTRICT_STARTS_AT` (an ISO time with offset) the clock began at that moment
    when the process started and runs on from there; pages then say that the date is a demo's.
    """
    stated = getattr(settings, "DISTRICT_STARTS_AT", "")
    if not stated:
        return timezone.now()
    begin = datetime.fromisoformat(stated)
    if begin.tzinfo is None:
        raise ValueError("DISTRICT_STARTS_AT needs a UTC offset, e.g. 2025-09-26T09:00+08:00")
    return begin + timedelta(seconds=time.monotonic() - _started)


def today() -> date:
    """The present date in the district's time zone (`settings.TIME_ZONE`)."""
    return timezone.localtime(now()).date()


def is_demo() -> bool:
    """Whether the clock runs from a stated date instead of the machine's."""
    return bool(getattr(settings, "DISTRICT_STARTS_AT", ""))
