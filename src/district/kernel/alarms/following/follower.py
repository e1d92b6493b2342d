"""The consumer of the log: reads frames, evaluates the live rules, writes what they tell.

Exactly once: what a frame raised and the position behind it are written in one transaction, which
only the process that holds the row and knows its position can do. Whatever a kill breaks off is
done again from the written position on, with the state of the newest snapshot at or before it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from district.kernel.alarms.following.snapshots import Snapshots
from district.kernel.alarms.following.stretches import (
    Stretch,
    Wanted,
    brought_to,
    differences,
    in_force,
)
from district.kernel.alarms.models import Following
from district.kernel.alarms.rules.heard import pack_heard
from district.kernel.alarms.selectors.following import (
    open_keys,
    stretches_since,
    stretches_that_matter,
)
from district.kernel.alarms.services.following import Move, claim, move
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.sensing.public import (
    Binding,
    Cursor,
    Gone,
    LogError,
    LogReader,
    Tick,
    Transition,
    VectorisedEvaluator,
    Withdrawn,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often things are done that need not be done with every frame; seconds and frames."""

    write: float = 0.5
    snapshot: float = 30.0
    snapshot_frames: int = 100_000
    #: So many times as long as a snapshot takes no other is written.
    snapshot_share: float = 20.0


class Follower:
    """Follows the log of a folder. `recover` first; then `change` and `step`, from one thread."""

    def __init__(
        self,
        reader: LogReader,
        snapshots: Snapshots,
        holder: str,
        machine: str,
        pace: Pace | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader, self._snapshots = reader, snapshots
        self._holder, self._machine = holder, machine
        self._pace, self._now = pace or Pace(), now
        self._cursor: Cursor | None = None
        self.stretches: list[Stretch] = []
        #: What people must know of, in their words; "" while all is well.
        self.problem = ""
        #: How many transitions the last step told.
        self.told = 0

    def recover(self) -> None:
        """Stand where the rows say, knowing what one would know who had read it all.

        Raises Lost where another process follows; and whatever log and database raise.
        """
        self.close()
        row = claim(self._holder, self._machine)
        self.written = row.position
        self._floor: int | None = None
        if self._reader.end() <= row.position:
            raise LogError(
                f"the log ends at {self._reader.end()}, before the written position {row.position}"
            )
        self._snapshots.drop_beyond(row.position)
        self.stretches = in_force(stretches_since(row.position), row.position)
        if self.stretches:
            self.evaluator = self._brought_to(row)
        else:
            # Nothing before matters: a rule that goes live knows what came since this start, and
            # no snapshot that knows more may be taken up later.
            self._snapshots.drop_beyond(-2)
            self.evaluator = _knowing_nothing(self._reader.end() - 1)
        self._tick = self.evaluator.heard()[1]
        self._changed_at = max((each.since for each in self.stretches), default=-2)
        self._written_at = self._snapshot_at = self._now()
        self._snapshot_cost, self._snapshot_behind = 0.0, 0
        self._cursor = self._reader.cursor(self.evaluator.position + 1)
        self._write(withdrawn=self._left_open())

    def _brought_to(self, row: Following) -> VectorisedEvaluator:
        position, heard = row.position, (row.changed_at, bytes(row.heard))
        for at, state in self._snapshots.at_or_before(position):
            try:
                return brought_to(position, stretches_since(at), self._reader, (at, state))
            except (ValueError, KeyError, Gone):
                log.exception("the snapshot of position %s is of no use", at)
        try:
            return brought_to(position, stretches_that_matter(), self._reader, None, heard)
        except Gone:
            # Better alarms from here on than none: what was open is withdrawn (`_reconcile`).
            log.exception("what the rules had known is in no snapshot, and the log kept it no more")
            self.problem = "the state of the rules was lost; they began anew"
            bound = [each.binding for each in in_force(stretches_since(position), position)]
            return _knowing_nothing(position, bound)

    def _left_open(self) -> list[_Left]:
        """What stands as open and what no rule would ever release."""
        copy = VectorisedEvaluator.restore(
            [each.binding for each in self.stretches], self.evaluator.state()
        )
        known = {one.episode for one in copy.apply([])}
        left = sorted(open_keys() - known)
        if left:
            log.warning("%s open episodes are known to no rule and are withdrawn", len(left))
        return [_Left(key) for key in left]

    def change(self, wanted: Sequence[Wanted]) -> bool:
        """Apply these rules, and no others, behind the last frame taken.

        False where it must wait for the next frame, as one change was made at this position
        already: a restart could not tell two from one.
        """
        over, begun = differences(self.stretches, wanted)
        if not over and not begun:
            return True
        at = self.evaluator.position
        if at == self._changed_at:
            return False
        seen, tick = self.evaluator.heard()
        new = []
        for each in begun:
            stretch = Stretch(
                time_ordered_uuid(), each.version_id, each.rule_id, each.rule, each.packed, b"", at
            )
            heard = pack_heard(seen, tick, stretch.groups)
            new.append(replace(stretch, heard=heard))
        gone = {each.id for each in over}
        after = [each for each in self.stretches if each.id not in gone] + new
        withdrawn = self.evaluator.apply([each.binding for each in after])
        self.stretches, self._changed_at = after, at
        if self._snapshots.oldest() is None:
            # Until the first snapshot a restart begins with the earliest run.
            self._floor = min((each.since + 1 for each in after), default=at + 1)
        self._write(withdrawn=withdrawn, ended=over, begun=new, heard=pack_heard(seen, tick))
        self.snapshot()
        return True

    def step(self) -> int:
        """Take the frames that are there, a few megabytes at most; how many those were."""
        assert self._cursor is not None  # noqa: S101  # `recover` comes first
        told: list[Transition] = []
        frames = self._cursor.read()
        for frame in frames:
            told.extend(self.evaluator.take(frame))
            if isinstance(frame.content, Tick):
                self._tick = max(self._tick, frame.content.time)
        self._snapshot_behind += len(frames)
        self.told = len(told)
        now = self._now()
        if told or (frames and now - self._written_at >= self._pace.write):
            self._write(transitions=told)
            self._snapshot_if_due()
        return len(frames)

    def idle(self) -> None:
        """Nothing new is there: what was taken without a word is written down in time."""
        if self._now() - self._written_at >= self._pace.write * 2:
            self._write()
            self._snapshot_if_due()

    def _write(
        self,
        *,
        transitions: Sequence[Transition] = (),
        withdrawn: Sequence[Withdrawn | _Left] = (),
        ended: Sequence[Stretch] = (),
        begun: Sequence[Stretch] = (),
        heard: bytes | None = None,
    ) -> None:
        to = self.evaluator.position
        before = {each.rule.version: each for each in ended}
        move(
            Move(
                at=self.written,
                to=to,
                end=self._reader.end(),
                tick=self._tick if self._tick > 0 else None,
                runs={**before, **{each.rule.version: each for each in self.stretches}},
                transitions=transitions,
                withdrawn=withdrawn,  # type: ignore[arg-type]  # only their keys are asked for
                ended=ended,
                begun=begun,
                heard=heard,
                floor=self._floor,
                snapshot=max(self._snapshots.positions(), default=None),
                problem=self.problem,
            ),
            holder=self._holder,
        )
        self.written, self._written_at = to, self._now()

    def _snapshot_if_due(self) -> None:
        since = self._now() - self._snapshot_at
        least = max(self._pace.snapshot, self._pace.snapshot_share * self._snapshot_cost)
        due = since >= least or self._snapshot_behind >= self._pace.snapshot_frames
        if due and self._snapshot_behind:
            self.snapshot()

    def snapshot(self) -> None:
        """Keep what is known now, at the written position. A disk that refuses costs nothing but a
        longer way at the next start."""
        began = self._now()
        try:
            self._snapshots.save(self.evaluator.position, self.evaluator.state())
        except OSError:
            log.exception("no snapshot could be written")
        else:
            oldest = self._snapshots.oldest()
            self._floor = self._floor if oldest is None else oldest + 1
        self._snapshot_at, self._snapshot_behind = self._now(), 0
        self._snapshot_cost = self._snapshot_at - began

    def wait(self, timeout: float) -> bool:
        """Wait for the next frame, so many seconds at most."""
        return self._reader.wait(self.evaluator.position + 1, timeout)

    def close(self) -> None:
        """Let go of the log."""
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None


def _knowing_nothing(position: int, bound: Sequence[Binding] = ()) -> VectorisedEvaluator:
    return VectorisedEvaluator.beginning(bound, position, *VectorisedEvaluator().heard())


@dataclass(frozen=True)
class _Left:
    """An episode that stands open in the rows alone."""

    episode: UUID
