"""What a planner decides on proposals: confirm, correct, reject, undo, one by one or in bulk.

A confirmed target becomes a commitment (with the tasks above it). While nobody has relied on
that commitment, its target follows the statement; once it was active, a changed statement
proposes a target adjustment instead, for somebody else to approve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import Commitment, Edition, Statement, Task
from district.kernel.plan.models.reports import EditionState, StatementKind, TaskState
from district.kernel.plan.models.statements import CORRECTABLE, StatementState, reading_of
from district.kernel.plan.services import corrections, follow
from district.kernel.plan.services.growing import (
    Growth,
    commitments_of,
    is_bullet,
    promises,
    untouched,
)
from district.kernel.plan.subjects import edition_subject, statement_subject

#: What `confirm_many` takes for sure enough unless told otherwise.
HIGH_CONFIDENCE = Decimal("0.9")
_DECIDED = ["state", "decided_at", "decided_by", "decision_note"]
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a bulk confirmation did: statements and tasks confirmed, commitments made, and
    statements left because they were below the threshold or carry a warning."""

    statements: int
    tasks: int
    commitments: int
    left: int


@transaction.atomic
def confirm_statement(
    statement_id: UUID | str, *, actor: Actor, note: str = "", version: int | None = None
) -> Statement:
    """Confirm a statement as it reads now; a target becomes a commitment. Idempotent.

    `version` is what the planner saw; Conflict when somebody changed it since, or when the
    edition is not the current one.
    """
    row = open_statement(statement_id, actor, version)
    if row.state in (StatementState.CONFIRMED, StatementState.CORRECTED):
        return row
    state = StatementState.CORRECTED if row.corrections else StatementState.CONFIRMED
    _settle(row, state, actor, note)
    record(
        statement_subject(row.pk),
        "plan.statement.confirmed",
        reading_of(row),
        actor=actor,
        note=note,
    )
    take_up([row], row.edition, actor)
    return row


@transaction.atomic
def correct_statement(
    statement_id: UUID | str,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    note: str = "",
    version: int | None = None,
) -> Statement:
    """Put `changes` (fields of CORRECTABLE, texts or values) in force and confirm the rest.

    The compiler's reading stays beside it in `compiled`. Raises Invalid(field) for a value that
    cannot be. Correcting everything back to the compiler's reading makes it `confirmed`.
    """
    row = open_statement(statement_id, actor, version)
    before = reading_of(row)
    for field, value in corrections.cleaned(changes).items():
        setattr(row, field, value)
    corrections.check(row)
    after = reading_of(row)
    if after == before and row.state in (StatementState.CONFIRMED, StatementState.CORRECTED):
        return row
    state = StatementState.CORRECTED if row.corrections else StatementState.CONFIRMED
    _settle(row, state, actor, note, [*CORRECTABLE])
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    record(statement_subject(row.pk), "plan.statement.corrected", changed, actor=actor, note=note)
    take_up([row], row.edition, actor)
    return row


@transaction.atomic
def reject_statement(
    statement_id: UUID | str, *, actor: Actor, note: str = "", version: int | None = None
) -> Statement:
    """Say that this is no statement of the plan. Idempotent; raises Conflict when its
    commitment is already under way (cancel that first)."""
    row = open_statement(statement_id, actor, version)
    if row.state == StatementState.REJECTED:
        return row
    _let_go(row, actor, _("表述已排除"))
    _settle(row, StatementState.REJECTED, actor, note)
    record(statement_subject(row.pk), "plan.statement.rejected", {}, actor=actor, note=note)
    return row


@transaction.atomic
def undo_decision(
    statement_id: UUID | str, *, actor: Actor, version: int | None = None
) -> Statement:
    """Take the decision on a statement back: it is proposed again, as the compiler read it.

    Its commitment is cancelled while nobody relied on it, and revived by the next confirmation;
    Conflict once it is under way. Idempotent.
    """
    row = open_statement(statement_id, actor, version)
    if row.state == StatementState.PROPOSED:
        return row
    _let_go(row, actor, _("确认已撤销"))
    was = str(row.state)
    corrections.restore(row)
    row.state, row.decided_at = StatementState.PROPOSED, None
    row.decided_by = row.decision_note = ""
    save_versioned(row, [*CORRECTABLE, *_DECIDED])
    record(statement_subject(row.pk), "plan.statement.undone", {"was": was}, actor=actor)
    return row


@transaction.atomic
def confirm_many(
    edition_id: UUID | str,
    *,
    actor: Actor,
    threshold: Decimal = HIGH_CONFIDENCE,
    statement_ids: Iterable[UUID | str] | None = None,
    with_tasks: bool = False,
) -> Confirmed:
    """Confirm all proposed statements of an edition at or above `threshold` (0 to 1).

    Without `statement_ids` statements with a warning (a contradiction, a target below the
    outturn) are left for a look; with them exactly those are taken, above the threshold.
    `with_tasks` also confirms the target tasks without a number. A second call confirms nothing.
    """
    authorise(actor, "plan.statement.decide")
    edition = _current(edition_id)
    proposed = Statement.objects.filter(edition=edition, state=StatementState.PROPOSED)
    if statement_ids is not None:
        proposed = proposed.filter(pk__in=list(statement_ids))
    waiting = list(proposed.order_by("position"))
    sure = [
        row
        for row in waiting
        if row.confidence >= threshold and (statement_ids is not None or not row.flags)
    ]
    settle_many(sure, actor)
    tasks = _waiting_tasks(edition) if with_tasks else []
    made = take_up(sure, edition, actor, tasks)
    if sure or tasks:
        record(
            edition_subject(edition.pk),
            "plan.edition.confirmed_many",
            {"statements": len(sure), "tasks": len(tasks), "threshold": str(threshold)},
            actor=actor,
        )
    return Confirmed(len(sure), len(tasks), len(made), len(waiting) - len(sure))


def settle_many(rows: Sequence[Statement], actor: Actor) -> None:
    """Confirm statements as they read; their commitments are the caller's."""
    now = clock.now()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        Statement.objects.filter(pk__in=[row.pk for row in chunk]).update(
            state=StatementState.CONFIRMED,
            decided_at=now,
            decided_by=actor.name[:80],
            decision_note="",
            version=F("version") + 1,
        )
    entries = [
        Entry(
            statement_subject(row.pk), "plan.statement.confirmed", {**reading_of(row), "bulk": True}
        )
        for row in rows
    ]
    record_many(entries, actor=actor)


def _waiting_tasks(edition: Edition) -> list[Task]:
    """Target tasks without a number anywhere below that nobody decided on; of what lies in no
    numbered item only the lines of a list, since the rest introduces and explains."""
    waiting = (
        Task.objects.filter(
            Q(year=None) | Q(year__gte=edition.report.year),
            edition=edition,
            state=TaskState.PROPOSED,
            kind=StatementKind.TARGET,
            level__gte=2,
            qualitative=True,
        )
        .select_related("parent")
        .order_by("start", "level")
    )
    return [
        task
        for task in waiting
        if task.number or is_bullet(task) or (task.parent and task.parent.level >= 2)
    ]


@transaction.atomic
def confirm_task(task_id: UUID | str, *, actor: Actor) -> Commitment:
    """Make a proposed task (a numbered item or a clause) a commitment. Idempotent."""
    task = _task(task_id, actor)
    if task.level < 2:
        raise Conflict(_("章节标题只用于归类，不能作为承诺。请选择其中的具体任务。"))
    growth = Growth(task.edition)
    row = growth.for_task(task)
    growth.write(actor)
    assert row is not None  # noqa: S101  # levels below the first were refused above
    return row


@transaction.atomic
def reject_task(task_id: UUID | str, *, actor: Actor, note: str = "") -> Task:
    """Say that a proposed task is none. Idempotent; Conflict when it is a commitment already."""
    task = _task(task_id, actor)
    if task.commitment_id is not None:
        raise Conflict(_("该任务已列为承诺事项。如不再推进，请在承诺事项中取消。"))
    if task.state != TaskState.REJECTED:
        task.state = TaskState.REJECTED
        task.save(update_fields=["state"])
        record(
            edition_subject(task.edition_id),
            "plan.task.rejected",
            {"task": task.key, "title": task.title},
            actor=actor,
            note=note,
        )
    return task


def _task(task_id: UUID | str, actor: Actor) -> Task:
    authorise(actor, "plan.statement.decide")
    task = Task.objects.select_related("edition__report").filter(pk=task_id).first()
    if task is None:
        raise NotFound(_("没有这项任务。"))
    if task.edition.state != EditionState.CURRENT:
        raise Conflict(_("只能处理现行版本。请先采用该修订稿。"))
    return task


def open_statement(statement_id: UUID | str, actor: Actor, version: int | None = None) -> Statement:
    """The statement, when the actor may decide on it now. Raises NotPermitted, NotFound, and
    Conflict where its edition is not the current one or the row not of that `version`."""
    authorise(actor, "plan.statement.decide")
    row = Statement.objects.select_related("edition__report").filter(pk=statement_id).first()
    if row is None:
        raise NotFound(_("没有这条表述。"))
    if row.edition.state != EditionState.CURRENT:
        raise Conflict(_("只能处理现行版本。请先采用该修订稿。"))
    if version is not None and version != row.version:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))
    return row


def _current(edition_id: UUID | str) -> Edition:
    edition = Edition.objects.select_related("report").filter(pk=edition_id).first()
    if edition is None:
        raise NotFound(_("没有这一版报告。"))
    if edition.state != EditionState.CURRENT:
        raise Conflict(_("只能处理现行版本。请先采用该修订稿。"))
    return edition


def _settle(
    row: Statement,
    state: StatementState,
    actor: Actor,
    note: str,
    fields: Sequence[str] = (),
) -> None:
    row.state, row.decided_at = state, clock.now()
    row.decided_by, row.decision_note = actor.name[:80], note[:400]
    save_versioned(row, [*fields, *_DECIDED])


def take_up(
    rows: Sequence[Statement], edition: Edition, actor: Actor, tasks: Sequence[Task] = ()
) -> list[Commitment]:
    """Make or update the commitments of confirmed statements and tasks; returns new ones."""
    standing = commitments_of(rows)
    fresh = [row for row in rows if row.pk not in standing and promises(row, edition.report.year)]
    for row in rows:
        if row.pk in standing:
            follow.follow_statement(standing[row.pk], row, actor)
    if not fresh and not tasks:
        return []
    growth = Growth(edition)
    for row in fresh:
        growth.for_statement(row)
    for task in tasks:
        growth.for_task(task)
    return growth.write(actor)


def _let_go(row: Statement, actor: Actor, why: str) -> None:
    commitment = commitments_of([row]).get(row.pk)
    if commitment is None:
        return
    if not untouched(commitment):
        raise Conflict(
            _("由此形成的承诺事项“%(title)s”已在推进。请先取消该事项。")
            % {"title": commitment.title}
        )
    follow.lay_down(commitment, actor, why)
