"""Moving on in the log: transitions, runs and the new position in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from district.kernel.alarms.following.stretches import Stretch
from district.kernel.alarms.models import Following, Run
from district.kernel.alarms.names import FOLLOWING, RUN
from district.kernel.alarms.services.common import ALARMS
from district.kernel.alarms.services.raising import write_turns
from district.kernel.base import clock
from district.kernel.history.public import Entry, Subject, record_many
from district.kernel.organisation.public import authorise
from district.kernel.sensing.public import Transition, Withdrawn, from_micros

#: After so long without a sign of life a follower on another machine counts as gone.
LEASE = timedelta(seconds=15)


class Lost(Exception):
    """Another process follows the log now, or has moved on in it: this one must begin anew."""


@dataclass(frozen=True)
class Move:
    """From the written position to another, with all that lies between.

    `end` is the position behind the log's last frame, `tick` the log's clock in microseconds
    (None before the first). `runs` are those in force by the rule's version, `ended` and `begun`
    those that a change at `to` ends and begins, `withdrawn` the episodes that it leaves open,
    `heard` what had been seen of all datastreams by then.
    """

    at: int
    to: int
    end: int
    tick: int | None = None
    runs: Mapping[str, Stretch] = field(default_factory=dict)
    transitions: Sequence[Transition] = ()
    withdrawn: Sequence[Withdrawn] = ()
    ended: Sequence[Stretch] = ()
    begun: Sequence[Stretch] = ()
    heard: bytes | None = None
    floor: int | None = None
    snapshot: int | None = None
    problem: str = ""


@transaction.atomic
def claim(holder: str, machine: str) -> Following:
    """Be the process that follows. The caller holds its machine's lock.

    A follower of this machine is therefore gone, whatever the row says; of another machine it is
    gone when it has given no sign of life for a while. Raises Lost where it is not.
    """
    authorise(ALARMS, RUN)
    Following.objects.get_or_create(key=FOLLOWING)
    row = Following.objects.select_for_update().get(key=FOLLOWING)
    now = clock.now()
    elsewhere = bool(row.holder) and not row.holder.startswith(f"{machine}:")
    if elsewhere and row.beat_at and abs(now - row.beat_at) < LEASE:
        raise Lost(f"{row.holder} follows the log")
    row.holder, row.beat_at = holder, now
    row.save(update_fields=["holder", "beat_at"])
    return row


@transaction.atomic
def move(moved: Move, *, holder: str) -> int:
    """Write what the frames up to `to` brought about, once; how many episodes were raised.

    Raises Lost where somebody else holds the log or has moved: then nothing was written.
    """
    authorise(ALARMS, RUN)
    now = clock.now()
    values: dict[str, object] = {
        "position": moved.to,
        "end": moved.end,
        "beat_at": now,
        "problem": moved.problem[:300],
        "rules": len(moved.runs),
        "groups": sum(len(each.groups) for each in moved.runs.values()),
    }
    if moved.to > moved.at:
        values["moved_at"] = now
    if moved.tick is not None:
        values["heard_at"] = from_micros(moved.tick)
    if moved.heard is not None:
        values["heard"], values["changed_at"] = moved.heard, moved.to
    if moved.floor is not None:
        values["floor"] = moved.floor
    if moved.snapshot is not None:
        values["snapshot"] = moved.snapshot
    own = Following.objects.filter(key=FOLLOWING, holder=holder, position=moved.at)
    if not moved.problem:
        values["problem_at"] = None
    else:
        own.filter(problem_at=None).update(problem_at=now)
    own.filter(end__lt=moved.end).update(grew_at=now)
    if not own.update(**values):
        raise Lost("somebody else has moved on in the log")
    if moved.ended or moved.begun:
        _change_runs(moved)
    return write_turns(moved.runs, moved.transitions, moved.withdrawn, moved.to)


def _change_runs(moved: Move) -> None:
    now = clock.now()
    Run.objects.filter(pk__in=[each.id for each in moved.ended]).update(
        until=moved.to, ended_at=now
    )
    Run.objects.bulk_create(
        [
            Run(
                id=each.id,
                version_id=each.version_id,
                since=moved.to,
                groups=each.packed,
                heard=each.heard,
                group_count=len(each.groups),
                began_at=now,
            )
            for each in moved.begun
        ]
    )
    entries = [
        Entry(
            Subject("alarms.run", str(each.id)),
            f"alarms.run.{what}",
            {
                "rule": each.rule.key,
                "version": each.rule.version,
                "position": moved.to,
                "groups": len(each.groups),
            },
        )
        for what, runs in (("ended", moved.ended), ("begun", moved.begun))
        for each in runs
    ]
    record_many(entries, actor=ALARMS)


@transaction.atomic
def beat(holder: str, *, problem: str = "") -> None:
    """Say that the follower lives, and what is wrong; nothing where another process holds it."""
    authorise(ALARMS, RUN)
    now = clock.now()
    row = Following.objects.filter(key=FOLLOWING, holder=holder).first()
    if row is None:
        return
    row.beat_at = now
    if bool(problem) != bool(row.problem):
        row.problem_at = now if problem else None
    row.problem = problem[:300]
    row.save(update_fields=["beat_at", "problem", "problem_at"])
