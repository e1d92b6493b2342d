"""The clauses of one rule in one group at work: what each remembers, and its verdict. Pure.

A node is told of a moment in three steps: `before` its readings are taken, `take` for each
reading, `settle` after all of them. `verdict(at)` may be asked at any moment from then on. Times
are microseconds since 1970 UTC; a verdict is True, False or None for unknown.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from district.kernel.sensing.rules import tree

Verdict = bool | None
Memory = list[int | None]


class Node(ABC):
    """One clause at work."""

    clause: tree.Clause
    streams: frozenset[int] = frozenset()
    below: tuple[Node, ...] = ()

    @abstractmethod
    def verdict(self, at: int) -> Verdict:
        """What the clause says at a moment that no later reading precedes."""

    def before(self, at: int, touched: frozenset[int]) -> None:
        """Readings of the `touched` streams are about to be taken."""
        for node in self.below:
            node.before(at, touched)

    def settle(self, at: int, touched: frozenset[int]) -> None:
        """All readings of the moment are taken."""
        for node in self.below:
            node.settle(at, touched)

    def memory(self) -> Memory:
        """What the node itself remembers beyond its leaves, for a snapshot."""
        return []

    def recall(self, memory: Memory) -> None:
        """Take up what `memory` gave; the leaves below have theirs already."""
        return

    def forget(self, at: int) -> None:
        """The moment is over: drop what lies outside the window that ended with it."""
        return

    def blank(self) -> bool:
        """Whether the memory holds nothing that the leaves do not say."""
        return True

    def resting(self) -> bool:
        """Whether more of the same readings would change nothing."""
        return True

    def walk(self) -> Iterator[Node]:
        """The node and all below it, from above, left to right."""
        yield self
        for node in self.below:
            yield from node.walk()

    def now(self) -> Verdict:
        """The verdict as remembered, whatever its age."""
        return None


class TestNode(Node):
    """A level with hysteresis over one stream's value or rate."""

    def __init__(self, clause: tree.Test, stream: int | None) -> None:
        self.clause: tree.Test = clause
        self.stream = stream
        self.streams = frozenset(() if stream is None else (stream,))
        self.state: Verdict = None
        self.last: int | None = None
        self.number = float("nan")  # what was last compared; for explanations only

    def take(self, at: int, number: float) -> None:
        """Take a reading's value or rate; NaN is a reading without a number."""
        test = self.clause
        if self.last is not None and at - self.last >= test.valid_for:
            self.state = None
        self.last, self.number = at, number
        if number != number:
            self.state = None
        elif number >= test.level if test.direction == "above" else number <= test.level:
            self.state = True
        elif number < test.release if test.direction == "above" else number > test.release:
            self.state = False

    def verdict(self, at: int) -> Verdict:
        if self.last is None or at - self.last >= self.clause.valid_for:
            return None
        return self.state

    def now(self) -> Verdict:
        return self.state


class SilentNode(Node):
    """How long a stream has said nothing, since its last reading or since watching began."""

    def __init__(self, clause: tree.Silent, stream: int | None) -> None:
        self.clause: tree.Silent = clause
        self.stream = stream
        self.streams = frozenset(() if stream is None else (stream,))
        self.since: int | None = None

    def take(self, at: int) -> None:
        """The stream spoke."""
        self.since = at

    def due(self) -> int | None:
        """When the stream becomes silent unless it speaks."""
        return None if self.since is None else self.since + self.clause.span

    def verdict(self, at: int) -> Verdict:
        return None if self.since is None else at - self.since >= self.clause.span

    def now(self) -> Verdict:
        return None


class SustainedNode(Node):
    """The run of evaluations at which the clause below held.

    A run that began after the clause had failed is too short until it is long enough; one that
    began out of the unknown may have been going on before, so until then nothing is known.
    """

    def __init__(self, clause: tree.Sustained, below: Node) -> None:
        self.clause: tree.Sustained = clause
        self.below = (below,)
        self.streams = below.streams
        self.began: int | None = None
        self.latest = 0
        self.failed = False

    def before(self, at: int, touched: frozenset[int]) -> None:
        super().before(at, touched)
        if touched & self.streams and self.below[0].verdict(at) is None:
            self.began, self.failed = None, False

    def settle(self, at: int, touched: frozenset[int]) -> None:
        super().settle(at, touched)
        if not touched & self.streams:
            return
        held = self.below[0].verdict(at)
        if held:
            self.began = at if self.began is None else self.began
            self.latest = at
        else:
            self.began, self.failed = None, held is False

    def verdict(self, at: int) -> Verdict:
        held = self.below[0].verdict(at)
        if not held:
            return held
        if self._reached():
            return True
        return False if self.failed else None

    def _reached(self) -> bool:
        return self.began is not None and self.latest - self.began >= self.clause.span

    def now(self) -> Verdict:
        held = self.below[0].now()
        return (self._reached() or (False if self.failed else None)) if held else held

    def memory(self) -> Memory:
        return [self.began, self.latest, int(self.failed)]

    def recall(self, memory: Memory) -> None:
        if memory:
            self.began, self.latest, self.failed = memory[0], memory[1] or 0, bool(memory[2])
        else:
            self.failed = self.below[0].now() is False

    def blank(self) -> bool:
        return self.began is None

    def resting(self) -> bool:
        # What a window below lost since the latest evaluation, the next one will tell.
        held = self.below[0].now()
        if self.began is None:
            return not held and self.failed == (held is False)
        return self._reached() and held is True


class CountedNode(Node):
    """The latest evaluations at which the clause below held."""

    def __init__(self, clause: tree.Counted, below: Node) -> None:
        self.clause: tree.Counted = clause
        self.below = (below,)
        self.streams = below.streams
        self.held: list[int] = []

    def settle(self, at: int, touched: frozenset[int]) -> None:
        super().settle(at, touched)
        if touched & self.streams and self.below[0].verdict(at):
            self.held = [*self.held, at][-self.clause.least :]

    def verdict(self, at: int) -> Verdict:
        if sum(time > at - self.clause.within for time in self.held) >= self.clause.least:
            return True
        return None if self.below[0].verdict(at) is None else False

    def now(self) -> Verdict:
        return None if self.held or self.below[0].now() is None else False

    def forget(self, at: int) -> None:
        self.held = [time for time in self.held if time > at - self.clause.within]

    def memory(self) -> Memory:
        return list(self.held)

    def recall(self, memory: Memory) -> None:
        self.held = [time for time in memory if time is not None]

    def blank(self) -> bool:
        return not self.held

    def resting(self) -> bool:
        return not self.held and not self.below[0].now()


class MembersNode(Node):
    """When the clause last held for each of several streams."""

    def __init__(self, clause: tree.Members, below: Sequence[Node]) -> None:
        self.clause: tree.Members = clause
        self.below = tuple(below)
        self.streams = frozenset(stream for node in below for stream in node.streams)
        self.held: Memory = [None] * len(self.below)

    def settle(self, at: int, touched: frozenset[int]) -> None:
        super().settle(at, touched)
        for index, node in enumerate(self.below):
            if touched & node.streams and node.verdict(at):
                self.held[index] = at

    def verdict(self, at: int) -> Verdict:
        recent = [time is not None and time > at - self.clause.within for time in self.held]
        if sum(recent) >= self.clause.least:
            return True
        doubtful = sum(
            node.verdict(at) is None
            for node, held in zip(self.below, recent, strict=True)
            if not held
        )
        return None if sum(recent) + doubtful >= self.clause.least else False

    def now(self) -> Verdict:
        doubtful = sum(node.now() is None for node in self.below)
        return None if not self.blank() or doubtful >= self.clause.least else False

    def memory(self) -> Memory:
        return list(self.held)

    def recall(self, memory: Memory) -> None:
        self.held = list(memory) or [None] * len(self.below)

    def forget(self, at: int) -> None:
        self.held = [
            time if time is not None and time > at - self.clause.within else None
            for time in self.held
        ]

    def blank(self) -> bool:
        return not any(time is not None for time in self.held)

    def resting(self) -> bool:
        return self.blank() and not any(node.now() for node in self.below)


@dataclass
class KleeneNode(Node):
    """All or any of the nodes below: one that decides, else the unknown, else the rest."""

    clause: tree.All | tree.AnyOf
    below: tuple[Node, ...]

    def __post_init__(self) -> None:
        self.streams = frozenset(stream for node in self.below for stream in node.streams)
        self.decisive = isinstance(self.clause, tree.AnyOf)

    def verdict(self, at: int) -> Verdict:
        return self._joined([node.verdict(at) for node in self.below])

    def now(self) -> Verdict:
        return self._joined([node.now() for node in self.below])

    def _joined(self, verdicts: list[Verdict]) -> Verdict:
        if self.decisive in verdicts:
            return self.decisive
        return None if None in verdicts else not self.decisive


@dataclass
class NotNode(Node):
    """The opposite of the node below."""

    clause: tree.Not
    below: tuple[Node, ...]

    def __post_init__(self) -> None:
        self.streams = self.below[0].streams

    def verdict(self, at: int) -> Verdict:
        held = self.below[0].verdict(at)
        return None if held is None else not held

    def now(self) -> Verdict:
        held = self.below[0].now()
        return None if held is None else not held


def node_of(clause: tree.Clause, streams: dict[str, tuple[int, ...]]) -> Node:
    """The clause at work in a group, whose streams are given by role.

    A role that several streams have is for `Members` alone; elsewhere ValueError. A role that
    none has stays unknown.
    """
    if isinstance(clause, tree.Test | tree.Silent):
        found = streams.get(clause.role, ())
        if len(found) > 1:
            raise ValueError(f"several streams in the role {clause.role!r}")
        stream = found[0] if found else None
        return (
            TestNode(clause, stream)
            if isinstance(clause, tree.Test)
            else SilentNode(clause, stream)
        )
    if isinstance(clause, tree.Members):
        each = streams.get(clause.role, ())
        return MembersNode(clause, [node_of(clause.clause, {tree.ITSELF: (one,)}) for one in each])
    below = tuple(node_of(part, streams) for part in tree.inside(clause))
    if isinstance(clause, tree.All | tree.AnyOf):
        return KleeneNode(clause, below)
    if isinstance(clause, tree.Not):
        return NotNode(clause, below)
    made = SustainedNode(clause, below[0]) if isinstance(clause, tree.Sustained) else None
    return made or CountedNode(clause, below[0])  # type: ignore[arg-type]  # what is left
