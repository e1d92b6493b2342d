"""What a person decides on a commitment of the year before: who goes on with it, or nobody."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import authorise
from district.kernel.plan.models import (
    Commitment,
    Edition,
    Succession,
    SuccessionState,
    SuccessionWay,
)
from district.kernel.plan.models.commitments import CommitmentState
from district.kernel.plan.models.reports import EditionState
from district.kernel.plan.services import tracked
from district.kernel.plan.services.closing import cancel_commitment
from district.kernel.plan.services.succeeding import Heir, settle, successor_of, write
from district.kernel.plan.subjects import COMMITMENT, commitment_subject
from district.kernel.tracking.public import hand_on, lights_together

_ALIVE = (CommitmentState.PENDING, CommitmentState.ACTIVE)
_PLAN = Actor.system("plan")
_FIELDS = ["state", "successor", "way", "made", "note", "decided_at", "decided_by"]


@transaction.atomic
def name_successor(
    succession_id: UUID | str,
    successor_id: UUID | str,
    *,
    actor: Actor,
    note: str = "",
    version: int | None = None,
) -> Succession:
    """Say that a commitment of the next year goes on with this one.

    It takes over what it lacks: owners, and the measure where unit and basis are the same. Raises
    NotPermitted, NotFound, Invalid (successor) and Conflict (decided already, changed since).
    """
    row = _open(succession_id, actor, version)
    key = _key(successor_id)
    rows = Commitment.objects.select_related("report")
    found = rows.filter(pk=key).first() if key is not None else None
    if found is None or found.report_id != row.report_id or found.state not in _ALIVE:
        raise Invalid(
            "successor",
            _("没有选择下年计划中在推进的事项。"),
            _("请从列表中选择，或选择沿用原事项。"),
        )
    _take_over(row.former, found)
    heir = Heir(row.former, SuccessionWay.HAND, note=note.strip())
    _carry(row, heir, found, actor)
    return row


@transaction.atomic
def carry_as_it_is(
    succession_id: UUID | str, *, actor: Actor, note: str = "", version: int | None = None
) -> Succession:
    """Carry a commitment on with its own words and target, which the next report does not name."""
    row = _open(succession_id, actor, version)
    edition = Edition.objects.select_related("report").get(
        report=row.report_id, state=EditionState.CURRENT
    )
    heir = Heir(
        row.former,
        SuccessionWay.HAND,
        value=row.former.value,
        start=len(edition.text),
        note=note.strip(),
        made=True,
    )
    made = successor_of(heir, edition.report)
    made.sequence = row.former.sequence
    write({row.former_id: made}, actor)
    _carry(row, heir, made, actor)
    return row


@transaction.atomic
def end_former(
    succession_id: UUID | str, *, actor: Actor, note: str, version: int | None = None
) -> Succession:
    """Do not go on with a commitment, for the reason given. Raises Invalid (note)."""
    row = _open(succession_id, actor, version)
    if not note.strip():
        raise Invalid("note", _("还没有填写理由。"), _("请说明为什么不再继续。"))
    cancel_commitment(row.former_id, actor=actor, note=note)
    _settle(row, SuccessionState.ENDED, actor, note.strip())
    return row


@transaction.atomic
def undo_succession(
    succession_id: UUID | str, *, actor: Actor, version: int | None = None
) -> Succession:
    """Open the decision again: the former stands as before, what moved along comes back.

    A successor that was made for it alone is cancelled; any other goes on without a former. Raises
    Conflict where it is open, or the successor has rolled over itself.
    """
    row = _locked(succession_id, actor, version)
    if row.state == SuccessionState.OPEN:
        raise Conflict(_("这一项还没有处理，不需要撤销。"))
    successor, former = row.successor, row.former
    if successor is not None and Succession.objects.filter(former=successor).exists():
        raise Conflict(_("接续事项已转入再下一年，不能撤销。"))
    was = {"was": str(row.state), "successor": row.successor_id}
    with lights_together():
        former.state = row.was
        save_versioned(former, ["state"])
        tracked.bring_in_line([former], actor)
        if successor is not None and former.tracked_id and successor.tracked_id:
            back = {successor.tracked_id: former.tracked_id}
            hand_on(back, COMMITMENT, by=actor, actor=_PLAN)
        if successor is not None and row.made:
            cancel_commitment(successor.pk, actor=actor, note=_("撤销转入"))
    row.successor, row.way, row.made = None, "", False
    _settle(row, SuccessionState.OPEN, actor, "")
    record(commitment_subject(former.pk), "plan.commitment.succession_undone", was, actor=actor)
    return row


def _carry(row: Succession, heir: Heir, successor: Commitment, actor: Actor) -> None:
    row.successor, row.way, row.made = successor, heir.way, heir.made
    with lights_together():
        settle([heir], {row.former_id: successor}, (), actor)
    _settle(row, SuccessionState.CARRIED, actor, heir.note)


def _take_over(former: Commitment, successor: Commitment) -> None:
    """What the named successor lacks it has from the former."""
    fields = []
    if successor.lead_unit_id is None:
        successor.lead_unit_id = former.lead_unit_id
        successor.leader_id, successor.contact_id = former.leader_id, former.contact_id
        fields += ["lead_unit", "leader", "contact"]
    alike = (former.unit, former.basis) == (successor.unit, successor.basis)
    if alike and former.measure_id and successor.value is not None:
        successor.measure_id = former.measure_id
        fields.append("measure")
    if fields:
        save_versioned(successor, fields)


def _settle(row: Succession, state: SuccessionState, actor: Actor, note: str) -> None:
    row.state, row.note = state, note[:400]
    row.decided_at, row.decided_by = clock.now(), actor.name[:80]
    save_versioned(row, _FIELDS)


def _open(succession_id: UUID | str, actor: Actor, version: int | None) -> Succession:
    row = _locked(succession_id, actor, version)
    if row.state != SuccessionState.OPEN:
        raise Conflict(_("这一项已经处理过。如需改变，请先撤销。"))
    return row


def _locked(succession_id: UUID | str, actor: Actor, version: int | None) -> Succession:
    authorise(actor, "plan.commitment.manage")
    row = (
        Succession.objects.select_for_update(of=("self",))
        .select_related("former__report", "former__measure", "successor__report")
        .filter(pk=succession_id)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这项年度接续。"))
    if version is not None and version != row.version:
        raise Conflict(_("这一项刚被别人处理过。请刷新后再试。"))
    return row


def _key(given: UUID | str) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None
