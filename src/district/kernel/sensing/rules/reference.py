"""The reference evaluator, slow and plain: what it says is what rules mean. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.rules.binding import NEVER, Binding, check_bindings
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.groups import Group
from district.kernel.sensing.rules.machine import Instant, Machine, Sample, Turn
from district.kernel.sensing.rules.transitions import Transition, Withdrawn
from district.kernel.sensing.rules.tree import Rate


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """A reading in the order in which a group evaluates; equal ones as they arrived."""

    time: int
    stream: int
    sequence: int
    value: float = field(compare=False)


def readings_of(batch: Batch) -> list[Reading]:
    """The readings of a batch one by one, as they came."""
    columns = (batch.stream, batch.time, batch.value, batch.sequence)
    return [
        Reading(int(time), int(stream), int(sequence), float(value))
        for stream, time, value, sequence in zip(*columns, strict=True)
    ]


class Slot:
    """A rule in a group: its watermark, the readings that wait for it, and its machine."""

    def __init__(self, rule: Rule, group: Group, watermark: int) -> None:
        self.rule, self.group, self.watermark = rule, group, watermark
        members = group.in_roles(rule.roles)
        self.streams = frozenset(member.stream for member in members)
        self.lateness = max((member.lateness for member in members), default=0)
        self.waiting: list[Reading] = []
        self.out_of_order = 0
        self.machine = Machine(rule, group, watermark)
        self.past: dict[tuple[int, Rate], list[tuple[int, float]]] = {}

    def readings(self, readings: Sequence[Reading]) -> list[Turn]:
        """Take a frame's readings of the group."""
        for reading in readings:
            if reading.time <= self.watermark:
                self.out_of_order += 1
            else:
                self.waiting.append(reading)
        latest = max(reading.time for reading in readings)
        return self._advance(latest - self.rule.wait)

    def tick(self, time: int) -> list[Turn]:
        """Take the clock's time."""
        return self._advance(time - self.lateness)

    def _advance(self, watermark: int) -> list[Turn]:
        self.watermark = max(self.watermark, watermark)
        ready = sorted(one for one in self.waiting if one.time <= self.watermark)
        self.waiting = [one for one in self.waiting if one.time > self.watermark]
        instants: list[tuple[int, list[Sample]]] = []
        for reading in ready:
            if not instants or instants[-1][0] != reading.time:
                instants.append((reading.time, []))
            instants[-1][1].append(self._sample(reading))
        finished: list[Instant] = list(instants)
        return self.machine.run(finished, self.watermark)

    def _sample(self, reading: Reading) -> Sample:
        rates = {rate: self._rate(rate, reading) for rate in self.rule.rates}
        return Sample(reading.stream, reading.value, rates)

    def _rate(self, rate: Rate, now: Reading) -> float:
        """The change per `rate.per` since the oldest reading within `rate.over`, or NaN."""
        past = self.past.setdefault((now.stream, rate), [])
        past.append((now.time, now.value))
        while past[0][0] < now.time - rate.over:
            past.pop(0)
        time, value = past[0]
        if (now.time - time) * 2 < rate.over:
            return float("nan")
        return (now.value - value) / (now.time - time) * rate.per


class ReferenceEvaluator:
    """Evaluates rules over the frames of a log, plainly."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, Group], Slot] = {}
        self._seen: dict[int, int] = {}
        self._tick = NEVER

    def apply(self, bindings: Sequence[Binding]) -> list[Withdrawn]:
        """See `Evaluator.apply`."""
        check_bindings(bindings)
        before, self._slots = self._slots, {}
        for binding in bindings:
            for group in binding.groups:
                key = (binding.rule.version, group)
                self._slots[key] = (
                    before.pop(key) if key in before else self._new(binding.rule, group)
                )
        return [
            Withdrawn(version, group.id, slot.machine.raised_at)
            for (version, group), slot in before.items()
            if slot.machine.raised_at is not None
        ]

    def _new(self, rule: Rule, group: Group) -> Slot:
        slot = Slot(rule, group, NEVER)
        latest = max((self._seen.get(stream, NEVER) for stream in slot.streams), default=NEVER)
        by_readings = latest - rule.wait if latest != NEVER else NEVER
        by_tick = self._tick - slot.lateness if self._tick != NEVER else NEVER
        slot.watermark = slot.machine.passed = max(by_readings, by_tick)
        return slot

    def take(self, frame: Frame) -> list[Transition]:
        """See `Evaluator.take`."""
        content = frame.content
        if isinstance(content, Tick):
            self._tick = max(self._tick, content.time)
            told = [(slot, slot.tick(self._tick)) for slot in self._slots.values() if slot.streams]
        else:
            told = self._readings(content)
        found = [_transition(slot, turn, frame.position) for slot, turns in told for turn in turns]
        return sorted(found, key=lambda transition: transition.order)

    def _readings(self, batch: Batch) -> list[tuple[Slot, list[Turn]]]:
        readings = readings_of(batch)
        told = []
        for slot in self._slots.values():
            own = [reading for reading in readings if reading.stream in slot.streams]
            if own:
                told.append((slot, slot.readings(own)))
        for reading in readings:
            self._seen[reading.stream] = max(self._seen.get(reading.stream, NEVER), reading.time)
        return told


def _transition(slot: Slot, turn: Turn, position: int) -> Transition:
    return Transition(
        kind=turn.kind,
        rule=slot.rule.key,
        version=slot.rule.version,
        group=slot.group.id,
        time=turn.time,
        raised_at=turn.raised_at,
        position=position,
        evidence=turn.evidence,
        out_of_order=slot.out_of_order,
    )
