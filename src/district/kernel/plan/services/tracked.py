"""Commitments and their tracked rows: owner, clock and state follow the commitment.

Tracking's own writes are done by the plan's system actor: whoever acts has been authorised on
the commitment, and the commitment's own event names them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone

from district.kernel.base.bulk import update_many
from district.kernel.history.public import Actor
from district.kernel.plan.addresses import commitment_url
from district.kernel.plan.models import Commitment
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.selectors.commitments import commitments_of_measures
from district.kernel.plan.services import measuring
from district.kernel.plan.subjects import COMMITMENT, commitment_subject
from district.kernel.tracking.public import (
    ClockSpec,
    Owner,
    TrackedRow,
    Tracking,
    cancel,
    describe,
    finish,
    reassign,
    refresh_subjects,
    reopen,
    reschedule,
    track_many,
)

CALENDAR = "working_days"
LADDER = "standard"
_ACTOR = Actor.system("plan")
_CHUNK = 500
# A commitment is seldom deeper than this; what is, takes another round.
_ANCESTORS = ("parent_id", "parent__parent_id", "parent__parent__parent_id")
_State = TrackedRow.State
_OVER = (CommitmentState.CARRIED, CommitmentState.CANCELLED)


def bring_in_line(rows: Sequence[Commitment], actor: Actor) -> None:
    """Make tracked rows and filing duties say what the commitments say, then light them and
    those above.

    A commitment without a lead unit has no tracked row yet. `actor` is who caused it; see the
    module for why tracking records the plan itself.
    """
    owned = [row for row in rows if row.lead_unit_id]
    co_units = _co_units(row.pk for row in owned)
    _begin(
        [row for row in owned if row.tracked_id is None and row.state not in _OVER],
        co_units,
    )
    known = TrackedRow.objects.prefetch_related("co_units").in_bulk(
        [row.tracked_id for row in owned if row.tracked_id]
    )
    for row in owned:
        tracked = known.get(row.tracked_id) if row.tracked_id else None
        if tracked is not None:
            _align(row, tracked, co_units[row.pk])
    measuring.owe(owned)
    refresh([row.pk for row in owned])


def refresh(keys: Iterable[UUID]) -> None:
    """Light these commitments and every commitment above them anew, the lowest first."""
    level = list(dict.fromkeys(keys))
    above: list[UUID] = []
    seen: set[UUID] = set(level)
    while level:
        above.extend(level)
        found: list[tuple[UUID | None, ...]] = []
        for start in range(0, len(level), _CHUNK):
            chunk = Commitment.objects.filter(pk__in=level[start : start + _CHUNK]).order_by()
            found.extend(chunk.values_list(*_ANCESTORS))
        # Nearest first, so that the lowest are lit before what looks at them.
        chains = [key for step in zip(*found, strict=True) for key in step if key is not None]
        fresh = [key for key in dict.fromkeys(chains) if key not in seen]
        seen.update(fresh)
        tops = {chain[-1] for chain in found}
        above.extend(key for key in fresh if key not in tops)
        level = [key for key in fresh if key in tops]
    refresh_subjects(COMMITMENT, [str(key) for key in above])


def light_by_measures(measure_keys: Iterable[str]) -> None:
    """Light anew the commitments that these measures feed, and those above them.

    The worker does so after every value; who records past values one after another asks for it
    between them.
    """
    refresh(commitments_of_measures(set(measure_keys)))


def _begin(rows: Sequence[Commitment], co_units: dict[UUID, frozenset[str]]) -> None:
    if not rows:
        return
    tracked = track_many(
        [
            Tracking(
                subject=commitment_subject(row.pk),
                title=title_of(row),
                owner=_owner(row, co_units[row.pk]),
                clock=clock_of(row),
                theme=row.theme,
                url=commitment_url(row.pk),
                ladder=LADDER,
            )
            for row in rows
        ],
        actor=_ACTOR,
    )
    for row, one in zip(rows, tracked, strict=True):
        row.tracked = one
    update_many(rows, ["tracked"])


def _align(row: Commitment, tracked: TrackedRow, co_units: frozenset[str]) -> None:
    _align_state(row, tracked)
    owner = _owner(row, co_units)
    present = Owner(
        tracked.lead_unit_id,
        frozenset(unit.pk for unit in tracked.co_units.all()),
        tracked.leader_id,
        tracked.contact_id,
    )
    if owner != present:
        reassign(tracked, owner, actor=_ACTOR)
    if (title_of(row), row.theme) != (tracked.title, tracked.theme):
        describe(tracked, actor=_ACTOR, title=title_of(row), theme=row.theme)
    clock = clock_of(row)
    if clock.due_at != tracked.due_at and tracked.state == _State.OPEN:
        reschedule(tracked, clock, actor=_ACTOR)


def _align_state(row: Commitment, tracked: TrackedRow) -> None:
    closed = tracked.state in (_State.DONE, _State.CANCELLED)
    # What is carried on is nobody's any more: its successor has the clock and the light.
    wanted = {
        CommitmentState.DONE: _State.DONE,
        CommitmentState.CARRIED: _State.CANCELLED,
        CommitmentState.CANCELLED: _State.CANCELLED,
    }
    state = wanted.get(CommitmentState(row.state))
    if state is None:
        if closed:
            reopen(tracked, actor=_ACTOR)
    elif tracked.state != state:
        if closed:
            reopen(tracked, actor=_ACTOR)
        (finish if state == _State.DONE else cancel)(tracked, actor=_ACTOR)


def _owner(row: Commitment, co_units: frozenset[str]) -> Owner:
    return Owner(str(row.lead_unit_id), co_units, row.leader_id, row.contact_id)


def title_of(row: Commitment) -> str:
    """What lists of tracked rows call a commitment."""
    return f"{row.sequence} {row.title}".strip()[:300]


def clock_of(row: Commitment) -> ClockSpec:
    """From the first day of its year to the end of the day it is due."""
    first = date(min(row.year, row.deadline.year), 1, 1)
    return ClockSpec(
        calendar=CALENDAR,
        starts_at=_local(first, time(0)),
        due_at=_local(row.deadline, time(23, 59, 59)),
    )


def _local(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _co_units(keys: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    wanted = list(keys)
    found: dict[UUID, set[str]] = defaultdict(set)
    through = Commitment.co_units.through
    for start in range(0, len(wanted), _CHUNK):
        rows = through.objects.filter(commitment_id__in=wanted[start : start + _CHUNK])
        for key, code in rows.values_list("commitment_id", "unit_id"):
            found[key].add(code)
    return {key: frozenset(found[key]) for key in wanted}
