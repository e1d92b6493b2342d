"""Event times as devices write them, to microseconds since 1970 UTC, by whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

#: Times farther from 1970 than this (µs, over 140,000 years) are no times of a reading.
FARTHEST = 1 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNITS = {"us": 1, "ms": 1000}
#: Where the digits of a time stand, and what stands between them.
_DIGITS = np.array([0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18])
_BETWEEN = ((4, ord("-")), (7, ord("-")), (10, ord("T")), (13, ord(":")), (16, ord(":")))
_DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_LONGEST_TEXT = 64


class TimeFault(IntEnum):
    """What is wrong with a time."""

    NONE = 0
    #: Neither a time in ISO 8601 nor an integer, or out of all bounds.
    NO_TIME = 1
    #: A time that names no zone: nobody can know when that was.
    NO_ZONE = 2
    #: An integer in a message that does not say of what.
    NO_UNIT = 3


def to_microseconds(
    values: Sequence[object], unit: str | None
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Times and the fault of each (its time is then 0).

    Texts are ISO 8601 with a zone ("2026-01-05T08:00:00.250Z", "...+08:00"), of which digits
    beyond microseconds are cut off; integers count `unit`, "us" or "ms", since 1970 UTC. Nothing
    else is a time, truth values neither.
    """
    kinds = set(map(type, values))
    if kinds == {int} and unit in _UNITS:
        try:
            found = np.array(values, dtype=np.int64)
        except OverflowError:
            return _one_by_one(values, unit)
        most = FARTHEST // _UNITS[unit]
        bad = (found < -most) | (found > most)
        return np.where(bad, 0, found) * _UNITS[unit], np.where(
            bad, TimeFault.NO_TIME, TimeFault.NONE
        ).astype(np.int8)
    if kinds == {str}:
        return _from_texts(values)  # type: ignore[arg-type]  # all are str, as was just seen
    return _one_by_one(values, unit)


def _from_texts(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    found = np.zeros(len(texts), dtype=np.int64)
    faults = np.zeros(len(texts), dtype=np.int8)
    done = np.zeros(len(texts), dtype=np.bool_)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    for length in np.unique(lengths[(lengths >= 20) & (lengths <= 32)]).tolist():
        which = np.flatnonzero(lengths == length)
        chosen = texts if len(which) == len(texts) else [texts[at] for at in which.tolist()]
        try:
            data = "".join(chosen).encode("ascii")
        except UnicodeEncodeError:
            continue
        times, right = _from_columns(np.frombuffer(data, dtype=np.uint8).reshape(-1, length))
        found[which[right]] = times[right]
        done[which[right]] = True
    for at in np.flatnonzero(~done).tolist():
        found[at], faults[at] = _one(texts[at], None)
    return found, faults


def _from_columns(
    letters: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Texts of one length as rows of letters: their times, and of which that is known."""
    length = letters.shape[1]
    times = np.zeros(len(letters), dtype=np.int64)
    right = np.zeros(len(letters), dtype=np.bool_)
    utc: NDArray[np.bool_] = letters[:, -1] == ord("Z")
    for rows, body in ((utc, length - 1), (~utc, length - 6)):
        # Whole seconds, or a point and one to six digits.
        if not rows.any() or not (body == 19 or 21 <= body <= 26):
            continue
        some = letters if rows.all() else letters[rows]
        found, good = _local(some, body)
        if body != length - 1:
            offset, zoned = _offset(some[:, body:])
            found, good = found - offset, good & zoned
        times[rows], right[rows] = found, good
    return times, right


def _number(letters: NDArray[np.uint8], *columns: int) -> NDArray[np.int64]:
    found = np.zeros(len(letters), dtype=np.int64)
    for column in columns:
        found = found * 10 + (letters[:, column].astype(np.int64) - 48)
    return found


def _digits(letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    within = (letters >= 48) & (letters <= 57)
    return np.asarray(within.all(axis=1), dtype=np.bool_)


def _local(letters: NDArray[np.uint8], body: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The first `body` letters as a time of no zone, and whether it is one."""
    good = _digits(letters[:, _DIGITS])
    for column, letter in _BETWEEN:
        good &= np.equal(letters[:, column], letter)
    year, month, day = (_number(letters, *at) for at in ((0, 1, 2, 3), (5, 6), (8, 9)))
    hour, minute, second = (_number(letters, *at) for at in ((11, 12), (14, 15), (17, 18)))
    good &= (year >= 1) & (month >= 1) & (month <= 12)
    good &= (hour < 24) & (minute < 60) & (second < 60)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _DAYS_IN_MONTH[np.where(good, month, 0)] - ((month == 2) & ~leap)
    good &= (day >= 1) & (day <= last)
    found = _days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    found *= 1_000_000
    if body > 19:
        good &= (letters[:, 19] == ord(".")) & _digits(letters[:, 20:body])
        found += _number(letters, *range(20, body)) * 10 ** (26 - body)
    return found, good


def _days(
    year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Days since 1970-01-01 of the Gregorian calendar, counted in years that begin in March."""
    year = year - (month <= 2)
    era, of_era = year // 400, year % 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _offset(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """`+08:00` as microseconds east of UTC, and whether it is such."""
    minus: NDArray[np.bool_] = letters[:, 0] == ord("-")
    hours, minutes = _number(letters, 1, 2), _number(letters, 4, 5)
    good: NDArray[np.bool_] = (minus | (letters[:, 0] == ord("+"))) & (letters[:, 3] == ord(":"))
    good &= _digits(letters[:, [1, 2, 4, 5]]) & (hours < 24) & (minutes < 60)
    east = (hours * 60 + minutes) * 60_000_000
    return np.where(minus, -east, east), good


def _one_by_one(
    values: Sequence[object], unit: str | None
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    found = np.zeros(len(values), dtype=np.int64)
    faults = np.zeros(len(values), dtype=np.int8)
    for at, value in enumerate(values):
        found[at], faults[at] = _one(value, unit)
    return found, faults


def _one(value: object, unit: str | None) -> tuple[int, TimeFault]:
    if type(value) is int:
        if unit not in _UNITS:
            return 0, TimeFault.NO_UNIT
        time = value * _UNITS[unit]
        return (time, TimeFault.NONE) if abs(time) <= FARTHEST else (0, TimeFault.NO_TIME)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return 0, TimeFault.NO_TIME
    try:
        when = datetime.fromisoformat(value)
        if when.tzinfo is None:
            return 0, TimeFault.NO_ZONE
        return (when - _EPOCH) // _MICROSECOND, TimeFault.NONE
    except (ValueError, OverflowError):
        return 0, TimeFault.NO_TIME
