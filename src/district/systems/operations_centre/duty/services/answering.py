"""Answering a call, recording an answer by telephone, withdrawing a call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.masking import without_numbers
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import mark_settled
from district.kernel.organisation.public import Member, authorise, member_of_actor
from district.kernel.tracking.public import cancel, finish, running
from district.systems.operations_centre.duty.names import ANSWER_CALL, MAKE_CALL, RECORD_CALL
from district.systems.operations_centre.duty.selectors.calls import (
    call_subject,
    line_subject,
    owned_line,
)
from district.systems.operations_centre.duty.selectors.rosters import owned_by
from district.systems.operations_centre.duty.services.handovers import SYSTEM
from district.systems.operations_centre.models import Call, CallLine, CallRing

State = CallLine.State


def locked_line(key: UUID | str) -> CallLine:
    """A line with its call, both locked, the call first: whoever ends the last line ends the call.

    Raises NotFound. Without joins: PostgreSQL drops a row for which it waited when what it joined
    has changed.
    """
    call = CallLine.objects.filter(pk=key).values_list("call_id", flat=True).first()
    if call is None:
        raise NotFound(_("没有这次叫应。"))
    held = Call.objects.select_for_update().get(pk=call)
    line = CallLine.objects.select_for_update().get(pk=key)
    line.call = held
    return line


@transaction.atomic
def answer_call(key: UUID | str, *, actor: Actor) -> CallLine:
    """Whoever the line has rung answers it; again by the same person changes nothing.

    Raises NotFound, NotPermitted for whoever it has not rung, Conflict with name and time where
    somebody else answered first.
    """
    line = locked_line(key)
    rings = CallRing.objects.filter(line=line)
    rung = actor.kind == "member" and rings.filter(member_id=actor.id).exists()
    if not rung:
        raise NotPermitted(_("这次叫应没有叫到您。如需代为登记，请由值班员登记电话应答。"))
    authorise(actor, ANSWER_CALL, owned_line(line, actor.id))
    if line.state == State.ANSWERED and str(line.answered_by_id) == actor.id:
        return line
    _refuse_settled(line)
    _settle(line, Member.objects.get(pk=actor.id), clock.now(), CallLine.How.CLICK, actor)
    return line


@transaction.atomic
def record_answer(
    key: UUID | str, member: UUID | str, at: datetime | None = None, *, actor: Actor
) -> CallLine:
    """A duty officer of the calling or the called unit notes that `member`, whom the line rang,
    answered by telephone at `at` (now).

    Raises NotFound, NotPermitted, Conflict where it is settled already, Invalid for somebody whom
    it did not ring and for a time before the call or still to come.
    """
    line = locked_line(key)
    authorise(actor, RECORD_CALL, owned_line(line))
    _refuse_settled(line)
    moment, now = at or clock.now(), clock.now()
    if not line.call.made_at <= moment <= now:
        raise Invalid("at", _("应答时间不对。"), _("请填写叫应之后、现在之前的时间。"))
    try:
        ring = CallRing.objects.filter(line=line, member=UUID(str(member))).first()
    except ValueError:
        ring = None
    if ring is None:
        raise Invalid("member", _("这次叫应没有叫到此人。"), _("请从被叫的人中选择。"))
    line.recorded_by = member_of_actor(actor)
    _settle(line, ring.member, moment, CallLine.How.PHONE, actor)
    return line


def _settle(line: CallLine, member: Member, at: datetime, how: str, actor: Actor) -> None:
    line.state, line.answered_by, line.answered_at, line.how = State.ANSWERED, member, at, how
    line.due_at = None
    save_versioned(line)
    clocked = running(line.clock_id)
    if clocked is not None:
        finish(clocked, actor=SYSTEM)
    mark_settled(line_subject(line))
    data = {"line": line.pk, "member": member.pk, "how": how, "at": at, "in_time": line.is_in_time}
    record(call_subject(line.call), "operations_centre.call.answered", data, actor=actor)
    _end_if_done(line.call)


def _end_if_done(call: Call) -> None:
    if call.ended_at is None and not call.lines.filter(state=State.WAITING).exists():
        call.ended_at = clock.now()
        save_versioned(call, ["ended_at"])


def _refuse_settled(line: CallLine) -> None:
    if line.state == State.ANSWERED and line.answered_by and line.answered_at:
        raise Conflict(
            _("%(who)s已于 %(at)s 应答。")
            % {
                "who": line.answered_by.display_name,
                "at": timezone.localtime(line.answered_at).strftime("%m-%d %H:%M"),
            }
        )
    if line.state == State.WITHDRAWN:
        raise Conflict(_("这次叫应已撤销，不需要应答。"))


@transaction.atomic
def withdraw_call(key: UUID | str, reason: str, *, actor: Actor) -> Call:
    """The unit that called takes the call back; lines that were answered stay.

    Raises NotFound, NotPermitted, Conflict where it is over, Invalid without a reason.
    """
    call = Call.objects.select_for_update().filter(pk=key).first()
    if call is None:
        raise NotFound(_("没有这次叫应。"))
    authorise(actor, MAKE_CALL, owned_by(call.lead_unit))
    if call.ended_at is not None:
        raise Conflict(_("这次叫应已经结束。"))
    if not reason.strip():
        raise Invalid("reason", _("还没有写撤销原因。"), _("请写明原因。"))
    for line in (
        CallLine.objects.select_for_update().filter(call=call, state=State.WAITING).order_by("pk")
    ):
        line.state, line.due_at = State.WITHDRAWN, None
        save_versioned(line)
        clocked = running(line.clock_id)
        if clocked is not None:
            cancel(clocked, actor=SYSTEM)
        mark_settled(line_subject(line))
    record(
        call_subject(call),
        "operations_centre.call.withdrawn",
        {"reason": without_numbers(reason.strip()[:300])},
        actor=actor,
    )
    _end_if_done(call)
    return call
