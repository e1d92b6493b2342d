"""An amended report becomes the current one: decisions survive, differences wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, NotFound
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import Commitment, Edition, Statement, Task
from district.kernel.plan.models.commitments import CommitmentState, Flag
from district.kernel.plan.models.reports import EditionState, TaskState
from district.kernel.plan.models.statements import CORRECTABLE, Change, StatementState
from district.kernel.plan.rules.matching import Pair
from district.kernel.plan.services import compiling
from district.kernel.plan.subjects import commitment_subject, edition_subject

_BATCH = 500
_DECIDED = ("state", "decided_at", "decided_by", "decision_note")
_ALIVE = (CommitmentState.PENDING, CommitmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting did: decisions carried over; statements proposed anew because they
    changed; new ones; commitments flagged because their sentence is gone or changed."""

    carried: int
    changed: int
    added: int
    removed: int
    flagged: int


@transaction.atomic
def accept_amended_edition(edition_id: UUID | str, *, actor: Actor) -> Accepted:
    """Make a proposed edition the report's current one. Idempotent once it is current.

    Statements that read as before keep their decision and correction; changed ones are proposed
    again (`previous` shows the old decision). Commitments move to the new sentences; those
    whose sentence changed or is gone are flagged for `settle_flag` and go on meanwhile.
    """
    authorise(actor, "plan.report.manage")
    new = Edition.objects.select_for_update().filter(pk=edition_id).first()
    if new is None:
        raise NotFound(_("没有这一版报告。"))
    if new.state == EditionState.CURRENT:
        return Accepted(0, 0, 0, 0, 0)
    if new.state != EditionState.PROPOSED:
        raise Conflict(_("只能采用解析完成、待采用的版本。"))
    old = (
        Edition.objects.select_for_update()
        .filter(report_id=new.report_id, state=EditionState.CURRENT)
        .get()
    )
    # Another edition may have become current since this one was compiled.
    pairs = compiling.relate(old, new)
    carried = _carry(old, new)
    _carry_tasks(new)
    flagged = _move_commitments(old, new, pairs, actor)
    Edition.objects.filter(pk=old.pk).update(state=EditionState.SUPERSEDED)
    Edition.objects.filter(pk=new.pk).update(state=EditionState.CURRENT)
    counts = {kind: sum(1 for pair in pairs if pair.change == kind) for kind in Change.values}
    result = Accepted(
        carried=carried,
        changed=counts["changed"],
        added=counts["added"],
        removed=sum(1 for pair in pairs if pair.change == "removed"),
        flagged=flagged,
    )
    record(
        edition_subject(new.pk),
        "plan.edition.accepted",
        {
            "instead_of": old.pk,
            "carried": result.carried,
            "changed": result.changed,
            "added": result.added,
            "removed": result.removed,
            "flagged": result.flagged,
        },
        actor=actor,
    )
    return result


def _carry(old: Edition, new: Edition) -> int:
    """What people set on unchanged statements; returns how many had been decided."""
    earlier = Statement.objects.filter(edition=old).in_bulk()
    same = list(Statement.objects.filter(edition=new, change=Change.SAME))
    decided = 0
    for row in same:
        before = earlier[row.previous_id] if row.previous_id else None
        if before is None:
            continue
        row.counted_by_id = before.counted_by_id
        if before.state != StatementState.PROPOSED:
            _decide_alike(row, before)
            decided += 1
    fields = [*_DECIDED, *CORRECTABLE, "counted_by"]
    Statement.objects.bulk_update(same, fields, batch_size=_BATCH)
    return decided


def _decide_alike(row: Statement, before: Statement) -> None:
    for field in _DECIDED:
        setattr(row, field, getattr(before, field))
    if before.state == StatementState.CORRECTED or before.corrections:
        for field in CORRECTABLE:
            setattr(row, field, getattr(before, field))
        still = bool(row.corrections)
        row.state = StatementState.CORRECTED if still else StatementState.CONFIRMED
        if before.state == StatementState.REJECTED:
            row.state = StatementState.REJECTED


def _carry_tasks(new: Edition) -> None:
    rows = list(Task.objects.filter(edition=new).exclude(previous=None).select_related("previous"))
    for row in rows:
        before = row.previous
        if before is not None and before.state != TaskState.PROPOSED:
            row.state, row.commitment_id = before.state, before.commitment_id
    Task.objects.bulk_update(rows, ["state", "commitment"], batch_size=_BATCH)


def _move_commitments(old: Edition, new: Edition, pairs: Sequence[Pair], actor: Actor) -> int:
    """Point commitments at the new sentences and flag those without an equal one."""
    partner = {pair.old: pair for pair in pairs if pair.old is not None}
    starts = dict(Statement.objects.filter(edition=new).values_list("pk", "start"))
    flagged: list[Commitment] = []
    moved: list[Commitment] = []
    for row in Commitment.objects.filter(statement__edition=old):
        if row.statement_id is None:
            continue
        pair = partner[row.statement_id]
        if pair.new is not None:
            row.statement_id = pair.new
            row.sort = starts[pair.new]
        if pair.change != "same" and row.state in _ALIVE:
            row.flag = Flag.REMOVED if pair.new is None else Flag.CHANGED
            flagged.append(row)
        moved.append(row)
    after = {task.previous_id: task for task in Task.objects.filter(edition=new)}
    for row in Commitment.objects.filter(task__edition=old):
        task = after.get(row.task_id)
        if task is not None:
            row.task, row.sort = task, task.start
        elif row.state in _ALIVE:
            row.flag = Flag.REMOVED
            flagged.append(row)
        moved.append(row)
    Commitment.objects.bulk_update(moved, ["statement", "task", "sort", "flag"], batch_size=_BATCH)
    keys = [row.pk for row in moved]
    for start in range(0, len(keys), _BATCH):
        Commitment.objects.filter(pk__in=keys[start : start + _BATCH]).update(
            version=F("version") + 1
        )
    record_many(
        [
            Entry(
                commitment_subject(row.pk),
                "plan.commitment.flagged",
                {"flag": str(row.flag), "edition": new.pk},
            )
            for row in flagged
        ],
        actor=actor,
    )
    return len(flagged)
