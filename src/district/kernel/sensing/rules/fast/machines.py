"""Rules that are more than a test: their machines, run where something may change. Pure.

A machine's leaves are lanes and silences; it is given their values as they stood before the
frame, then every reading of its strand. Between two runs it is kept only while it remembers more
than its leaves say.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from district.kernel.sensing.rules.binding import NEVER
from district.kernel.sensing.rules.fast.hot import ChannelRows
from district.kernel.sensing.rules.fast.lanes import Layout
from district.kernel.sensing.rules.fast.scans import LOW, UNKNOWN, UNKNOWN_RAISED
from district.kernel.sensing.rules.fast.silence import since_of
from district.kernel.sensing.rules.fast.state import State
from district.kernel.sensing.rules.fast.waiting import Rows
from district.kernel.sensing.rules.machine import Instant, Machine, Sample, Turn
from district.kernel.sensing.rules.nodes import Verdict
from district.kernel.sensing.rules.tree import Rate

_SAYS: dict[int, Verdict] = {LOW: False, UNKNOWN: None, UNKNOWN_RAISED: None}


class Machines:
    """Runs the machines of slots over one frame's rows (by feed), before the state is moved on."""

    def __init__(self, rows: Rows, said: ChannelRows, layout: Layout, state: State) -> None:
        self.rows, self.said, self.layout, self.state = rows, said, layout, state

    def run(self, slots: Iterable[int], passed: dict[int, int]) -> list[tuple[int, Turn]]:
        """The turns of each slot; `passed` is the watermark of its strand before the frame."""
        return [(slot, turn) for slot in slots for turn in self._run(slot, passed)]

    def _run(self, slot: int, passed: dict[int, int]) -> list[Turn]:
        state, strand = self.state, int(self.layout.strands.of_slot[slot])
        machine = woken(slot, self.layout, state)
        machine.passed = passed[strand]
        turns = machine.run(self._instants(slot, machine), int(state.watermark[strand]))
        settle(slot, machine, self.layout, state)
        return turns

    def _instants(self, slot: int, machine: Machine) -> list[Instant]:
        strands, strand = self.layout.strands, int(self.layout.strands.of_slot[slot])
        feeds = strands.feed_start[strand : strand + 2]
        low, high = np.searchsorted(self.rows.feed, feeds)
        rows = self.rows.take(slice(low, high))
        rates = self._rates(slot, machine)
        instants: list[tuple[int, list[Sample]]] = []
        for at in np.lexsort((rows.sequence, rows.feed, rows.time)).tolist():
            time, feed = int(rows.time[at]), int(rows.feed[at])
            if not instants or instants[-1][0] != time:
                instants.append((time, []))
            measured = rates.get(low + at, {})
            stream = int(strands.feed_stream[feed])
            instants[-1][1].append(Sample(stream, float(rows.value[at]), measured))
        return [*instants]

    def _rates(self, slot: int, machine: Machine) -> dict[int, dict[Rate, float]]:
        """By row, the rates of change that the machine's tests read."""
        found: dict[int, dict[Rate, float]] = {}
        for lane, ordinal in lanes_of(slot, self.layout):
            rate = machine.tests[ordinal].clause.rate
            if rate is not None:
                channel = int(self.layout.lanes.channel[lane])
                low, high = np.searchsorted(self.said.channel, (channel, channel + 1))
                for at in range(low, high):
                    row = int(self.said.row[at])
                    found.setdefault(row, {})[rate] = float(self.said.value[at])
        return found


def lanes_of(slot: int, layout: Layout) -> list[tuple[int, int]]:
    """The lanes of a slot, each with the place of its test."""
    start = layout.lanes.slot_start
    lanes = layout.lanes.by_slot[start[slot] : start[slot + 1]]
    return list(zip(lanes.tolist(), layout.lanes.ordinal[lanes].tolist(), strict=True))


def woken(slot: int, layout: Layout, state: State) -> Machine:
    """The slot's machine, its leaves as the state has them."""
    machine = state.machines.get(slot)
    fresh = machine is None
    if machine is None:
        machine = Machine(layout.slots.rule_of(slot), layout.slots.group(slot), NEVER)
    _give_readings(slot, machine, layout, state)
    for lane, ordinal in lanes_of(slot, layout):
        test = machine.tests[ordinal]
        test.state = _SAYS.get(int(state.status[lane]), True)
        latest = machine.latest.get(test.stream) if test.stream is not None else None
        test.last = latest[0] if latest else None
    start = layout.silences.slot_start
    silences = layout.silences.by_slot[start[slot] : start[slot + 1]]
    since = since_of(silences, layout, state).tolist() if len(silences) else []
    for at, ordinal in zip(since, layout.silences.ordinal[silences].tolist(), strict=True):
        machine.silences[ordinal].since = None if at == NEVER else at
    if fresh:
        machine.recall(None)
    return machine


def _give_readings(slot: int, machine: Machine, layout: Layout, state: State) -> None:
    """The latest readings that came since the slot began."""
    born = int(layout.slots.born[slot])
    for stream in machine.order:
        feed = layout.strands.feed_of(slot, stream)
        if state.last_position[feed] > born:
            machine.latest[stream] = (int(state.last_time[feed]), float(state.last_value[feed]))


def settle(slot: int, machine: Machine, layout: Layout, state: State) -> None:
    """Keep the machine, and keep it awake, only as long as there is need."""
    timer = machine.next_timer()
    awake = not machine.resting()
    keep = awake or not machine.blank()
    if keep:
        state.machines[slot] = machine
    else:
        state.machines.pop(slot, None)
    state.kept[slot] = keep
    if timer is None:
        state.timers.pop(slot, None)
    else:
        state.timers[slot] = timer
    state.set_awake(int(layout.strands.of_slot[slot]), slot, awake)
