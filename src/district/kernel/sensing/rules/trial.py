"""A draft rule tried on readings of the past: what it would have raised, had it been live. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from district.kernel.sensing.batches import Batch, Frame, Tick
from district.kernel.sensing.rules.binding import Binding
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.durations import MINUTE
from district.kernel.sensing.rules.fast.engine import VectorisedEvaluator
from district.kernel.sensing.rules.groups import Groups
from district.kernel.sensing.rules.transitions import Evidence, Transition


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode that a rule would have raised; times in microseconds since 1970 UTC.

    `released_at` is None where it was still open when the readings ended.
    """

    group: str
    raised_at: int
    released_at: int | None
    evidence: tuple[Evidence, ...]

    @property
    def duration(self) -> int | None:
        """How long it lasted, in microseconds of event time; None while open."""
        return None if self.released_at is None else self.released_at - self.raised_at


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found.

    `episodes` are the first ones by the time at which they were raised, as many as were asked
    for; `raised` counts all, `open` those that did not end. `readings` counts what was looked at.
    """

    episodes: tuple[Episode, ...]
    raised: int
    open: int
    readings: int


def frames_of(batch: Batch, *, tick_every: int = MINUTE, most: int = 20_000) -> Iterator[Frame]:
    """Readings as a log would have had them: in the order of their receipt, with ticks.

    A log's own frames are finer (a tick a second), so that a reading that came out of order by
    less than `tick_every` microseconds may be taken here and not there, and silence is told later
    by as much, at the same event time.
    """
    batch = batch.take(np.argsort(batch.received, kind="stable"))
    position, at = 0, 0
    while at < len(batch):
        begin = int(batch.received[at]) // tick_every * tick_every
        end = int(np.searchsorted(batch.received, begin + tick_every))
        for start in range(at, end, most):
            yield Frame(position, batch.take(slice(start, min(start + most, end))))
            position += 1
        yield Frame(position, Tick(begin + tick_every - 1))
        position, at = position + 1, end


def try_rule(
    rule: Rule, groups: Groups, readings: Batch | Iterable[Frame], *, most: int = 500
) -> Trial:
    """What `rule` would have raised in `groups` over the readings of a log's frames or a batch.

    The rule begins with the first frame and knows nothing of what was before it. `most` bounds
    the episodes that are given, not those that are counted.
    """
    frames = frames_of(readings) if isinstance(readings, Batch) else readings
    evaluator = VectorisedEvaluator([Binding(rule, groups)])
    begun: dict[tuple[str, int], Transition] = {}
    ended: dict[tuple[str, int], int] = {}
    raised = count = 0
    closed = 0
    for frame in frames:
        count += len(frame.content) if isinstance(frame.content, Batch) else 0
        for one in evaluator.take(frame):
            key = (one.group, one.raised_at)
            if one.kind == "raised":
                raised += 1
                begun[key] = one
            else:
                closed += 1
                ended[key] = one.time
        if len(begun) > 4 * most:
            begun = dict(sorted(begun.items(), key=_by_time)[:most])
            ended = {key: time for key, time in ended.items() if key in begun}
    first = sorted(begun.items(), key=_by_time)[:most]
    episodes = tuple(Episode(key[0], key[1], ended.get(key), one.evidence) for key, one in first)
    return Trial(episodes, raised, raised - closed, count)


def _by_time(item: tuple[tuple[str, int], Transition]) -> tuple[int, str]:
    (group, raised_at), _transition = item
    return raised_at, group
