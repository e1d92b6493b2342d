"""Why an episode was raised or released: the same again from the log, clause by clause. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.rules import nodes
from district.kernel.sensing.rules.binding import NEVER, Binding
from district.kernel.sensing.rules.clauses import write_clause
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.describing import describe
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.fast.snapshots import Column
from district.kernel.sensing.rules.groups import Group
from district.kernel.sensing.rules.machine import Machine, Turn
from district.kernel.sensing.rules.nodes import Node, Verdict
from district.kernel.sensing.rules.reference import Slot, readings_of
from district.kernel.sensing.rules.transitions import Evidence, Transition


@dataclass(frozen=True)
class Explanation:
    """What a clause said at the moment of a transition, and why.

    `number` is what was compared (a value or a rate), `reading` the reading that it came with.
    `times` are event times that the verdict rests on: where a run began and how far it reached,
    the evaluations that were counted, the last word of a silent stream.
    """

    clause: dict[str, Any]
    text: str
    verdict: Verdict
    number: float | None = None
    reading: Evidence | None = None
    times: tuple[int, ...] = ()
    clauses: tuple[Explanation, ...] = ()

    @property
    def outcome(self) -> str:
        """The verdict as a word: holds, fails, unknown."""
        return {True: "holds", False: "fails", None: "unknown"}[self.verdict]

    def to_json(self) -> dict[str, Any]:
        """The explanation for an API."""
        data: dict[str, Any] = {"text": self.text, "outcome": self.outcome}
        if not self.clauses:
            data["clause"] = self.clause
        if self.reading is not None:
            reading = self.reading
            data["reading"] = [reading.stream, reading.time, reading.value]
            data["number"] = self.number
        if self.times:
            data["times"] = list(self.times)
        if self.clauses:
            data["clauses"] = [clause.to_json() for clause in self.clauses]
        return data


@dataclass(frozen=True)
class Replay:
    """A transition that happened again: what `when` said then, and `until` where there is one."""

    transition: Transition
    when: Explanation
    until: Explanation | None


def replay(
    transition: Transition, rule: Rule, group: Group, frames: Iterable[Frame]
) -> Replay | None:
    """The transition again, explained; None where the frames do not bring it about.

    `frames` are those from the position at which the rule went live in the group, or from some
    time before the episode that exceeds every duration of the rule. From a later beginning
    readings may be taken that were out of order by what came before; the count of those is not
    compared.
    """
    slot, found = Slot(rule, group, NEVER), list[Replay]()

    def observe(turn: Turn) -> None:
        same = (turn.kind, turn.time, turn.raised_at, repr(turn.evidence))
        wanted = (transition.kind, transition.time, transition.raised_at)
        if same == (*wanted, repr(transition.evidence)):
            machine, at = slot.machine, turn.time
            until = _explained(machine, machine.until, at) if machine.until else None
            found.append(Replay(transition, _explained(machine, machine.when, at), until))

    slot.machine.observer = observe
    for frame in _up_to(frames, transition.position):
        content = frame.content
        if isinstance(content, Tick):
            slot.tick(content.time)
        elif (own := _of(content, slot.streams)) is not None:
            slot.readings(readings_of(own))
    return found[-1] if found else None


def confirm(
    transition: Transition,
    binding: Binding,
    frames: Iterable[Frame],
    state: Mapping[str, Column] | None = None,
) -> bool:
    """Whether exactly this transition happens again, at its own position.

    `state` is a snapshot, and `frames` are those after it; without one they are those from the
    position at which the rule went live. `binding` may hold the one group alone, declared in the
    form (streams or groups) in which it was when it went live.
    """
    if state is None:
        evaluator = VectorisedEvaluator([binding])
    else:
        evaluator = VectorisedEvaluator.restore([binding], dict(state))
    told: list[Transition] = []
    for frame in _up_to(frames, transition.position):
        if frame.position > evaluator.position:
            told = evaluator.take(frame)
    return repr(transition) in map(repr, told)


def _up_to(frames: Iterable[Frame], position: int) -> Iterator[Frame]:
    for frame in frames:
        if frame.position > position:
            return
        yield frame


#: So many streams are looked for one by one; `isin` takes longer to begin than that.
_FEW = 4


def _of(batch: Batch, streams: frozenset[int]) -> Batch | None:
    """The readings of the streams; None where the frame has none, as nearly all of them."""
    if len(streams) > _FEW:
        chosen = np.isin(batch.stream, list(streams))
    else:
        chosen = np.zeros(len(batch), dtype=np.bool_)
        for stream in streams:
            chosen |= batch.stream == stream
    return batch.take(chosen) if chosen.any() else None


def _explained(machine: Machine, node: Node, at: int) -> Explanation:
    number, reading, times = _facts(machine, node)
    return Explanation(
        clause=write_clause(node.clause),
        text=describe(node.clause),
        verdict=node.verdict(at),
        number=number,
        reading=reading,
        times=times,
        clauses=tuple(_explained(machine, below, at) for below in node.below),
    )


def _facts(machine: Machine, node: Node) -> tuple[float | None, Evidence | None, tuple[int, ...]]:
    """What the verdict rests on: number, reading, times."""
    if isinstance(node, nodes.TestNode):
        latest = machine.latest.get(node.stream) if node.stream is not None else None
        if latest is None or node.stream is None:
            return None, None, ()
        return node.number, Evidence(node.stream, *latest), ()
    times: list[int | None] = []
    if isinstance(node, nodes.SilentNode):
        times = [node.since]
    elif isinstance(node, nodes.SustainedNode) and node.began is not None:
        times = [node.began, node.latest]
    elif isinstance(node, nodes.CountedNode | nodes.MembersNode):
        times = list(node.held)
    return None, None, tuple(time for time in times if time is not None)
