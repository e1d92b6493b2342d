"""What the vectorised execution knows, as columns over its layout. Pure."""

from __future__ import annotations

import numpy as np

from district.kernel.sensing.rules.binding import NEVER
from district.kernel.sensing.rules.fast.columns import Bools, Floats, Ints, spread
from district.kernel.sensing.rules.fast.lanes import Layout
from district.kernel.sensing.rules.fast.rates import RateStore
from district.kernel.sensing.rules.fast.scans import (
    LOW,
    PENDING,
    RAISED,
    UNKNOWN,
    UNKNOWN_RAISED,
    Status,
)
from district.kernel.sensing.rules.fast.waiting import Waiting
from district.kernel.sensing.rules.machine import Machine
from district.kernel.sensing.rules.tree import FOREVER


class State:
    """All that changes. Times are microseconds since 1970 UTC, NEVER where there was none.

    `below` and `from_` bound, for each channel, the values with which nothing changes in any of
    its lanes; `soon` is the shortest validity among them, `pause` how long a feed may say nothing
    before a silence turns. Most readings lie between the bounds,
    whatever the number of rules, and cost no more than that comparison.
    """

    def __init__(self, layout: Layout) -> None:
        strands, lanes = layout.strands, layout.lanes
        feeds, channels = len(strands.feed_stream), len(lanes.channel_start) - 1
        self.position, self.tick = -1, NEVER
        self.seen = np.full(len(strands.stream_start), NEVER, np.int64)
        self.watermark = np.full(len(strands.name), NEVER, np.int64)
        self.out_of_order = np.zeros(len(strands.name), np.int64)
        self.discounted = np.zeros(len(layout.slots.rule), np.int64)
        self.last_time = np.full(feeds, NEVER, np.int64)
        self.last_value = np.full(feeds, np.nan, np.float64)
        self.last_position = np.full(feeds, -1, np.int64)
        self.status = np.full(len(lanes.slot), UNKNOWN, np.int8)
        self.since = np.full(len(lanes.slot), NEVER, np.int64)
        self.silent_base = np.full(len(layout.silences.feed), NEVER, np.int64)
        self.silent = np.zeros(len(layout.silences.feed), np.int8)
        self.pause = np.full(feeds, FOREVER, np.int64)
        self.pause[layout.silences.feed] = NEVER
        self.rates = RateStore(layout.rates, feeds)
        self.waiting = Waiting()
        self.machines: dict[int, Machine] = {}
        self.kept = np.zeros(len(layout.slots.rule), np.bool_)
        self.awake: dict[int, set[int]] = {}
        self.awake_count = np.zeros(len(strands.name), np.int64)
        self.timers: dict[int, int] = {}
        self.from_ = np.full(channels, -np.inf)
        self.below = np.full(channels, np.inf)
        self.soon = np.full(channels, FOREVER, np.int64)

    def see(self, stream: Ints, time: Ints) -> None:
        """Readings of any streams passed by, whether a rule reads them or not."""
        largest = int(stream.max()) + 1
        if largest > len(self.seen):
            more = np.full(max(largest, 2 * len(self.seen)) - len(self.seen), NEVER, np.int64)
            self.seen = np.concatenate([self.seen, more])
        np.maximum.at(self.seen, stream, time)

    def set_awake(self, strand: int, slot: int, awake: bool) -> None:
        """Whether a slot's machine wants every reading of its strand."""
        slots = self.awake.setdefault(strand, set())
        (slots.add if awake else slots.discard)(slot)
        self.awake_count[strand] = len(slots)


def refresh_bounds(state: State, layout: Layout, channels: Ints) -> None:
    """Set the bounds of channels (each with a lane at least) by what their lanes know now."""
    if not len(channels):
        return
    start = layout.lanes.channel_start
    count = start[channels + 1] - start[channels]
    _owner, lane = spread(start[channels], count)
    test, status = layout.lanes.test[lane], state.status[lane]
    from_, below = _quiet_values(layout, test, status)
    first = np.cumsum(count) - count
    state.from_[channels] = np.maximum.reduceat(from_, first)
    state.below[channels] = np.minimum.reduceat(below, first)
    state.soon[channels] = np.minimum.reduceat(layout.tests.valid_for[test], first)


def _quiet_values(layout: Layout, test: Ints, status: Status) -> tuple[Floats, Floats]:
    """For each lane the values (from, below) that leave it as it is."""
    low, high, up = layout.tests.low[test], layout.tests.high[test], layout.tests.sign[test] > 0
    doubtful: Bools = (status == UNKNOWN) | (status == UNKNOWN_RAISED)
    # Whoever is on the upper side stays there from `low` on, on the lower side below `high`.
    upper = np.where(up, status == RAISED, status == LOW)
    lower = np.where(up, status == LOW, status == RAISED)
    from_ = np.where(upper | doubtful, low, -np.inf)
    below = np.where(lower | doubtful, high, np.inf)
    return np.where(status == PENDING, np.inf, from_), below
