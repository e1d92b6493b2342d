"""Making a call that named people, or whoever is on duty, must answer (叫应)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.masking import without_numbers
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.notifications.public import Urgency, notify
from district.kernel.organisation.public import (
    Assignment,
    Member,
    Unit,
    assignments_today,
    authorise,
    member_of_actor,
)
from district.kernel.tracking.public import ClockSpec, Owner, climb, next_to_ring, track
from district.systems.operations_centre.duty.names import MAKE_CALL
from district.systems.operations_centre.duty.rules.terms import LONGEST_TERM
from district.systems.operations_centre.duty.selectors.calls import (
    call_subject,
    line_subject,
    wanted_of,
)
from district.systems.operations_centre.duty.selectors.rosters import owned_by
from district.systems.operations_centre.duty.selectors.standing import on_duty_in
from district.systems.operations_centre.duty.services.handovers import SYSTEM
from district.systems.operations_centre.duty.terms import terms
from district.systems.operations_centre.models import Call, CallLine, CallRing, DutyRole

LONGEST_TEXT = 2000
MOST_LINES = 100
#: Words of history for the first step, before the ladder.
NAMED = "named"


@dataclass(frozen=True)
class Wanted:
    """Whose answer a call waits for: a member's, or that of whoever is on duty in a unit (in a
    role, or in any). A member's unit may be left out."""

    unit: str = ""
    member: UUID | str | None = None
    role: str = ""


def make_call(
    unit: str,
    title: str,
    text: str,
    wanted: Sequence[Wanted],
    *,
    actor: Actor,
    minutes: int | None = None,
    subject: Subject | None = None,
    url: str = "",
    key: str = "",
) -> Call:
    """Call people, who must answer within `minutes` (the district's term where not given).

    `unit` calls; its members call whom it stands above, in its own house and straight above, the
    product's own parts anybody. Each of `wanted` is a line that one answer settles; a line that
    nobody answers rises. The same `key` calls once. Raises NotPermitted, and Invalid naming the
    field.
    """
    try:
        return _make(unit, title, text, wanted, actor, minutes, subject, url, key)
    except IntegrityError:
        if not key:
            raise
        # The same call at the same moment: the other one stands, and is found now.
        return _make(unit, title, text, wanted, actor, minutes, subject, url, key)


@transaction.atomic
def _make(
    unit: str,
    title: str,
    text: str,
    wanted: Sequence[Wanted],
    actor: Actor,
    minutes: int | None,
    subject: Subject | None,
    url: str,
    key: str,
) -> Call:
    caller = Unit.objects.filter(pk=unit, is_active=True).first()
    if caller is None:
        raise Invalid("unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    authorise(actor, MAKE_CALL, owned_by(caller))
    if len(key) > 80:
        raise Invalid("key", _("请求编号过长。"), _("最多80个字符。"))
    earlier = Call.objects.filter(key=key).first() if key else None
    if earlier is not None:
        if earlier.lead_unit_id != unit:
            raise Conflict(_("这个请求编号已用于另一次叫应。请换一个。"))
        return earlier
    term = terms().call if minutes is None else timedelta(minutes=minutes)
    _check(title, text, wanted, term)
    now = clock.now()
    call = Call.objects.create(
        lead_unit=caller,
        title=title.strip(),
        text=text.strip(),
        subject=str(subject) if subject else "",
        url=url,
        term=int(term.total_seconds() // 60),
        made_at=now,
        made_by=member_of_actor(actor),
        made_by_name=actor.name[:120] or _("系统"),
        key=key or None,
    )
    data = {"unit": unit, "minutes": call.term, "lines": len(wanted), "about": call.subject}
    record(call_subject(call), "operations_centre.call.made", data, actor=actor)
    for at, each in enumerate(wanted):
        _line(call, _resolved(each, caller, actor, at), now)
    return call


def _check(title: str, text: str, wanted: Sequence[Wanted], term: timedelta) -> None:
    if not 2 <= len(title.strip()) <= 120:
        raise Invalid("title", _("事由不对。"), _("请填写2到120个字。"))
    if not text.strip():
        raise Invalid("text", _("还没有写叫应内容。"), _("请写明要对方知道和做什么。"))
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", _("内容超过%(most)s字。") % {"most": LONGEST_TEXT}, _("请精简。"))
    if not timedelta(minutes=1) <= term <= timedelta(minutes=LONGEST_TERM):
        raise Invalid("minutes", _("应答时限不对。"), _("请填写1到1440的整数。"))
    if not wanted:
        raise Invalid("wanted", _("还没有选择叫应谁。"), _("请至少选择一人或一个单位。"))
    if len(wanted) > MOST_LINES:
        raise Invalid(
            "wanted", _("一次最多叫应%(most)s个对象。") % {"most": MOST_LINES}, _("请分次叫应。")
        )
    if len(set(wanted)) < len(wanted):
        raise Invalid("wanted", _("叫应对象有重复。"), _("请只留一个。"))


@dataclass(frozen=True)
class _Resolved:
    """A line's unit, the member or role that it asks for, and whom it rings first."""

    unit: Unit
    member: Member | None
    role: str
    first: tuple[UUID, ...]


def _resolved(each: Wanted, caller: Unit, actor: Actor, at: int) -> _Resolved:
    if each.role and each.role not in DutyRole.values:
        raise Invalid("wanted", _("没有这种值班角色。"), _("请填写带班领导或值班员。"))
    if each.member is None:
        unit = Unit.objects.select_related("parent").filter(pk=each.unit, is_active=True).first()
        if unit is None:
            raise Invalid("wanted", _("没有这个单位。"), _("请从单位列表中选择。"))
        _refuse_unreachable(unit, caller, actor)
        on_duty = on_duty_in(unit.pk, each.role)
        return _Resolved(unit, None, each.role, tuple(dict.fromkeys(one.member for one in on_duty)))
    post = _post_of(each, caller, actor)
    return _Resolved(post.unit, post.member, "", (post.member_id,))


def _post_of(each: Wanted, caller: Unit, actor: Actor) -> Assignment:
    """The post through which a named member can be called from the calling unit."""
    try:
        rows = list(assignments_today(member_id=UUID(str(each.member))))
    except ValueError:
        rows = []
    rows = [row for row in rows if not each.unit or row.unit_id == each.unit]
    for row in rows:
        if actor.kind == "system" or _reaches(caller, row.unit):
            return row
    raise Invalid(
        "wanted", _("没有这位成员，或不在本单位可以叫应的范围内。"), _("请从列表中选择。")
    )


def _refuse_unreachable(unit: Unit, caller: Unit, actor: Actor) -> None:
    if actor.kind != "system" and not _reaches(caller, unit):
        raise Invalid(
            "wanted",
            _("%(unit)s不在本单位可以叫应的范围内。") % {"unit": unit.display_short},
            _("可以叫应本单位、下级单位和直属上级，其他单位请报上级叫应。"),
        )


def _reaches(caller: Unit, unit: Unit) -> bool:
    """Down to whoever stands below, and straight up."""
    return unit.path.startswith(caller.path) or caller.path.startswith(unit.path)


def _line(call: Call, found: _Resolved, now: datetime) -> CallLine:
    due_at = now + timedelta(minutes=call.term)
    line = CallLine.objects.create(
        call=call,
        lead_unit=found.unit,
        member=found.member,
        role=found.role,
        due_at=due_at,
        first_due_at=due_at,
    )
    line.clock = track(
        line_subject(line),
        f"叫应 · {without_numbers(call.title)} · {wanted_of(line)}",
        Owner(found.unit.pk, contact=found.member.pk if found.member else None),
        ClockSpec("24x7", starts_at=now, due_at=due_at),
        actor=SYSTEM,
        url=call.get_absolute_url(),
        ladder="duty_call",
    )
    if found.first:
        ring(line, NAMED, found.first, now, actor=SYSTEM)
    else:
        # Nobody is on duty there, so it need not wait until nobody has answered.
        rise(line, now)
    save_versioned(line)
    return line


def ring(line: CallLine, to: str, members: Sequence[UUID], now: datetime, *, actor: Actor) -> None:
    """Ring these members for a line, which is locked: rows, history, messages."""
    CallRing.objects.bulk_create(
        [CallRing(line=line, step=line.step, to=to, member_id=one, at=now) for one in members]
    )
    data = {"line": line.pk, "step": line.step, "to": to, "members": list(members)}
    record(call_subject(line.call), "operations_centre.call.rung", data, actor=actor)
    unit = line.lead_unit.short_name or line.lead_unit.name
    # Messages go to outside services, and hold no numbers of people.
    about = without_numbers(line.call.title)
    if to == NAMED:
        title = _("叫应：%(title)s，请确认") % {"title": about}
    else:
        title = _("叫应无人应答：%(title)s（%(unit)s），请您应答") % {
            "title": about,
            "unit": unit,
        }
    notify(
        [str(one) for one in members],
        title,
        without_numbers(line.call.text),
        line.call.get_absolute_url(),
        line_subject(line),
        Urgency.IMPORTANT,
    )


def rise(line: CallLine, now: datetime) -> bool:
    """Take the next step of the ladder that finds somebody, in memory and by `ring`; False, and no
    further step, where there is nobody any more. The line is locked, its unit loaded."""
    known = list(CallRing.objects.filter(line=line).values_list("member_id", flat=True))

    def answering(unit: str) -> Sequence[UUID]:
        return [each.member for each in on_duty_in(unit)]

    steps = terms().steps
    found = climb(
        line.step,
        [step.to for step in steps],
        lambda to: next_to_ring(to, line.lead_unit, known, answering),
    )
    line.step = found.step
    if found.members:
        line.due_at = now + steps[found.at].after
        ring(line, steps[found.at].to, found.members, now, actor=SYSTEM)
        return True
    line.due_at = None
    data = {"line": line.pk, "step": line.step, "unit": line.lead_unit_id}
    record(call_subject(line.call), "operations_centre.call.topped", data, actor=SYSTEM)
    return False
