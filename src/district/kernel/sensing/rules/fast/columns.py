"""Small tools over numpy columns: hashes that name things, and expansion by counts. Pure."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.uint64]
_ODD, _FIRST, _SECOND = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


def name_of(*parts: Any) -> Names:
    """A 64-bit name for each row of some columns or scalars (integers, or texts as scalars).

    The same parts give the same name on every machine. Among ten million rows the chance that
    two different ones share a name is some three in a million.
    """
    found: Names = np.zeros(1, np.uint64)
    for part in parts:
        found = _mixed(found ^ _mixed(_whole(part) + _ODD))
    return found


def _whole(part: Any) -> Names:
    if isinstance(part, str):
        digest = hashlib.blake2b(part.encode(), digest_size=8).digest()
        return np.array([int.from_bytes(digest, "little")], np.uint64)
    whole = np.atleast_1d(np.asarray(part))
    return whole if whole.dtype == np.uint64 else whole.astype(np.int64).view(np.uint64)


def _mixed(column: Names) -> Names:
    """SplitMix64's finaliser."""
    column = (column ^ (column >> np.uint64(30))) * _FIRST
    column = (column ^ (column >> np.uint64(27))) * _SECOND
    return column ^ (column >> np.uint64(31))


def spread(start: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Ranges `start[i] .. start[i] + count[i]`, one after another: (i of each element, element)."""
    owner = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return owner, np.arange(len(owner)) + (start - before)[owner]


def starts_of(sorted_keys: Ints, size: int) -> Ints:
    """For keys 0 to size-1: where each one's rows begin in a sorted column; one entry more."""
    found: Ints = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(sorted_keys, minlength=size), out=found[1:])
    return found


def matched(old: Names, new: Names) -> tuple[Ints, Ints]:
    """Where the names that both columns hold stand in each; names are unique in a column."""
    if len(old) == len(new) and np.array_equal(old, new):
        everything = np.arange(len(old))
        return everything, everything
    _names, in_old, in_new = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    return in_old, in_new


def first_of_run(keys: Ints) -> Bools:
    """Where a run of equal keys begins in a column."""
    found = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=found[1:])
    return found


def row_order(feed: Ints, time: Ints, sequence: Ints) -> Ints:
    """The order by feed, time, sequence and, between equal ones, arrival."""
    count = len(feed)
    keys = np.sort(feed * count + np.arange(count))
    order = keys % max(count, 1)
    by_feed, by_time = feed[order], time[order]
    same = by_feed[1:] == by_feed[:-1]
    if not (same & (by_time[1:] <= by_time[:-1])).any():
        return order
    return np.lexsort((sequence, time, feed))
