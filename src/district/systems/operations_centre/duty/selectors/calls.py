"""Calls: those that wait for somebody, one with its lines, and whom one may call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import Case, case_for
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import (
    Owned,
    Role,
    Scope,
    Unit,
    assignments_today,
    permitted,
    posts_of,
    visible,
)
from district.systems.operations_centre.duty.names import (
    ANSWER_CALL,
    CALL,
    LINE,
    MAKE_CALL,
    RECORD_CALL,
    VIEW_CALL,
)
from district.systems.operations_centre.models import (
    Call,
    CallLine,
    CallRing,
    DutyPost,
    DutyRole,
)


def call_subject(call: Call) -> Subject:
    """The reference of a call."""
    return Subject(CALL, str(call.pk))


def line_subject(line: CallLine) -> Subject:
    """The reference of a line, whose clock is tracked; its history stands in its call's."""
    return Subject(LINE, str(line.pk))


def owned_line(line: CallLine, member: str = "") -> Owned:
    """To whom a line belongs: the unit that is called, on the desk of the unit that calls."""
    return Owned(
        line.lead_unit_id,
        path=line.lead_unit.path,
        centre=line.call.lead_unit_id,
        member=member,
    )


def lines_q(scope: Scope) -> Q:
    """The lines that a scope reaches; those that rang somebody by subquery, so none comes twice."""
    if scope.everything:
        return Q()
    condition = scope.q("lead_unit", centre="call__lead_unit")
    if scope.member:
        rung = CallRing.objects.filter(member_id=scope.member)
        condition |= Q(pk__in=rung.order_by().values("line_id"))
    return condition


def visible_lines(actor: Actor) -> QuerySet[CallLine]:
    """The lines of calls that the actor may see."""
    return CallLine.objects.filter(lines_q(visible(actor, VIEW_CALL)))


def lines_for(actor: Actor) -> list[CallLine]:
    """What waits for an answer of this very member, the most urgent first. One query."""
    if actor.kind != "member":
        return []
    rows = CallLine.objects.filter(
        rings__member_id=actor.id, state=CallLine.State.WAITING
    ).select_related("call", "call__lead_unit", "lead_unit", "clock")
    return list(rows.order_by("first_due_at", "pk"))


@dataclass(frozen=True)
class LineView:
    """A line as its call's page shows it."""

    line: CallLine
    wanted: str
    rings: tuple[CallRing, ...]
    may_answer: bool
    may_record: bool


@dataclass(frozen=True)
class CallView:
    """A call with the lines that the actor may see."""

    call: Call
    lines: tuple[LineView, ...]
    may_withdraw: bool

    @property
    def waiting(self) -> int:
        """How many of the lines wait."""
        return sum(each.line.state == "waiting" for each in self.lines)


def call_for(key: UUID | str, actor: Actor) -> CallView:
    """A call; NotFound where the actor sees no line of it. Three queries."""
    call = Call.objects.filter(pk=key).select_related("lead_unit", "made_by").first()
    if call is None:
        raise _unknown()
    rings = CallRing.objects.select_related("member").order_by("step", "at", "pk")
    rows = visible_lines(actor).filter(call=call)
    rows = rows.select_related(
        "lead_unit", "member", "answered_by", "recorded_by", "clock"
    ).prefetch_related(Prefetch("rings", queryset=rings))
    lines = []
    for line in rows.order_by("pk"):
        line.call = call
        lines.append(_line_view(line, actor))
    if not lines:
        raise _unknown()
    desk = Owned(call.lead_unit_id, path=call.lead_unit.path)
    may = call.ended_at is None and permitted(actor, MAKE_CALL, desk)
    return CallView(call, tuple(lines), may)


def _unknown() -> NotFound:
    return NotFound(_("没有这次叫应，或您没有查看的权限。"))


def _line_view(line: CallLine, actor: Actor) -> LineView:
    rings = tuple(line.rings.all())
    rung = any(str(ring.member_id) == actor.id for ring in rings)
    waits = line.state == CallLine.State.WAITING
    return LineView(
        line,
        wanted_of(line),
        rings,
        waits and rung and permitted(actor, ANSWER_CALL, owned_line(line, actor.id)),
        waits and permitted(actor, RECORD_CALL, owned_line(line)),
    )


def wanted_of(line: CallLine) -> str:
    """Whom the line asks for, in words: a name, or the unit and its role on duty."""
    unit = line.lead_unit.display_short
    if line.member is not None:
        return f"{line.member.display_name} · {unit}"
    role = str(DutyRole(line.role).label) if line.role else _("值班人员")
    return f"{unit} · {role}"


def calling_unit(actor: Actor) -> Unit | None:
    """The unit in whose name the actor calls: their first that may. One query."""
    for post in posts_of(actor):
        if permitted(actor, MAKE_CALL, Owned(post.unit, path=post.path)):
            return Unit.objects.filter(pk=post.unit).first()
    return None


def callable_units(caller: Unit) -> list[tuple[str, str]]:
    """The units with a duty post that a unit may call, as (code, name). One query."""
    above = [code for code in caller.path.split("/") if code]
    rows = DutyPost.objects.filter(
        Q(lead_unit__path__startswith=caller.path) | Q(lead_unit__in=above),
        lead_unit__is_active=True,
    )
    return [
        (post.lead_unit_id, post.lead_unit.display_short)
        for post in rows.select_related("lead_unit")
    ]


def callable_people(caller: Unit) -> list[tuple[str, str]]:
    """The members whom a unit may call by name: its own, and the heads of the units below and
    straight above it, as (id, name and unit). One query."""
    above = [code for code in caller.path.split("/") if code]
    rows = assignments_today().filter(
        Q(unit=caller)
        | Q(unit__path__startswith=caller.path, role=Role.UNIT_HEAD)
        | Q(unit__in=above, role__in=(Role.UNIT_HEAD, Role.DUTY_OFFICER))
    )
    found = {
        str(row.member_id): f"{row.unit.display_short} · {row.member.display_name}" for row in rows
    }
    return list(found.items())


def about_case(case_id: str, actor: Actor) -> Case | None:
    """The case that a call shall be about; None where none is named. NotFound as `case_for`."""
    if not case_id:
        return None
    try:
        return case_for(UUID(case_id), actor)
    except ValueError:
        raise NotFound(_("没有这一单，或您没有查看的权限。")) from None
