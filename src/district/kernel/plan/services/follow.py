"""How a commitment follows its statement: directly while untouched, else by an adjustment."""

from __future__ import annotations

from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.plan.models import Commitment, Statement, TargetAdjustment
from district.kernel.plan.models.commitments import AdjustmentState, CommitmentState, Flag
from district.kernel.plan.models.statements import plain
from district.kernel.plan.rules import commitments as rules
from district.kernel.plan.services import measuring, tracked
from district.kernel.plan.services.adjusting import file_adjustment
from district.kernel.plan.services.growing import untouched
from district.kernel.plan.subjects import commitment_subject

_TARGET = (
    "title",
    "comparator",
    "value",
    "value_from",
    "unit",
    "basis",
    "year",
    "deadline",
    "state",
    "flag",
    "measure",
    "statement",
)


def follow_statement(commitment: Commitment, statement: Statement, actor: Actor) -> None:
    """Bring the commitment in line with its confirmed statement, where the rules let it.

    Untouched, it takes the statement's target (and comes back if it was cancelled). Otherwise
    a differing target is proposed as an adjustment, unless one is open already.
    """
    if commitment.flag == Flag.CHANGED:
        commitment.flag = Flag.NONE
        save_versioned(commitment, ["flag"])
    if untouched(commitment):
        _take_over(commitment, statement, actor)
        return
    deadline = rules.due_date(statement.deadline, commitment.year)
    same = (
        statement.value == commitment.value
        and statement.comparator == commitment.comparator
        and deadline == commitment.deadline
    )
    open_one = TargetAdjustment.objects.filter(
        commitment=commitment, state=AdjustmentState.PROPOSED
    )
    if not same and not open_one.exists():
        file_adjustment(
            commitment,
            value=statement.value,
            comparator=statement.comparator,
            deadline=deadline,
            reason=statement.decision_note or statement.text,
            document=statement.edition.file_name,
            edition=statement.edition,
            actor=actor,
        )


def _take_over(commitment: Commitment, statement: Statement, actor: Actor) -> None:
    before = _target(commitment)
    was_cancelled = commitment.state == CommitmentState.CANCELLED
    commitment.statement = statement
    commitment.title = rules.title_of(statement.subject, statement.measure)
    commitment.comparator = statement.comparator
    commitment.value, commitment.value_from = statement.value, statement.value_from
    commitment.unit, commitment.basis = statement.unit, statement.basis
    commitment.year = statement.year or commitment.report.year
    commitment.deadline = rules.due_date(statement.deadline, commitment.year)
    commitment.state = CommitmentState.PENDING
    measuring.bind([commitment])
    after = _target(commitment)
    if after == before and not was_cancelled:
        return
    save_versioned(commitment, list(_TARGET))
    kind = "plan.commitment.revived" if was_cancelled else "plan.commitment.changed"
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    record(commitment_subject(commitment.pk), kind, changed, actor=actor)
    tracked.bring_in_line([commitment], actor)


def _target(commitment: Commitment) -> dict[str, str | None]:
    return {
        "title": commitment.title,
        "comparator": str(commitment.comparator),
        "value": None if commitment.value is None else plain(commitment.value),
        "value_from": None if commitment.value_from is None else plain(commitment.value_from),
        "unit": commitment.unit,
        "basis": str(commitment.basis),
        "deadline": commitment.deadline.isoformat(),
        "statement": str(commitment.statement_id),
    }


def lay_down(commitment: Commitment, actor: Actor, why: str) -> None:
    """Cancel a commitment that nobody has relied on; its record stays."""
    if commitment.state == CommitmentState.CANCELLED:
        return
    commitment.state = CommitmentState.CANCELLED
    save_versioned(commitment, ["state"])
    record(
        commitment_subject(commitment.pk), "plan.commitment.cancelled", {}, actor=actor, note=why
    )
    tracked.bring_in_line([commitment], actor)
