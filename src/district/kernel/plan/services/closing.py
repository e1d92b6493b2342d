"""How a commitment ends, and how that is undone: finish, cancel, reopen.

The tracked row follows in the same transaction; nothing else closes it (see tracking's rows).
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.attachments import checked_file, keep, private_storage
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import Commitment, Completion
from district.kernel.plan.models.commitments import CommitmentState, Flag
from district.kernel.plan.services import tracked
from district.kernel.plan.services.adjusting import commitment_for
from district.kernel.plan.subjects import commitment_subject


def completion_storage() -> FileSystemStorage:
    """Where the files that prove a completion lie."""
    return private_storage("completions")


@transaction.atomic
def finish_commitment(
    commitment_id: UUID | str,
    *,
    actor: Actor,
    note: str,
    evidence: bytes | None = None,
    evidence_name: str = "",
) -> Commitment:
    """Declare an active commitment done, with the reason and perhaps a file; its clock stops.

    Idempotent: what is done already stays as it was said. Raises Invalid (note, evidence), and
    Conflict for a commitment that was not started.
    """
    authorise(actor, "plan.commitment.manage")
    reason = note.strip()
    if not reason:
        raise Invalid("note", _("还没有填写办结说明。"), _("请说明怎样完成、由谁验收。"))
    row = commitment_for(commitment_id)
    if row.state == CommitmentState.DONE:
        return row
    if row.state != CommitmentState.ACTIVE:
        raise Conflict(_("该事项还没有启动，不能办结。"))
    done = Completion(
        commitment=row, reason=reason, closed_by=actor.name[:80], closed_at=clock.now()
    )
    data: dict[str, Any] = {"completion": done.pk}
    if evidence is not None:
        done.evidence_name, _type = checked_file(evidence_name, evidence, field="evidence")
        done.evidence = keep(completion_storage(), evidence)
        digest = hashlib.sha256(evidence).hexdigest()
        data |= {"evidence": done.evidence_name, "sha256": digest}
    done.save(force_insert=True)
    _close(row, CommitmentState.DONE)
    record(commitment_subject(row.pk), "plan.commitment.finished", data, actor=actor, note=reason)
    tracked.bring_in_line([row], actor)
    return row


@transaction.atomic
def cancel_commitment(commitment_id: UUID | str, *, actor: Actor, note: str) -> Commitment:
    """Give a commitment up, with the reason; it stays visible. Idempotent. Invalid(note)."""
    authorise(actor, "plan.commitment.manage")
    reason = note.strip()
    if not reason:
        raise Invalid("note", _("还没有填写取消理由。"), _("请说明为什么取消。"))
    row = commitment_for(commitment_id)
    if row.state == CommitmentState.CANCELLED:
        return row
    _refuse_carried(row)
    _close(row, CommitmentState.CANCELLED)
    record(commitment_subject(row.pk), "plan.commitment.cancelled", {}, actor=actor, note=reason)
    tracked.bring_in_line([row], actor)
    return row


def _close(row: Commitment, state: CommitmentState) -> None:
    row.state, row.flag = state, Flag.NONE
    save_versioned(row, ["state", "flag"])


@transaction.atomic
def reopen_commitment(commitment_id: UUID | str, *, actor: Actor, note: str = "") -> Commitment:
    """Take up a finished or cancelled commitment again. Idempotent."""
    authorise(actor, "plan.commitment.manage")
    row = commitment_for(commitment_id)
    if row.state in (CommitmentState.PENDING, CommitmentState.ACTIVE):
        return row
    _refuse_carried(row)
    row.state = CommitmentState.ACTIVE if row.activated_at else CommitmentState.PENDING
    save_versioned(row, ["state"])
    record(commitment_subject(row.pk), "plan.commitment.reopened", {}, actor=actor, note=note)
    tracked.bring_in_line([row], actor)
    return row


def _refuse_carried(row: Commitment) -> None:
    if row.state == CommitmentState.CARRIED:
        raise Conflict(_("该事项已转入下年。请办理下年的事项，或先撤销转入。"))
