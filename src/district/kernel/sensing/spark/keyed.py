"""What one share of the groups does with its rows and its state. Pure: no Spark, no database.

A share is a part of all groups, chosen by their ids. It sees the frames that hold readings of its
streams, and every tick. Frames without either change nothing for it, so each share says of its
groups what an evaluator over everything says.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from district.kernel.sensing.log.decoding import Rows
from district.kernel.sensing.log.frames import TICK_STREAM
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.fast.snapshots import Column
from district.kernel.sensing.rules.groups import Groups
from district.kernel.sensing.rules.transitions import Transition, Withdrawn


@dataclass(frozen=True)
class Stretch:
    """Which bindings are in force behind the frame `since`; -1 is from the log's beginning on."""

    since: int
    bindings: tuple[Binding, ...]


class Plan(tuple[Stretch, ...]):
    """Which rules were applied to which groups from where on, in the order of the log.

    Raises ValueError where the stretches are not in order.
    """

    __slots__ = ()

    def __new__(cls, stretches: Sequence[Stretch]) -> Plan:
        found = super().__new__(cls, stretches)
        if any(a.since >= b.since for a, b in pairwise(found)):
            raise ValueError("stretches of a plan follow one another in the log")
        return found

    def share(self, number: int, of: int) -> Plan:
        """The plan of the groups whose ids fall to share `number`."""
        return Plan(
            [
                Stretch(one.since, tuple(_share(binding, number, of) for binding in one.bindings))
                for one in self
            ]
        )

    def streams(self) -> set[int]:
        """The datastreams that any of its rules reads, ever."""
        found: set[int] = set()
        for stretch in self:
            for binding in stretch.bindings:
                if binding.groups.single:
                    found.update(binding.groups.streams.tolist())
                else:
                    found.update(m.stream for group in binding.groups for m in group.members)
        return found


def share_of(group: str, of: int) -> int:
    """The share that a group falls to: the same on every machine and for ever."""
    return zlib.crc32(group.encode()) % of


def _share(binding: Binding, number: int, of: int) -> Binding:
    groups = binding.groups
    chosen = [at for at in range(len(groups)) if share_of(groups.id_of(at), of) == number]
    if groups.single:
        return Binding(
            binding.rule, Groups.of_streams(groups.streams[chosen], groups.lateness[chosen])
        )
    return Binding(binding.rule, Groups([groups[at] for at in chosen]))


def route(plan: Plan, shares: int) -> Iterator[tuple[int, int]]:
    """(stream, share) for every stream that a share reads; ticks go to each of them."""
    for number in range(shares):
        yield TICK_STREAM, number
        for stream in sorted(plan.share(number, shares).streams()):
            yield stream, number


class OutOfOrder(Exception):
    """Rows came that lie before rows taken already: segments were not given in their order."""


def take(
    plan: Plan, rows: Rows, state: bytes | None
) -> tuple[list[Transition], list[Withdrawn], bytes]:
    """What rows (in the log's order) bring about in a share with this plan, and its next state.

    `state` is None before the first. Raises OutOfOrder.
    """
    evaluator, stretch = _taken_up(plan, state)
    told: list[Transition] = []
    withdrawn: list[Withdrawn] = []
    for frame in rows.frames():
        if frame.position <= evaluator.position:
            raise OutOfOrder(f"frame {frame.position} came after frame {evaluator.position}")
        while stretch + 1 < len(plan) and plan[stretch + 1].since < frame.position:
            stretch += 1
            withdrawn += evaluator.apply(plan[stretch].bindings)
        told += evaluator.take(frame)
    return told, withdrawn, _kept(evaluator, stretch)


def _taken_up(plan: Plan, state: bytes | None) -> tuple[VectorisedEvaluator, int]:
    """The evaluator as the state left it, and the stretch whose bindings it has (-1 for none)."""
    if state is None:
        return VectorisedEvaluator(), -1
    with np.load(io.BytesIO(state), allow_pickle=False) as file:
        head = json.loads(file["head"].tobytes())
        columns: dict[str, Column] = {name: file[f"column.{name}"] for name in head["columns"]}
        columns |= {name: file[f"column.{name}"].tobytes() for name in head["texts"]}
    stretch = int(head["stretch"])
    bindings = plan[stretch].bindings if stretch >= 0 else ()
    return VectorisedEvaluator.restore(bindings, columns), stretch


def _kept(evaluator: VectorisedEvaluator, stretch: int) -> bytes:
    state = evaluator.state()
    texts = sorted(name for name, column in state.items() if isinstance(column, bytes))
    head = {"stretch": stretch, "texts": texts, "columns": sorted(state.keys() - set(texts))}
    arrays: dict[str, NDArray[np.generic]] = {
        f"column.{name}": np.frombuffer(column, np.uint8) if isinstance(column, bytes) else column
        for name, column in state.items()
    }
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    written = io.BytesIO()
    np.savez(written, **arrays)  # type: ignore[arg-type]  # the stub takes no unpacked mapping
    return written.getvalue()
