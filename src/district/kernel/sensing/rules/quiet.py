"""Quiet hours: when an episode that would be raised waits for their end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a local time until the next `end`, on the days (0 Monday to 6) on which it begins.

    `begin` and `end` are minutes after midnight, 0 to 1440; an `end` that is not after `begin`
    lies on the next day.
    """

    begin: int
    end: int
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


def quiet_until(moment: int, hours: tuple[QuietHours, ...], zone: str) -> int | None:
    """When the quiet hours that `moment` lies in end, or None where it lies in none.

    Both are microseconds since 1970 UTC. Quiet hours that touch or overlap are one stretch; the
    beginning belongs to it, the end does not.
    """
    if not hours:
        return None
    local = (_EPOCH + timedelta(microseconds=moment)).astimezone(ZoneInfo(zone)).date()
    end, day = moment, local - timedelta(days=1)
    # A stretch can only grow while days that begin at or before its end still add to it; eight
    # days on, the week's pattern repeats and whoever declared it would never be alarmed at all.
    while day <= local + timedelta(days=8):
        for begin, until in _stretches(day, hours, zone):
            if begin <= end < until:
                end = until
        day += timedelta(days=1)
    return end if end > moment else None


@lru_cache(maxsize=4096)
def _stretches(day: date, hours: tuple[QuietHours, ...], zone: str) -> tuple[tuple[int, int], ...]:
    """What begins on a local day, in microseconds since 1970 UTC, by beginning."""
    found = []
    for one in hours:
        if day.weekday() in one.days:
            begin = _instant(day, one.begin, zone)
            found.append((begin, _instant(day, one.end + 1440 * (one.end <= one.begin), zone)))
    return tuple(sorted(found))


def _instant(day: date, minutes: int, zone: str) -> int:
    """A local wall time as an instant; where clocks turn, the wall time's first occurrence."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return (wall.replace(tzinfo=ZoneInfo(zone)) - _EPOCH) // _MICROSECOND


def covers_the_week(hours: tuple[QuietHours, ...]) -> bool:
    """Whether no minute of the week is left in which an episode could be raised."""
    quiet = [False] * (7 * 1440)
    for one in hours:
        length = one.end - one.begin + 1440 * (one.end <= one.begin)
        for day in one.days:
            for minute in range(length):
                quiet[(day * 1440 + one.begin + minute) % len(quiet)] = True
    return all(quiet)
