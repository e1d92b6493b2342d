"""Acknowledging a warning for a unit: by oneself, or noted by an officer after a telephone call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.notifications.public import mark_settled
from district.kernel.organisation.public import Member, authorise, member_of_actor
from district.kernel.tracking.public import finish, running
from district.kernel.warnings.models import Alert, AlertLine, LineRing
from district.kernel.warnings.names import ACKNOWLEDGE, RECORD
from district.kernel.warnings.selectors.alerts import alert_subject, line_subject, owned_line
from district.kernel.warnings.services.calling import SYSTEM

State = AlertLine.State


def locked_line(key: UUID | str) -> AlertLine:
    """A line with its warning, both locked, the warning first. Raises NotFound.

    Without joins: PostgreSQL drops a row for which it waited when what it joined has changed.
    """
    alert = AlertLine.objects.filter(pk=key).values_list("alert_id", flat=True).first()
    if alert is None:
        raise NotFound(_("没有这项预警应答。"))
    held = Alert.objects.select_for_update().get(pk=alert)
    line = AlertLine.objects.select_for_update().get(pk=key)
    line.alert = held
    return line


@transaction.atomic
def acknowledge(key: UUID | str, *, actor: Actor) -> AlertLine:
    """Whoever the line has rung acknowledges for the unit; again by the same person changes
    nothing.

    Raises NotFound, NotPermitted for whoever it has not rung, Conflict with name and time where
    somebody else was first, and where the warning is over.
    """
    line = locked_line(key)
    rings = LineRing.objects.filter(line=line)
    if actor.kind != "member" or not rings.filter(member_id=actor.id).exists():
        raise NotPermitted(_("这条预警没有叫到您。如需代为登记，请由值班员登记电话应答。"))
    authorise(actor, ACKNOWLEDGE, owned_line(line, actor.id))
    if line.state == State.ACKNOWLEDGED and str(line.acknowledged_by_id) == actor.id:
        return line
    _refuse_settled(line)
    _settle(line, Member.objects.get(pk=actor.id), clock.now(), AlertLine.How.CLICK, actor)
    return line


@transaction.atomic
def record_acknowledgement(
    key: UUID | str, member: UUID | str, at: datetime | None = None, *, actor: Actor
) -> AlertLine:
    """An officer of the unit, or of the unit that answers for the warning, notes that `member`,
    whom the line rang, acknowledged by telephone at `at` (now).

    Raises NotFound, NotPermitted, Conflict where it is settled, Invalid for somebody whom it did
    not ring and for a time before the call or still to come.
    """
    line = locked_line(key)
    authorise(actor, RECORD, owned_line(line))
    _refuse_settled(line)
    moment, now = at or clock.now(), clock.now()
    if not line.made_at <= moment <= now:
        raise Invalid("at", _("应答时间不对。"), _("请填写叫应之后、现在之前的时间。"))
    try:
        found = LineRing.objects.filter(line=line, member=UUID(str(member)))
        rung = found.select_related("member").first()
    except ValueError:
        rung = None
    if rung is None:
        raise Invalid("member", _("这条预警没有叫到此人。"), _("请从被叫的人中选择。"))
    line.recorded_by = member_of_actor(actor)
    _settle(line, rung.member, moment, AlertLine.How.PHONE, actor)
    return line


def _settle(line: AlertLine, member: Member, at: datetime, how: str, actor: Actor) -> None:
    line.state, line.how, line.due_at = State.ACKNOWLEDGED, how, None
    line.acknowledged_by, line.acknowledged_at = member, at
    save_versioned(line)
    clocked = running(line.clock_id)
    if clocked is not None:
        finish(clocked, actor=SYSTEM)
    mark_settled(line_subject(line))
    data = {
        "line": line.pk,
        "unit": line.lead_unit_id,
        "member": member.pk,
        "how": how,
        "at": at,
        "in_time": line.is_in_time,
    }
    record(alert_subject(line.alert), "warnings.line.acknowledged", data, actor=actor)


def _refuse_settled(line: AlertLine) -> None:
    if line.state == State.ACKNOWLEDGED and line.acknowledged_by and line.acknowledged_at:
        raise Conflict(
            _("%(who)s已于 %(at)s 应答。")
            % {
                "who": line.acknowledged_by.display_name,
                "at": timezone.localtime(line.acknowledged_at).strftime("%m-%d %H:%M"),
            }
        )
    if line.state == State.WITHDRAWN:
        raise Conflict(_("预警已更新或解除，这次不需要应答。"))
    if line.state == State.LAPSED:
        raise Conflict(_("预警已失效，不再接受应答。"))
