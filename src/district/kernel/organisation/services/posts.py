"""Who acts for which unit in which role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, Entry, Subject, record, record_many
from district.kernel.organisation.models import Assignment, Unit
from district.kernel.organisation.rules import Role
from district.kernel.organisation.selectors import (
    authorise,
    forget_standing,
    member_by_id,
    post_owned,
    unit_of,
)


@transaction.atomic
def assign(
    member_id: str | UUID,
    unit_code: str,
    role: str,
    *,
    actor: Actor,
    since: date | None = None,
    until: date | None = None,
) -> Assignment:
    """Let a member act for a unit in a role from `since` (today if None), before `until`.

    Raises Conflict where the same post already runs, Invalid for an unknown role, an inactive
    member or unit, or an end before the start.
    """
    unit = unit_of(unit_code)
    check_post(unit, role)
    authorise(actor, "organisation.member.assign", post_owned(unit, role))
    member = member_by_id(member_id)
    since = since or clock.today()
    if not member.is_active:
        raise Invalid("member", _("该成员已停用。"), _("请先恢复该成员。"))
    if until is not None and until < since:
        raise Invalid("until", _("截止日期早于起始日期。"), _("请改正日期。"))
    same = Assignment.objects.filter(member=member, unit=unit, role=role, until=None)
    if same.exists():
        raise Conflict(_("该成员在此单位已有这个角色。"))
    post = Assignment.objects.create(member=member, unit=unit, role=role, since=since, until=until)
    record_many([assigned(post)], actor=actor)
    forget_standing()
    return post


def check_post(unit: Unit, role: str) -> None:
    """Raises Invalid for an unknown role or a unit that is no longer active."""
    if role not in Role.values:
        raise Invalid("role", _("角色“%(role)s”不存在。") % {"role": role}, _("请从列表中选择。"))
    if not unit.is_active:
        raise Invalid("unit", _("该单位已停用。"), _("请选择在用的单位。"))


def assigned(post: Assignment) -> Entry:
    """What history says of a new post."""
    unit = post.unit
    since_until = {"since": post.since, "until": post.until}
    data = {"unit": unit.pk, "unit_name": unit.name, "role": post.role, **since_until}
    return Entry(_subject(post.member_id), "organisation.member.assigned", data)


@transaction.atomic
def end_assignment(
    assignment_id: str | UUID, *, actor: Actor, until: date | None = None
) -> Assignment:
    """End a post: from `until` on (today if None) it gives no rights.

    Raises Conflict for the last administrator of the district, Invalid for an end before the
    start.
    """
    post = Assignment.objects.select_related("member", "unit").filter(pk=assignment_id).first()
    if post is None:
        raise NotFound(_("没有这条任职记录。"))
    authorise(actor, "organisation.member.assign", post_owned(post.unit, post.role))
    end = until or max(clock.today(), post.since)
    if end < post.since:
        raise Invalid("until", _("截止日期早于起始日期。"), _("请改正日期。"))
    with an_administrator_stays():
        post.until = end
        post.save(update_fields=["until"])
    record(
        _subject(post.member_id),
        "organisation.member.assignment_ended",
        {"unit": post.unit_id, "unit_name": post.unit.name, "role": post.role, "until": end},
        actor=actor,
    )
    forget_standing()
    return post


@contextmanager
def an_administrator_stays() -> Iterator[None]:
    """Raise Conflict when what is done within removes the last who can manage the district."""
    before = _administrators()
    yield
    if before and not _administrators():
        raise Conflict(_("这是全区最后一位系统管理员。请先任命另一位，再办理。"))


def _administrators() -> int:
    posts = Assignment.objects.on(clock.today()).filter(
        role=Role.ADMINISTRATOR, unit__parent=None, member__user__is_active=True
    )
    return posts.count()


def _subject(member_id: UUID) -> Subject:
    return Subject("organisation.member", str(member_id))
