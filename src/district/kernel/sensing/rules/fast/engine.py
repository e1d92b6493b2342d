"""The vectorised evaluator: whole frames at once, over all groups of all rules. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.rules.binding import NEVER, Binding
from district.kernel.sensing.rules.fast import silence, snapshots
from district.kernel.sensing.rules.fast.columns import Bools, Ints, first_of_run, row_order, spread
from district.kernel.sensing.rules.fast.hot import Step, channel_rows, steps, stirred_slots
from district.kernel.sensing.rules.fast.lanes import Layout
from district.kernel.sensing.rules.fast.machines import Machines
from district.kernel.sensing.rules.fast.state import State, refresh_bounds
from district.kernel.sensing.rules.fast.waiting import Rows
from district.kernel.sensing.rules.machine import Turn
from district.kernel.sensing.rules.transitions import Evidence, Transition, Withdrawn


@dataclass(frozen=True)
class _Advance:
    """Strands whose watermark a frame may have moved (None: all), and where it stood before."""

    strands: Ints | None
    before: Ints

    def of(self, strand: int) -> int:
        """The watermark of a strand before the frame."""
        if self.strands is None:
            return int(self.before[strand])
        return int(self.before[np.searchsorted(self.strands, strand)])


class VectorisedEvaluator:
    """Evaluates rules over the frames of a log, as `ReferenceEvaluator` does, but fast."""

    def __init__(self, bindings: Sequence[Binding] = ()) -> None:
        self.layout: Layout = snapshots.laid_out(bindings, None, -1)
        self._state = State(self.layout)

    def apply(self, bindings: Sequence[Binding]) -> list[Withdrawn]:
        """See `Evaluator.apply`. Everything is laid out anew: some microseconds a slot."""
        before, known = self.layout, self.state()
        layout = snapshots.laid_out(bindings, known, self._state.position)
        withdrawn = snapshots.withdrawn(before, self._state, layout)
        self.layout, self._state = layout, snapshots.restored(layout, known)
        return withdrawn

    def state(self) -> dict[str, snapshots.Column]:
        """Everything that is known, as columns and bytes; `restore` takes it up again.

        The caller's alone: later frames do not change it. It names rules by version and groups
        by content, so that it can be taken up under other rules too.
        """
        return snapshots.snapshot(self.layout, self._state)

    @classmethod
    def restore(
        cls, bindings: Sequence[Binding], state: dict[str, snapshots.Column]
    ) -> VectorisedEvaluator:
        """An evaluator that goes on where `state` was taken, with what it says of `bindings`.

        Raises ValueError where the snapshot is of another form.
        """
        found = cls.__new__(cls)
        position = snapshots.position_of(state)
        found.layout = snapshots.laid_out(bindings, state, position)
        found._state = snapshots.restored(found.layout, state)
        return found

    @classmethod
    def beginning(
        cls, bindings: Sequence[Binding], position: int, seen: Ints, tick: int
    ) -> VectorisedEvaluator:
        """An evaluator behind the frame `position`, of which and all before it is known only what
        `heard` tells: `seen` the latest event time by stream, `tick` the log's clock."""
        empty = cls()
        empty._state.position = position
        empty.hear(seen, tick)
        return cls.restore(bindings, empty.state())

    def heard(self) -> tuple[Ints, int]:
        """The latest event time seen by stream's number and the log's clock (NEVER where there was
        none): all that decides where a rule begins that goes live now."""
        return self._state.seen.copy(), self._state.tick

    def hear(self, seen: Ints, tick: int) -> None:
        """Know besides what an evaluator with a longer past had `heard`; for rules applied next."""
        state = self._state
        if len(seen) > len(state.seen):
            more = np.full(len(seen) - len(state.seen), NEVER, np.int64)
            state.seen = np.concatenate([state.seen, more])
        np.maximum(state.seen[: len(seen)], seen, out=state.seen[: len(seen)])
        state.tick = max(state.tick, tick)

    @property
    def position(self) -> int:
        """The position of the last frame that was taken; -1 before the first."""
        return self._state.position

    def take(self, frame: Frame) -> list[Transition]:
        """See `Evaluator.take`."""
        content = frame.content
        if isinstance(content, Tick):
            rows, advance = self._tick(content.time)
        elif len(content):
            rows, advance = self._batch(content)
        else:
            self._state.position = frame.position
            return []
        told = self._evaluate(rows, advance, frame.position)
        self._state.position = frame.position
        return sorted(told, key=lambda transition: transition.order)

    def _tick(self, time: int) -> tuple[Rows, _Advance]:
        state, strands = self._state, self.layout.strands
        state.tick = max(state.tick, time)
        before = state.watermark.copy()
        np.maximum(state.watermark, state.tick - strands.lateness, out=state.watermark)
        return _ordered([state.waiting.due(state.watermark, strands.feed_strand)]), _Advance(
            None, before
        )

    def _batch(self, batch: Batch) -> tuple[Rows, _Advance]:
        """The rows that a batch makes due, by feed; watermarks are moved on."""
        state, strands = self._state, self.layout.strands
        row, feed = self._feeds(batch.stream.astype(np.int64))
        state.see(batch.stream.astype(np.int64), batch.time)
        time, strand = batch.time[row], strands.feed_strand[feed]
        touched = _distinct(strand)
        before = state.watermark[touched]
        late = time <= state.watermark[strand]
        if late.any():
            np.add.at(state.out_of_order, strand[late], 1)
        wait = strands.wait[strand]
        np.maximum.at(state.watermark, strand, time - wait)
        rows = Rows(feed, time, batch.value[row], batch.sequence[row])
        parts = [rows if not late.any() and not wait.any() else rows.take(~late & (wait == 0))]
        if wait.any():
            state.waiting.add(rows.take(~late & (wait > 0)))
            parts.append(state.waiting.due(state.watermark, strands.feed_strand))
        return _ordered(parts), _Advance(touched, before)

    def _feeds(self, stream: Ints) -> tuple[Ints, Ints]:
        """The readings, each with each feed of its stream: (place in the batch, feed)."""
        strands = self.layout.strands
        inside = stream < len(strands.stream_start) - 1
        if not inside.all():
            row = np.flatnonzero(inside)
            at, feed = self._feeds(stream[row])
            return row[at], feed
        start = strands.stream_start[stream]
        row, place = spread(start, strands.stream_start[stream + 1] - start)
        return row, strands.by_stream[place]

    def _evaluate(self, rows: Rows, advance: _Advance, position: int) -> list[Transition]:
        """What the rows and the moved watermarks bring about; the state is moved on at the end."""
        state, layout = self._state, self.layout
        first = first_of_run(rows.feed)
        earlier = np.where(first, state.last_time[rows.feed], np.roll(rows.time, 1))
        gap = rows.time - earlier
        said = channel_rows(rows, gap, state)
        done = list(steps(said, layout, state))
        silencing = silence.watch(rows, gap, advance.strands, layout, state)
        slots = set(silencing.stirred.tolist())
        for step in done:
            slots.update(stirred_slots(step, layout, state).tolist())
        slots.update(self._expected(rows, advance))
        machines = Machines(rows, said, layout, state)
        passed = {one: advance.of(one) for one in {self._strand(slot) for slot in slots}}
        told = [
            self._transition(slot, turn, position)
            for slot, turn in machines.run(sorted(slots), passed)
        ]
        for step in done:
            told.extend(self._lane_turns(step, rows, position))
            state.status[step.lane], state.since[step.lane] = (
                step.outcome.status,
                step.outcome.since,
            )
        silence.keep(silencing, layout, state)
        self._remember(rows, first, done, position)
        return told

    def _strand(self, slot: int) -> int:
        return int(self.layout.strands.of_slot[slot])

    def _expected(self, rows: Rows, advance: _Advance) -> set[int]:
        """The slots that asked for every reading of their strand, or for this time."""
        state, found = self._state, set[int]()
        if not state.machines:
            return found
        strands = advance.strands
        if strands is None:
            strands = _distinct(self.layout.strands.feed_strand[rows.feed])
            due = [s for s, at in state.timers.items() if at <= state.watermark[self._strand(s)]]
            found.update(due)
        for strand in strands[state.awake_count[strands] > 0].tolist():
            found.update(state.awake[strand])
        return found

    def _remember(self, rows: Rows, first: Bools, done: list[Step], position: int) -> None:
        state = self._state
        if len(rows):
            last = np.append(np.flatnonzero(first)[1:], len(rows)) - 1
            feed = rows.feed[last]
            state.last_time[feed], state.last_value[feed] = rows.time[last], rows.value[last]
            state.last_position[feed] = position
        if done:
            channels = self.layout.lanes.channel[np.concatenate([step.lane for step in done])]
            refresh_bounds(state, self.layout, _distinct(channels))

    def _lane_turns(self, step: Step, rows: Rows, position: int) -> list[Transition]:
        """The turns of rules of which a lane is all there is."""
        outcome, found = step.outcome, []
        columns = (outcome.turn_place, outcome.turn_row, outcome.turn_raised, outcome.turn_since)
        for place, row, raised, since in zip(*(one.tolist() for one in columns), strict=True):
            slot = int(self.layout.lanes.slot[step.lane[place]])
            stream = int(self.layout.strands.feed_stream[rows.feed[row]])
            time, value = int(rows.time[row]), float(rows.value[row])
            evidence = (Evidence(stream, time, value),)
            turn = Turn("raised" if raised else "released", time, since, evidence)
            found.append(self._transition(slot, turn, position))
        return found

    def _transition(self, slot: int, turn: Turn, position: int) -> Transition:
        rule, strand = self.layout.slots.rule_of(slot), self._strand(slot)
        count = int(self._state.out_of_order[strand] - self._state.discounted[slot])
        return Transition(
            kind=turn.kind,
            rule=rule.key,
            version=rule.version,
            group=self.layout.slots.group_id(slot),
            time=turn.time,
            raised_at=turn.raised_at,
            position=position,
            evidence=turn.evidence,
            out_of_order=count,
        )


def _distinct(keys: Ints) -> Ints:
    """The distinct keys in ascending order."""
    keys = np.sort(keys)
    return keys[first_of_run(keys)]


def _ordered(parts: list[Rows]) -> Rows:
    rows = Rows.concat(parts)
    return rows.take(row_order(rows.feed, rows.time, rows.sequence)) if len(rows) else rows
