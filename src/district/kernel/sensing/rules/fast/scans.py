"""Many readings through many lanes at once: hysteresis, runs and episodes in closed form. Pure.

A lane's readings of a frame stand one after another, in order. What a lane is after each of them
follows from the last one that decided anything, which a running maximum finds; nothing here
loops over readings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from district.kernel.sensing.rules.fast.columns import Bools, Floats, Ints, first_of_run
from district.kernel.sensing.rules.fast.lanes import Tests

# What a lane knows: its test fails; nothing, outside or inside an episode; its test holds, not
# yet long enough; it holds and, where the lane is the whole rule, an episode is open.
LOW, UNKNOWN, UNKNOWN_RAISED, PENDING, RAISED = range(5)
_STATE = np.array([-1, 0, 0, 1, 1], np.int8)
Status = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Pairs:
    """Readings of a frame, each with each lane that reads it, by lane and then in order.

    `row` is the reading's place among the frame's evaluated rows; `gap` the time since the one
    before; `place` points into the columns of the lanes at hand.
    """

    place: Ints
    row: Ints
    time: Ints
    gap: Ints
    value: Floats


@dataclass(frozen=True)
class LanesAtHand:
    """The lanes that are to be brought up to date, as they stood before the frame.

    `since`: where pending, when its run began; where raised, when its episode did. `latest` is the
    time of the channel's last reading.
    """

    lane: Ints
    test: Ints
    status: Status
    since: Ints
    latest: Ints


@dataclass(frozen=True)
class Outcome:
    """The lanes after the frame, and what happened on the way.

    `stirred`: a lane's test turned, or was unknown meanwhile; `rose`: and then held. Of the turns
    of episodes (whole lanes only) there is the place of the lane, the row that decided, whether
    it raised, and when the episode began.
    """

    status: Status
    since: Ints
    stirred: Bools
    rose: Bools
    turn_place: Ints
    turn_row: Ints
    turn_raised: Bools
    turn_since: Ints


def last_before(marked: Bools) -> Ints:
    """For each row the latest marked row up to and including it, or -1."""
    found: Ints = np.maximum.accumulate(np.where(marked, np.arange(len(marked)), -1))
    return found


def scan(pairs: Pairs, lanes: LanesAtHand, tests: Tests) -> Outcome:
    """Bring lanes up to date with their readings; each lane has one at least."""
    test = lanes.test[pairs.place]
    broken = pairs.gap >= tests.valid_for[test]
    state = _states(pairs, lanes, tests, test, broken)
    first = first_of_run(pairs.place)
    before = np.where(first, _STATE[lanes.status[pairs.place]], np.roll(state, 1))
    turned = (state != before) | broken
    starts = np.flatnonzero(first)
    stirred = np.logical_or.reduceat(turned, starts)
    rose = np.logical_or.reduceat(turned & (state == 1), starts)
    status, since, turns = _episodes(pairs, lanes, tests, state)
    return Outcome(status, since, stirred, rose, *turns)


def _states(
    pairs: Pairs, lanes: LanesAtHand, tests: Tests, test: Ints, broken: Bools
) -> npt.NDArray[np.int8]:
    """What each lane's test says after each reading: 1 holds, -1 fails, 0 unknown."""
    side = (pairs.value >= tests.low[test]).astype(np.int8)
    side += pairs.value >= tests.high[test]
    nothing = np.isnan(pairs.value)
    decided = (side != 1) | nothing | broken
    said = np.where(nothing, 0, (side - 1) * tests.sign[test]).astype(np.int8)
    latest = last_before(decided)
    first = last_before(first_of_run(pairs.place))
    return np.where(latest >= first, said[latest], _STATE[lanes.status[pairs.place]])


def _episodes(
    pairs: Pairs, lanes: LanesAtHand, tests: Tests, state: npt.NDArray[np.int8]
) -> tuple[Status, Ints, tuple[Ints, Ints, Bools, Ints]]:
    """Runs and episodes, looked at after the last reading of each instant."""
    last = np.ones(len(state), np.bool_)
    last[:-1] = (pairs.place[1:] != pairs.place[:-1]) | (pairs.time[1:] != pairs.time[:-1])
    place, time, row, state = pairs.place[last], pairs.time[last], pairs.row[last], state[last]
    test, first = lanes.test[place], first_of_run(place)
    start = last_before(first)
    earlier = np.where(first, lanes.latest[place], np.roll(time, 1))
    old = lanes.status[place]
    before = np.where(first, _STATE[old], np.roll(state, 1))
    begins = (state == 1) & ((before != 1) | (time - earlier >= tests.valid_for[test]))
    began = last_before(begins)
    since = np.where(began >= start, time[began], lanes.since[place])
    reached = (state == 1) & (time - since >= tests.hold[test])
    says = np.where(reached, 1, np.where(state == -1, -1, 0))
    said = last_before(says != 0)
    was_open = (old == UNKNOWN_RAISED) | (old == RAISED)
    is_open = np.where(said >= start, says[said] == 1, was_open)
    turns = is_open != np.where(first, was_open, np.roll(is_open, 1))
    raised = last_before(turns & is_open)
    opened = np.where(raised >= start, time[raised], lanes.since[place])
    end = np.append(np.flatnonzero(first)[1:], len(place)) - 1
    told = np.flatnonzero(turns & tests.whole[test])
    held = np.where(is_open, RAISED, PENDING)
    status = np.where(state == 1, held, np.where(state == -1, LOW, UNKNOWN + is_open))
    return (
        status[end].astype(np.int8),
        np.where(is_open, opened, since)[end],
        (place[told], row[told], is_open[told], opened[told]),
    )
