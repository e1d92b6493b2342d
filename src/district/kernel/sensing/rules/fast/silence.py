"""Streams that say nothing: which silences begin, end or come due. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from district.kernel.sensing.rules.binding import NEVER
from district.kernel.sensing.rules.fast.columns import Bools, Ints, spread
from district.kernel.sensing.rules.fast.lanes import Layout
from district.kernel.sensing.rules.fast.state import State
from district.kernel.sensing.rules.fast.waiting import Rows


@dataclass(frozen=True)
class Silencing:
    """The silences as they stand after the frame, and the slots that must look at it."""

    place: Ints
    since: Ints
    silent: Ints
    stirred: Ints


def watch(rows: Rows, strands: Ints | None, layout: Layout, state: State) -> Silencing:
    """Look at the silences of some strands, or of all: rows came, the watermark moved on."""
    silences = layout.silences
    at = _of_strands(strands, layout)
    feed, slot, span = silences.feed[at], silences.slot[at], silences.span[at]
    old, was = state.silent_since[at], state.silent[at]
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
    return Silencing(at, since, silent.astype(np.int8), slot[must | (might & ~calm)])


def _of_strands(strands: Ints | None, layout: Layout) -> Ints:
    if strands is None:
        return np.arange(len(layout.silences.feed))
    first, last = layout.strands.feed_start[strands], layout.strands.feed_start[strands + 1]
    start = layout.silences.feed_start
    return spread(start[first], start[last] - start[first])[1]


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
