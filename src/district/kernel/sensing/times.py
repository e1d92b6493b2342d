"""Moments as the log counts them: microseconds since 1970 UTC. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s*(Z|z|[+-]\d\d:?\d\d)"
)
#: The log's times are int64; these are the moments that Python's dates can tell of.
EARLIEST, LATEST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware moment, exactly."""
    return (moment - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware moment (UTC) of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=int(micros))


def parse(text: str) -> datetime:
    """A moment of ISO 8601 with a zone, in UTC; ValueError for anything else.

    Digits behind the sixth decimal place are cut off.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError("not a moment with a zone")
    day, clock, fraction, zone = match.groups()
    clock = clock if clock.count(":") == 2 else f"{clock}:00"
    zone = "+00:00" if zone in "Zz" else zone
    micros = f".{fraction[:6].ljust(6, '0')}" if fraction else ""
    moment = datetime.fromisoformat(f"{day}T{clock}{micros}{zone}")
    if (
        not EARLIEST.replace(tzinfo=None)
        < moment.replace(tzinfo=None)
        < LATEST.replace(tzinfo=None)
    ):
        raise ValueError("out of range")
    return moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """A moment in UTC as the interface writes it: milliseconds, or microseconds where it has."""
    utc = moment.astimezone(UTC)
    kind = "microseconds" if utc.microsecond % 1000 else "milliseconds"
    return utc.replace(tzinfo=None).isoformat(timespec=kind) + "Z"
