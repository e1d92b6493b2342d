"""Streams that say nothing: which silences begin, end or come due. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from district.kernel.sensing.rules.binding import NEVER
from district.kernel.sensing.rules.fast.columns import Bools, Ints, first_of_run, spread
from district.kernel.sensing.rules.fast.lanes import Layout
from district.kernel.sensing.rules.fast.state import State
from district.kernel.sensing.rules.fast.waiting import Rows


@dataclass(frozen=True)
class Silencing:
    """The silences at hand as they stand after the frame, and the slots that must look at it.

    `base` is since when a stream is watched that has not spoken; `silent` is 1 silent, -1 not, 0
    nothing known.
    """

    place: Ints
    base: Ints
    silent: Ints
    stirred: Ints


def since_of(place: Ints, layout: Layout, state: State) -> Ints:
    """Since when each silence's stream has said nothing: its last reading, or its base."""
    feed, born = layout.silences.feed[place], layout.slots.born[layout.silences.slot[place]]
    spoke = state.last_position[feed] > born
    return np.where(spoke, state.last_time[feed], state.silent_base[place])


def watch(rows: Rows, gap: Ints, strands: Ints | None, layout: Layout, state: State) -> Silencing:
    """Look at the silences that rows (by feed) or moved watermarks (None: all) may turn.

    `gap` is the time since each row's feed spoke before.
    """
    silences = layout.silences
    if strands is None:
        at = _due(rows, layout, state)
    else:
        at = _spoken(rows, gap, strands, layout, state)
    feed, slot, span = silences.feed[at], silences.slot[at], silences.span[at]
    old, was = since_of(at, layout, state), state.silent[at]
    low, high = (np.searchsorted(rows.feed, feed, side) for side in ("left", "right"))
    spoke = high > low
    since = np.where(spoke, rows.time[high - 1] if len(rows) else NEVER, old)
    between = _pauses(rows, low, high, old, span)
    watermark = state.watermark[layout.strands.feed_strand[feed]]
    begun = (since == NEVER) & (watermark != NEVER)
    since = np.where(begun, watermark, since)
    silent = np.where(since == NEVER, 0, np.where(watermark - since >= span, 1, -1))
    must = between | ((silent == 1) & ((was != 1) | spoke))
    might = (spoke & (was != -1)) | begun
    calm = layout.calm[layout.slots.rule[slot]] & ~state.kept[slot]
    base = np.where(begun, watermark, state.silent_base[at])
    return Silencing(at, base, silent.astype(np.int8), slot[must | (might & ~calm)])


def keep(silencing: Silencing, layout: Layout, state: State) -> None:
    """Move the state on."""
    state.silent_base[silencing.place] = silencing.base
    state.silent[silencing.place] = silencing.silent
    refresh_pauses(silencing.place, layout, state)


def refresh_pauses(place: Ints, layout: Layout, state: State) -> None:
    """Set how long the feeds of some silences may pause without anything to look at."""
    feed = layout.silences.feed[place]
    feed = feed[first_of_run(feed)]  # silences are by feed
    if not len(feed):
        return
    start = layout.silences.feed_start
    count = start[feed + 1] - start[feed]
    at = spread(start[feed], count)[1]
    span = np.where(state.silent[at] == -1, layout.silences.span[at], NEVER)
    state.pause[feed] = np.minimum.reduceat(span, np.cumsum(count) - count)


def _spoken(rows: Rows, gap: Ints, strands: Ints, layout: Layout, state: State) -> Ints:
    """The silences of feeds that spoke after a pause, and others that may turn.

    In strands of several feeds, and where readings wait, the watermark moves without a row; and a
    stream that never spoke is watched from the first frame on, even one that came too late.
    """
    start, first = layout.silences.feed_start, layout.strands.feed_start
    several = first[strands + 1] - first[strands] > 1
    unknown = state.pause[first[strands]] == NEVER
    several = strands[several | unknown | (layout.strands.wait[strands] > 0)]
    feeds = np.concatenate(
        [
            rows.feed[gap > state.pause[rows.feed]],
            spread(first[several], first[several + 1] - first[several])[1],
        ]
    )
    feeds = np.unique(feeds[start[feeds + 1] > start[feeds]])
    return spread(start[feeds], start[feeds + 1] - start[feeds])[1]


def _due(rows: Rows, layout: Layout, state: State) -> Ints:
    """Of all silences those that the watermark reaches, or whose streams spoke or never did."""
    silences = layout.silences
    since = since_of(np.arange(len(silences.feed)), layout, state)
    watermark = state.watermark[layout.strands.feed_strand[silences.feed]]
    near = (since == NEVER) | ((state.silent != 1) & (watermark - since >= silences.span))
    if len(rows):
        spoke = np.zeros(len(state.last_time), np.bool_)
        spoke[rows.feed] = True
        near |= spoke[silences.feed]
    return np.flatnonzero(near)


def _pauses(rows: Rows, low: Ints, high: Ints, old: Ints, span: Ints) -> Bools:
    """Where, between two readings or before the first one, a silence came due."""
    found = np.zeros(len(low), np.bool_)
    owner, row = spread(low, high - low)
    if len(row):
        first = row == low[owner]
        before = np.where(first, old[owner], rows.time[row - 1])
        long = (rows.time[row] - before > span[owner]) & (before != NEVER)
        found[owner[long]] = True
    return found
