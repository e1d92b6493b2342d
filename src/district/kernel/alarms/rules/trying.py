"""What rules would have raised over past readings: counts by day and group, and episodes. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from district.kernel.sensing.public import (
    Batch,
    Binding,
    Frame,
    Tick,
    Transition,
    VectorisedEvaluator,
    durations,
    frames_of,
    from_micros,
)

#: So many episodes at most are kept with their evidence; all are counted.
MOST_KEPT = 200
_MINUTE = durations.MINUTE


@dataclass
class Tried:
    """What one rule would have raised. Times in microseconds since 1970 UTC.

    `by_day` counts by local day, `by_group` by the group's id; `open` did not end in the span.
    """

    raised: int = 0
    open: int = 0
    by_day: Counter[date] = field(default_factory=Counter)
    by_group: Counter[str] = field(default_factory=Counter)
    kept: dict[tuple[str, int], Transition] = field(default_factory=dict)
    ended: dict[tuple[str, int], int] = field(default_factory=dict)

    def take(self, one: Transition, zone: ZoneInfo) -> None:
        """Count an episode that began or ended."""
        key = (one.group, one.raised_at)
        if one.kind == "released":
            self.open -= 1
            if key in self.kept:
                self.ended[key] = one.time
            return
        self.raised += 1
        self.open += 1
        self.by_day[from_micros(one.raised_at).astimezone(zone).date()] += 1
        self.by_group[one.group] += 1
        if len(self.kept) < MOST_KEPT:
            self.kept[key] = one

    def episodes(self) -> list[dict[str, Any]]:
        """The first episodes by the time at which they were raised, as JSON."""
        return [
            {
                "group": group,
                "raised_at": raised_at,
                "released_at": self.ended.get((group, raised_at)),
                "evidence": [
                    [each.stream, each.time, _finite(each.value)] for each in one.evidence
                ],
            }
            for (group, raised_at), one in sorted(self.kept.items(), key=lambda i: i[0][::-1])
        ]

    def to_data(self) -> dict[str, Any]:
        """As JSON, without the episodes."""
        return {
            "raised": self.raised,
            "open": self.open,
            "by_day": {day.isoformat(): n for day, n in sorted(self.by_day.items())},
            "by_group": dict(self.by_group.most_common(2000)),
        }


def _finite(value: float) -> float | None:
    """The number as JSON has it; None for a reading without one."""
    return value if math.isfinite(value) else None


def run(
    bindings: Sequence[Binding], frames: Iterable[Frame], before: Batch, since: int, zone: str
) -> list[Tried]:
    """What each binding would have raised over the frames, in their order.

    The rules go live at `since`, as they would in a log that has the readings `before`: they know
    when each stream spoke last, and nothing of what it said. Frames count from 2 on.
    """
    local = ZoneInfo(zone)
    # Apart, because two bindings may be of one version with other groups.
    evaluators = [(_gone_live(binding, before, since), Tried()) for binding in bindings]
    for frame in frames:
        for evaluator, found in evaluators:
            for one in evaluator.take(frame):
                found.take(one, local)
    return [found for _evaluator, found in evaluators]


def _gone_live(binding: Binding, before: Batch, since: int) -> VectorisedEvaluator:
    evaluator = VectorisedEvaluator()
    evaluator.take(Frame(0, before))
    evaluator.take(Frame(1, Tick(since)))
    evaluator.apply([binding])
    return evaluator


def frames_between(parts: Iterable[tuple[int, Batch]], until: int, ahead: int) -> Iterator[Frame]:
    """Frames as a log would have had them, of readings that come in stretches of event time.

    Each part is (end of its stretch, readings with their time in it), in order. What was received
    before the end of a stretch less `ahead` (by how much readings may lie ahead) can have no
    earlier companion in a later one; the rest waits. A tick stands at the end.
    """
    position, waiting = 1, Batch.empty()
    for end, part in parts:
        held = Batch.concat([waiting, part])
        # On a whole minute: ticks then fall as they would have without the cut.
        edge = (end - ahead) // _MINUTE * _MINUTE
        ready = held.received < edge
        waiting = held.take(np.flatnonzero(~ready))
        for frame in frames_of(held.take(np.flatnonzero(ready))):
            position += 1
            yield Frame(position, frame.content)
    for frame in frames_of(waiting):
        position += 1
        yield Frame(position, frame.content)
    yield Frame(position + 1, Tick(until))
