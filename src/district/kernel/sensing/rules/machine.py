"""One rule in one group: moments in, transitions out. Pure.

A moment is an instant at which readings of the group are evaluated, or one that falls due by the
watermark: a silence, the end of quiet hours, the end of a value's validity where unknown
releases. The verdict of a rule is asked at moments only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.groups import Group
from district.kernel.sensing.rules.nodes import SilentNode, TestNode, node_of
from district.kernel.sensing.rules.quiet import quiet_until
from district.kernel.sensing.rules.transitions import MOST_EVIDENCE, Evidence, Kind
from district.kernel.sensing.rules.tree import FOREVER, Rate


@dataclass(frozen=True, slots=True)
class Sample:
    """An evaluated reading and the rates of change that the rule measures there (NaN unknown)."""

    stream: int
    value: float
    rates: Mapping[Rate, float]


Instant = tuple[int, Sequence[Sample]]


@dataclass(frozen=True, slots=True)
class Turn:
    """An episode begins or ends at an event time; the frame that told it is not known here."""

    kind: Kind
    time: int
    raised_at: int
    evidence: tuple[Evidence, ...]


class Machine:
    """A rule at work in a group, from its first moment on.

    `passed` is the event time up to which everything that fell due has been looked at.
    """

    def __init__(self, rule: Rule, group: Group, passed: int) -> None:
        self.rule, self.group, self.passed = rule, group, passed
        members = group.in_roles(rule.roles)
        self.order = tuple(member.stream for member in members)
        streams: dict[str, tuple[int, ...]] = {}
        for member in members:
            streams[member.role] = (*streams.get(member.role, ()), member.stream)
        self.when = node_of(rule.when, streams)
        self.until = node_of(rule.until, streams) if rule.until else None
        self.nodes = [*self.when.walk(), *(self.until.walk() if self.until else ())]
        self.tests = [node for node in self.nodes if isinstance(node, TestNode)]
        self.silences = [node for node in self.nodes if isinstance(node, SilentNode)]
        self.latest: dict[int, tuple[int, float]] = {}
        self.raised_at: int | None = None
        self.held_until: int | None = None
        #: Called with every turn while the clauses stand as they did when it was decided.
        self.observer: Callable[[Turn], None] = lambda turn: None

    def run(self, instants: Iterable[Instant], watermark: int) -> list[Turn]:
        """Take instants in the order of time, and whatever falls due up to the watermark.

        No instant lies after the watermark, none at or before the one of the run before.
        """
        turns: list[Turn] = []
        for at, samples in instants:
            self._fall_due(at - 1, turns)
            self._moment(at, samples, turns)
        self._fall_due(watermark, turns)
        fresh = [node for node in self.silences if node.since is None and node.streams]
        if fresh:  # a stream that never spoke is watched from the first watermark on
            for node in fresh:
                node.since = watermark
            self._moment(watermark, (), turns)
        self.passed = watermark
        return turns

    def _fall_due(self, up_to: int, turns: list[Turn]) -> None:
        due = self.next_due()
        while due is not None and due <= up_to:
            self._moment(due, (), turns)
            due = self.next_due()

    def _moment(self, at: int, samples: Sequence[Sample], turns: list[Turn]) -> None:
        touched = frozenset(sample.stream for sample in samples)
        roots = [root for root in (self.when, self.until) if root]
        for root in roots:
            root.before(at, touched)
        for sample in samples:
            self._take(at, sample)
        for root in roots:
            root.settle(at, touched)
        self.passed = max(self.passed, at)
        self._decide(at, turns)
        for node in self.nodes:
            node.forget(at)

    def _take(self, at: int, sample: Sample) -> None:
        self.latest[sample.stream] = (at, sample.value)
        for test in self.tests:
            if test.stream == sample.stream:
                rate = test.clause.rate
                test.take(at, sample.rates[rate] if rate else sample.value)
        for silence in self.silences:
            if silence.stream == sample.stream:
                silence.take(at)

    def _decide(self, at: int, turns: list[Turn]) -> None:
        self.held_until = None
        if self.raised_at is not None:
            if self._releases(at):
                self._turn(Turn("released", at, self.raised_at, self.evidence()), turns)
                self.raised_at = None
        elif self._raises(at):
            self.held_until = quiet_until(at, self.rule.quiet, self.rule.zone)
            if self.held_until is None:
                self.raised_at = at
                self._turn(Turn("raised", at, at, self.evidence()), turns)

    def _turn(self, turn: Turn, turns: list[Turn]) -> None:
        turns.append(turn)
        self.observer(turn)

    def _raises(self, at: int) -> bool:
        kept_off = self.until is not None and self.until.verdict(at) is not False
        return self.when.verdict(at) is True and not kept_off

    def _releases(self, at: int) -> bool:
        verdict = self.when.verdict(at)
        ends = verdict is False
        if self.until is not None:
            verdict = self.until.verdict(at)
            ends = verdict is True
        return ends or (verdict is None and self.rule.unknown == "release")

    def next_due(self) -> int | None:
        """The next moment that comes by itself after `passed`, as things stand."""
        dues = [due for node in self.silences if (due := node.due()) is not None]
        return min((due for due in [*dues, *self._own_dues()] if due > self.passed), default=None)

    def next_timer(self) -> int | None:
        """`next_due` without silences."""
        return min((due for due in self._own_dues() if due > self.passed), default=None)

    def _own_dues(self) -> list[int]:
        if self.raised_at is None:
            return [] if self.held_until is None else [self.held_until]
        if self.rule.unknown == "keep":
            return []
        return [
            node.last + node.clause.valid_for
            for node in self.tests
            if node.last is not None and node.clause.valid_for < FOREVER
        ]

    def evidence(self) -> tuple[Evidence, ...]:
        """The latest reading of each stream that the rule has read, in the group's order."""
        known = [stream for stream in dict.fromkeys(self.order) if stream in self.latest]
        return tuple(Evidence(stream, *self.latest[stream]) for stream in known[:MOST_EVIDENCE])

    def memory(self) -> list[Any]:
        """What is remembered beyond the streams' own values, as JSON takes it."""
        return [self.raised_at, self.held_until, [node.memory() for node in self.nodes]]

    def recall(self, memory: list[Any] | None) -> None:
        """Take up what `memory` gave, or nothing; the leaves have their values already."""
        if memory:
            self.raised_at, self.held_until = memory[0], memory[1]
        # From below: what a node makes of no memory follows from the nodes below it.
        for at in range(len(self.nodes) - 1, -1, -1):
            self.nodes[at].recall(memory[2][at] if memory else [])

    def blank(self) -> bool:
        """Whether the streams' own values say all that is remembered."""
        return (
            self.raised_at is None
            and self.held_until is None
            and all(node.blank() for node in self.nodes)
        )

    def resting(self) -> bool:
        """Whether more of the same readings would change nothing, nor does time."""
        return self.next_timer() is None and all(node.resting() for node in self.nodes)
