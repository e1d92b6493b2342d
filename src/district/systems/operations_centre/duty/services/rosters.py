"""Writing rosters: turns by hand, by week and from files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.organisation.public import Assignment, Member, Unit, authorise
from district.systems.operations_centre.duty.names import PLAN
from district.systems.operations_centre.duty.selectors.rosters import (
    day_start,
    monday_of,
    owned_by,
    roster_subject,
)
from district.systems.operations_centre.models import DutyPost, DutyRole, DutyTurn

LONGEST = timedelta(days=7)
#: A roster is planned at most so far ahead, and mended so far back.
AHEAD, BACK = timedelta(days=400), timedelta(days=400)


@transaction.atomic
def save_turn(values: Mapping[str, Any], known: DutyTurn | None, actor: Actor) -> DutyTurn:
    """Enter a turn (`known` is None) or change one; `values` by the register's field keys.

    `member` is a member's id or, as files have it, a name that one alone has in the unit. Raises
    NotPermitted, Invalid naming the field, and Conflict where the same turn is there already.
    """
    turn = known or DutyTurn(planned_at=clock.now())
    if known is not None:
        authorise(actor, PLAN, owned_by(known.lead_unit))
    if values.get("lead_unit"):
        turn.lead_unit_id = values["lead_unit"]
    unit = _unit(turn.lead_unit_id, actor)
    for key in ("role", "starts_at", "ends_at", "note"):
        if values.get(key) is not None:
            setattr(turn, key, values[key])
    _check_times(turn)
    if values.get("member"):
        turn.member = _member(values["member"], unit, turn.starts_at)
    elif known is None:
        raise Invalid("member", _("还没有填写值班人。"), _("请从本单位成员中选择。"))
    _refuse_twin(turn)
    if known is None:
        turn.save(force_insert=True)
    else:
        save_versioned(turn)
    kind = "operations_centre.turn.planned" if known is None else "operations_centre.turn.changed"
    record(roster_subject(unit.pk), kind, turn_data(turn), actor=actor)
    return turn


def turn_data(turn: DutyTurn) -> dict[str, Any]:
    """A turn as history keeps it."""
    return {
        "turn": turn.pk,
        "member": turn.member_id,
        "role": turn.role,
        "starts_at": turn.starts_at,
        "ends_at": turn.ends_at,
    }


def _unit(code: str, actor: Actor) -> Unit:
    """The unit, whose roster the actor may plan and which has a duty post."""
    unit = Unit.objects.filter(pk=code or "", is_active=True).first()
    if unit is None:
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    authorise(actor, PLAN, owned_by(unit))
    if not DutyPost.objects.filter(lead_unit=unit).exists():
        raise Invalid("lead_unit", _("这个单位还没有设值班室。"), _("请先设值班室，再排班。"))
    return unit


def _check_times(turn: DutyTurn) -> None:
    for key in ("starts_at", "ends_at"):
        if not isinstance(getattr(turn, key), datetime):
            raise Invalid(key, _("还没有填写时间。"), _("请按 2025-09-30 08:30 的格式填写。"))
    if turn.role not in DutyRole.values:
        raise Invalid("role", _("没有这种值班角色。"), _("请填写带班领导或值班员。"))
    if turn.ends_at <= turn.starts_at:
        raise Invalid("ends_at", _("下班时间不晚于上班时间。"), _("请改正其中一个。"))
    if turn.ends_at - turn.starts_at > LONGEST:
        raise Invalid("ends_at", _("一个班次超过7天。"), _("请分成几个班次填写。"))
    now = clock.now()
    if not now - BACK <= turn.starts_at <= now + AHEAD:
        raise Invalid("starts_at", _("时间离今天太远。"), _("请填写前后400天以内的时间。"))
    if len(turn.note) > 100:
        raise Invalid("note", _("备注超过100字。"), _("请精简。"))


def _member(given: Any, unit: Unit, starts_at: datetime) -> Member:
    """The member of that id or name who acts for the unit on the turn's first day."""
    day = timezone.localtime(starts_at).date()
    posts = Assignment.objects.on(day).filter(unit=unit)
    people = Member.objects.filter(pk__in=posts.values("member_id"))
    if isinstance(given, Member):
        given = given.pk
    try:
        found = list(people.filter(pk=UUID(str(given))))
    except ValueError:
        found = list(people.filter(name=str(given).strip())[:2])
    if not found:
        raise Invalid(
            "member",
            _("“%(name)s”当天不在%(unit)s任职。") % {"name": given, "unit": unit.display_short},
            _("请填写本单位成员的姓名。"),
        )
    if len(found) > 1:
        raise Invalid(
            "member",
            _("本单位有两位“%(name)s”。") % {"name": given},
            _("请在排班页面从列表中选择。"),
        )
    return found[0]


def _refuse_twin(turn: DutyTurn) -> None:
    twin = DutyTurn.objects.filter(
        lead_unit=turn.lead_unit_id,
        member=turn.member_id,
        role=turn.role,
        starts_at=turn.starts_at,
    ).exclude(pk=turn.pk)
    if twin.exists():
        raise Conflict(_("这个班次已经排过：同一人、同一角色、同一开始时间。"))


@transaction.atomic
def plan_turns(
    unit: str,
    member: UUID | str,
    role: str,
    days: Sequence[date],
    begins: time,
    ends: time,
    *,
    actor: Actor,
) -> list[DutyTurn]:
    """Enter a member's turns on several days, from one local time to another (overnight where it
    ends no later than it begins); days on which the same turn stands are left out.

    Raises as `save_turn`, and Invalid without a day.
    """
    if not days:
        raise Invalid("days", _("还没有选择日期。"), _("请至少选择一天。"))
    over = timedelta(days=1) if ends <= begins else timedelta(0)
    zone = timezone.get_default_timezone()
    made = []
    known = str(member)
    for day in sorted(set(days)):
        starts_at = datetime.combine(day, begins, zone)
        same = DutyTurn.objects.filter(
            lead_unit=unit, member_id=known, role=role, starts_at=starts_at
        )
        if same.exists():
            continue
        values = {
            "lead_unit": unit,
            "member": member,
            "role": role,
            "starts_at": starts_at,
            "ends_at": datetime.combine(day + over, ends, zone),
        }
        made.append(save_turn(values, None, actor))
    return made


@transaction.atomic
def remove_turn(turn_id: UUID | str, *, actor: Actor) -> DutyTurn:
    """Take a turn that has not ended out of the roster; what was worked stays.

    Raises NotFound, NotPermitted, Conflict for a turn that is over.
    """
    turn = DutyTurn.objects.filter(pk=turn_id).select_related("lead_unit").first()
    if turn is None:
        raise NotFound(_("没有这个班次。请刷新后再看。"))
    authorise(actor, PLAN, owned_by(turn.lead_unit))
    if turn.ends_at <= clock.now():
        raise Conflict(_("这个班次已经结束，不能删除。"))
    data = turn_data(turn)
    turn.delete()
    record(roster_subject(turn.lead_unit_id), "operations_centre.turn.removed", data, actor=actor)
    return turn


@transaction.atomic
def copy_week(unit: str, first: date, *, actor: Actor) -> int:
    """Enter the turns of the week before once more in the week of `first`; how many were new.

    What stands already stays; people who no longer act for the unit are left out. Raises
    NotPermitted, Invalid, and Conflict where the week before is empty.
    """
    own = _unit(unit, actor)
    monday = monday_of(first)
    since, until = day_start(monday - timedelta(days=7)), day_start(monday)
    before = list(
        DutyTurn.objects.filter(lead_unit=own, starts_at__gte=since, starts_at__lt=until).order_by(
            "starts_at", "pk"
        )
    )
    if not before:
        raise Conflict(_("上一周没有排班，无法复制。"))
    week, now = timedelta(days=7), clock.now()
    there = _keys(DutyTurn.objects.filter(lead_unit=own, starts_at__gte=until))
    posts = Assignment.objects.on(monday).filter(unit=own)
    acting = set(posts.values_list("member_id", flat=True))
    made = [
        DutyTurn(
            lead_unit=own,
            member_id=turn.member_id,
            role=turn.role,
            starts_at=turn.starts_at + week,
            ends_at=turn.ends_at + week,
            note=turn.note,
            planned_at=now,
        )
        for turn in before
        if turn.member_id in acting
        and (turn.member_id, turn.role, turn.starts_at + week) not in there
    ]
    DutyTurn.objects.bulk_create(made)
    subject = roster_subject(own.pk)
    kind = "operations_centre.turn.planned"
    record_many([Entry(subject, kind, turn_data(turn)) for turn in made], actor=actor)
    return len(made)


def _keys(rows: Iterable[DutyTurn]) -> set[tuple[UUID, str, datetime]]:
    return {(row.member_id, row.role, row.starts_at) for row in rows}
