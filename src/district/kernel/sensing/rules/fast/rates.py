"""Rates of change: for every channel a pointer to the oldest reading within its window. Pure.

Readings lie in one arena in the order of their arrival, each pointing to the next of its feed.
A channel's pointer only ever moves forward, so each reading is passed once, however long the
window is.
"""

from __future__ import annotations

import numpy as np

from district.kernel.sensing.rules.fast.columns import (
    Bools,
    Floats,
    Ints,
    first_of_run,
    spread,
)
from district.kernel.sensing.rules.fast.lanes import RateChannels
from district.kernel.sensing.rules.fast.scans import last_before

_NONE = -1


class RateStore:
    """What rate channels remember: the readings of their windows."""

    def __init__(self, channels: RateChannels, feeds: int) -> None:
        self.channels = channels
        self.measured = channels.feed_start[1:] > channels.feed_start[:-1]
        self.tail = np.full(feeds, _NONE, np.int64)
        self.oldest = np.full(len(channels.feed), _NONE, np.int64)
        self.used = 0
        self._reserve(1024)

    def _reserve(self, size: int) -> None:
        self.feed, self.time, self.next = (np.empty(size, np.int64) for _ in range(3))
        self.value = np.empty(size, np.float64)

    def take(self, feed: Ints, time: Ints, value: Floats) -> tuple[Ints, Ints, Floats]:
        """Rows by feed, in order: the channel, the row and the rate of each, by channel."""
        rows = np.flatnonzero(self.measured[feed])
        if not len(rows):
            return rows, rows, np.empty(0)
        at = self._append(feed[rows], time[rows], value[rows])
        first = last_before(first_of_run(feed[rows]))
        nth = np.arange(len(rows)) - first
        found = [self._measure(rows[nth == turn], at[nth == turn]) for turn in range(nth.max() + 1)]
        channel, row = (np.concatenate([part[at] for part in found]) for at in (0, 1))
        measured = np.concatenate([part[2] for part in found])
        order = np.lexsort((row, channel))
        return channel[order] + self.channels.first, row[order], measured[order]

    def _append(self, feed: Ints, time: Ints, value: Floats) -> Ints:
        """Put rows into the arena, linked to those before; gives where they lie."""
        if self.used + len(feed) > len(self.feed):
            self._make_room(len(feed))
        at = np.arange(self.used, self.used + len(feed))
        self.feed[at], self.time[at], self.value[at], self.next[at] = feed, time, value, _NONE
        first = first_of_run(feed)
        before = np.where(first, self.tail[feed], at - 1)
        known = before != _NONE
        self.next[before[known]] = at[known]
        last = np.append(first[1:], True)
        self.tail[feed[last]] = at[last]
        self.used += len(feed)
        return at

    def _measure(self, rows: Ints, at: Ints) -> tuple[Ints, Ints, Floats]:
        """At most one row of each feed, to all its channels."""
        feed, start = self.feed[at], self.channels.feed_start
        owner, channel = spread(start[feed], start[feed + 1] - start[feed])
        here = at[owner]
        oldest = self.oldest[channel]
        oldest = np.where(oldest == _NONE, here, oldest)
        limit = self.time[here] - self.channels.over[channel]
        behind = np.flatnonzero(self.time[oldest] < limit)
        while len(behind):
            oldest[behind] = self.next[oldest[behind]]
            behind = behind[self.time[oldest[behind]] < limit[behind]]
        self.oldest[channel] = oldest
        passed = self.time[here] - self.time[oldest]
        change = self.value[here] - self.value[oldest]
        with np.errstate(divide="ignore", invalid="ignore"):
            rate: Floats = change / passed * self.channels.per[channel]
        rate[passed * 2 < self.channels.over[channel]] = np.nan
        return channel, rows[owner], rate

    def _make_room(self, more: int) -> None:
        """Drop what no pointer will reach any more, and take a larger arena if need be."""
        keep = self.reachable()
        place = np.cumsum(keep) - 1
        kept = [column[: self.used][keep] for column in (self.feed, self.time, self.next)]
        value, used = self.value[: self.used][keep], len(kept[0])
        self._reserve(max(len(self.feed), 2 * (used + more)))
        for column, content in zip((self.feed, self.time, self.next), kept, strict=True):
            column[:used] = content
        self.value[:used], self.used = value, used
        for pointer in (self.next[:used], self.tail, self.oldest):
            known = pointer != _NONE
            pointer[known] = place[pointer[known]]

    def load(self, feed: Ints, time: Ints, value: Floats) -> None:
        """Begin with the readings of a snapshot, by feed and in the order of their arrival."""
        if len(feed):
            self._append(feed, time, value)

    def reachable(self) -> Bools:
        """Which rows of the arena some pointer may still reach."""
        until = np.full(len(self.tail), np.iinfo(np.int64).max)
        waiting = self.oldest == _NONE
        np.minimum.at(until, self.channels.feed[~waiting], self.oldest[~waiting])
        return np.arange(self.used) >= until[self.feed[: self.used]]
