"""Target adjustments: the only way in which an active target changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import Commitment, Edition, TargetAdjustment
from district.kernel.plan.models.commitments import AdjustmentState, CommitmentState
from district.kernel.plan.models.statements import Comparator, plain
from district.kernel.plan.rights import owned
from district.kernel.plan.services import tracked
from district.kernel.plan.services.corrections import LARGEST
from district.kernel.plan.subjects import commitment_subject


@transaction.atomic
def propose_adjustment(
    commitment_id: UUID | str,
    *,
    reason: str,
    actor: Actor,
    value: Decimal | None = None,
    comparator: str | None = None,
    deadline: date | None = None,
    document: str = "",
) -> TargetAdjustment:
    """Propose another target value, comparator or deadline; what is not given stays.

    The target itself does not change until somebody else approves. Raises Invalid (reason,
    value, deadline), Conflict when nothing would change, when one is open already or when the
    commitment is no longer under way.
    """
    row = commitment_for(commitment_id)
    authorise(actor, "plan.adjustment.propose", owned(row))
    if not reason.strip():
        raise Invalid("reason", _("还没有填写调整理由。"), _("请说明为什么要调整。"))
    if comparator is not None and comparator not in Comparator.values:
        raise Invalid("comparator", _("选项不对。"), _("请从列表中选择。"))
    if value is not None:
        if row.value is None:
            raise Invalid("value", _("该事项没有量化目标。"), _("请只调整时限。"))
        if not value.is_finite() or abs(value) >= LARGEST:
            raise Invalid("value", _("数字过大。"), _("请换用更大的计量单位。"))
    if row.state not in (CommitmentState.PENDING, CommitmentState.ACTIVE):
        raise Conflict(_("该事项已办结或取消，目标不能再调整。"))
    if row.adjustments.filter(state=AdjustmentState.PROPOSED).exists():
        raise Conflict(_("该事项已有一项调整待审批。请等待审批或先撤回。"))
    return file_adjustment(
        row,
        value=row.value if value is None else value,
        comparator=comparator or row.comparator,
        deadline=deadline or row.deadline,
        reason=reason.strip(),
        document=document.strip(),
        edition=None,
        actor=actor,
    )


def file_adjustment(
    row: Commitment,
    *,
    value: Decimal | None,
    comparator: str,
    deadline: date,
    reason: str,
    document: str,
    edition: Edition | None,
    actor: Actor,
) -> TargetAdjustment:
    """Write the proposal; callers have authorised and checked. Conflict if nothing changes."""
    if (value, comparator, deadline) == (row.value, row.comparator, row.deadline):
        raise Conflict(_("新目标与现目标相同，无需调整。"))
    adjustment = TargetAdjustment.objects.create(
        commitment=row,
        comparator_before=row.comparator,
        value_before=row.value,
        deadline_before=row.deadline,
        comparator_after=comparator,
        value_after=value,
        deadline_after=deadline,
        reason=reason,
        document=document[:255],
        edition=edition,
        proposed_by_id=actor.id,
        proposed_by=actor.name[:80],
        proposed_at=clock.now(),
    )
    _record(adjustment, "plan.adjustment.proposed", actor, note=reason)
    return adjustment


@transaction.atomic
def approve_adjustment(
    adjustment_id: UUID | str, *, actor: Actor, note: str = ""
) -> TargetAdjustment:
    """Put the proposed target in force. Idempotent.

    Raises NotPermitted for whoever proposed it, Conflict when it was refused or withdrawn, or
    when the target changed since it was proposed.
    """
    adjustment = _open(adjustment_id, actor, AdjustmentState.APPROVED)
    if adjustment.state == AdjustmentState.APPROVED:
        return adjustment
    row = adjustment.commitment
    before = (adjustment.value_before, adjustment.comparator_before, adjustment.deadline_before)
    if before != (row.value, row.comparator, row.deadline):
        raise Conflict(_("提出调整后目标已有变动。请退回后重新提出。"))
    row.value, row.comparator = adjustment.value_after, adjustment.comparator_after
    row.deadline = adjustment.deadline_after
    save_versioned(row, ["value", "comparator", "deadline"])
    _decide(adjustment, AdjustmentState.APPROVED, actor, note)
    tracked.bring_in_line([row], actor)
    return adjustment


@transaction.atomic
def refuse_adjustment(
    adjustment_id: UUID | str, *, actor: Actor, note: str = ""
) -> TargetAdjustment:
    """Leave the target as it is and say so. Idempotent; not by whoever proposed it."""
    adjustment = _open(adjustment_id, actor, AdjustmentState.REFUSED)
    if adjustment.state != AdjustmentState.REFUSED:
        _decide(adjustment, AdjustmentState.REFUSED, actor, note)
    return adjustment


@transaction.atomic
def withdraw_adjustment(adjustment_id: UUID | str, *, actor: Actor) -> TargetAdjustment:
    """Take back one's own open proposal. Idempotent."""
    adjustment = _adjustment(adjustment_id)
    if adjustment.proposed_by_id != actor.id:
        raise NotPermitted(_("只有提出人可以撤回。"))
    authorise(actor, "plan.adjustment.propose", owned(adjustment.commitment))
    if adjustment.state == AdjustmentState.WITHDRAWN:
        return adjustment
    if adjustment.state != AdjustmentState.PROPOSED:
        raise Conflict(_("该调整已审批，不能撤回。"))
    _decide(adjustment, AdjustmentState.WITHDRAWN, actor, "")
    return adjustment


def _open(adjustment_id: UUID | str, actor: Actor, wanted: AdjustmentState) -> TargetAdjustment:
    adjustment = _adjustment(adjustment_id)
    authorise(actor, "plan.adjustment.decide", owned(adjustment.commitment))
    if adjustment.proposed_by_id == actor.id:
        raise NotPermitted(_("不能审批自己提出的调整。请由其他有权限的人员审批。"))
    if adjustment.state not in (AdjustmentState.PROPOSED, wanted):
        raise Conflict(_("该调整已有处理结果。"))
    return adjustment


def _adjustment(adjustment_id: UUID | str) -> TargetAdjustment:
    found = (
        TargetAdjustment.objects.select_related("commitment__lead_unit", "commitment__report")
        .filter(pk=adjustment_id)
        .first()
    )
    if found is None:
        raise NotFound(_("没有这项目标调整。"))
    return found


def _decide(adjustment: TargetAdjustment, state: AdjustmentState, actor: Actor, note: str) -> None:
    adjustment.state, adjustment.decided_at = state, clock.now()
    adjustment.decided_by, adjustment.decision_note = actor.name[:80], note[:400]
    save_versioned(adjustment, ["state", "decided_at", "decided_by", "decision_note"])
    _record(adjustment, f"plan.adjustment.{state.value}", actor, note=note)


def _record(adjustment: TargetAdjustment, kind: str, actor: Actor, note: str) -> None:
    def number(value: Decimal | None) -> str | None:
        return None if value is None else plain(value)

    data: dict[str, Any] = {
        "adjustment": adjustment.pk,
        "value": [number(adjustment.value_before), number(adjustment.value_after)],
        "comparator": [str(adjustment.comparator_before), str(adjustment.comparator_after)],
        "deadline": [adjustment.deadline_before, adjustment.deadline_after],
        "document": adjustment.document,
    }
    record(commitment_subject(adjustment.commitment_id), kind, data, actor=actor, note=note)


def commitment_for(commitment_id: UUID | str) -> Commitment:
    """The commitment with its report and lead unit, locked for this transaction; or NotFound."""
    row = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("report", "lead_unit")
        .filter(pk=commitment_id)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这项承诺。"))
    return row
