"""The one clock. A demo district lives on a stated date, so nothing else asks the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_moved: ContextVar[timedelta | None] = ContextVar("clock_moved", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC; moved by `settings.DISTRICT_CLOCK_OFFSET` in a demo."""
    ahead = _moved.get()
    if ahead is None:
        ahead = timedelta(seconds=settings.DISTRICT_CLOCK_OFFSET)
    return timezone.now() + ahead


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Within, in this thread alone, the clock runs on from `moment` (aware).

    For loading what a demo's people did in the past; never for a request.
    """
    token = _moved.set(moment - timezone.now())
    try:
        yield
    finally:
        _moved.reset(token)


def today() -> date:
    """The present date in the district's time zone (`settings.TIME_ZONE`)."""
    return timezone.localtime(now()).date()


def is_demo() -> bool:
    """Whether the clock is moved to a demo's date; pages then say so."""
    return bool(settings.DISTRICT_CLOCK_OFFSET)
