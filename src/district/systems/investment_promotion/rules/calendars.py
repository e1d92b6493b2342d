"""An itinerary as iCalendar (RFC 5545), and the days of a month. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_FOLD = 75


@dataclass(frozen=True)
class Appointment:
    """An entry: a key that stays its own, moments that are aware, words."""

    key: str
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    text: str = ""
    cancelled: bool = False


def calendar_of(entries: Iterable[Appointment], name: str, stamp: datetime) -> bytes:
    """The entries as an .ics file; `stamp` is when it was made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//District//investment promotion//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for one in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.key}@district",
            f"DTSTAMP:{_utc(stamp)}",
            f"DTSTART:{_utc(one.starts_at)}",
            f"DTEND:{_utc(one.ends_at)}",
            f"SUMMARY:{_escaped(one.title)}",
            *([f"LOCATION:{_escaped(one.place)}"] if one.place else []),
            *([f"DESCRIPTION:{_escaped(one.text)}"] if one.text else []),
            f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Text as RFC 5545, 3.3.11 writes it."""
    safe = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return safe.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A line of at most 75 octets, what is longer continued behind a space; no letter is cut."""
    found: list[bytes] = []
    part = b""
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > _FOLD - bool(found):
            found.append(part)
            part = b""
        part += octets
    found.append(part)
    return b"\r\n ".join(found) + b"\r\n"


def month_grid(first: date) -> list[list[date]]:
    """The weeks of a month, Monday first, with the days of its neighbours that fill them."""
    start = first.replace(day=1)
    after = (start + timedelta(days=31)).replace(day=1)
    day = start - timedelta(days=start.weekday())
    weeks = []
    while day < after:
        weeks.append([day + timedelta(days=at) for at in range(7)])
        day += timedelta(days=7)
    return weeks
