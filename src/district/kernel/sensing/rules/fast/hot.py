"""The readings that change something, taken through the lanes that they change. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from district.kernel.sensing.rules.fast.columns import (
    Bools,
    Floats,
    Ints,
    first_of_run,
    spread,
)
from district.kernel.sensing.rules.fast.lanes import Layout
from district.kernel.sensing.rules.fast.scans import LanesAtHand, Outcome, Pairs, scan
from district.kernel.sensing.rules.fast.state import State
from district.kernel.sensing.rules.fast.waiting import Rows

#: So many readings times lanes are taken at once, which bounds memory.
_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class ChannelRows:
    """What channels say in a frame, by channel and then in order.

    `row` is the reading's place among the frame's evaluated rows, `gap` the time since its feed's
    reading before.
    """

    channel: Ints
    row: Ints
    time: Ints
    gap: Ints
    value: Floats


@dataclass(frozen=True)
class Step:
    """What became of some lanes in a frame; `outcome` follows `lane`."""

    lane: Ints
    outcome: Outcome


def channel_rows(rows: Rows, gap: Ints, state: State) -> ChannelRows:
    """The values of the rows, and then the rates of change that are measured there."""
    channel, row, rate = state.rates.take(rows.feed, rows.time, rows.value)
    every = np.arange(len(rows))
    if not len(row):
        return ChannelRows(rows.feed, every, rows.time, gap, rows.value)
    return ChannelRows(
        np.concatenate([rows.feed, channel]),
        np.concatenate([every, row]),
        np.concatenate([rows.time, rows.time[row]]),
        np.concatenate([gap, gap[row]]),
        np.concatenate([rows.value, rate]),
    )


def steps(said: ChannelRows, layout: Layout, state: State) -> Iterator[Step]:
    """Bring up to date the lanes of every channel of which a reading may change something."""
    channel, start = said.channel, layout.lanes.channel_start
    still = (said.value >= state.from_[channel]) & (said.value < state.below[channel])
    still &= said.gap < state.soon[channel]
    if still.all():
        return
    begin = np.flatnonzero(first_of_run(channel))
    count = np.diff(np.append(begin, len(channel)))
    of = channel[begin]
    lanes = start[of + 1] - start[of]
    hot = np.flatnonzero(~np.logical_and.reduceat(still, begin) & (lanes > 0))
    for part in _parts(count[hot] * lanes[hot]):
        run = hot[part]
        yield from _step(said, layout, state, begin[run], count[run], of[run])


def _parts(sizes: Ints) -> list[slice]:
    """Consecutive items whose sizes together stay near `_AT_ONCE`."""
    if not len(sizes):
        return []
    bounds = np.flatnonzero(np.diff(np.cumsum(sizes) // _AT_ONCE)) + 1
    edges = [0, *bounds.tolist(), len(sizes)]
    return [slice(a, b) for a, b in pairwise(edges)]


def _step(
    said: ChannelRows, layout: Layout, state: State, begin: Ints, count: Ints, channel: Ints
) -> Iterator[Step]:
    start = layout.lanes.channel_start
    run, lane = spread(start[channel], start[channel + 1] - start[channel])
    for part in _parts(count[run]):
        yield _scan(said, layout, state, lane[part], begin[run[part]], count[run[part]])


def _scan(
    said: ChannelRows, layout: Layout, state: State, lane: Ints, begin: Ints, count: Ints
) -> Step:
    place, at = spread(begin, count)
    pairs = Pairs(place, said.row[at], said.time[at], said.gap[at], said.value[at])
    latest = said.time[begin] - said.gap[begin]
    test = layout.lanes.test[lane]
    lanes = LanesAtHand(lane, test, state.status[lane], state.since[lane], latest)
    return Step(lane, scan(pairs, lanes, layout.tests))


def stirred_slots(step: Step, layout: Layout, state: State) -> Ints:
    """The slots whose machines must look at the frame because of these lanes."""
    slot = layout.lanes.slot[step.lane]
    whole: Bools = layout.tests.whole[layout.lanes.test[step.lane]]
    calm = layout.calm[layout.slots.rule[slot]] & ~state.kept[slot]
    return slot[~whole & step.outcome.stirred & (step.outcome.rose | ~calm)]
