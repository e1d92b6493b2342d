"""Members: one, those who act for a unit, and through which units somebody manages them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.models import Assignment, Member, Unit
from district.kernel.organisation.rules import Owned, Role
from district.kernel.organisation.selectors.rights import permitted
from district.kernel.organisation.selectors.tree import root_unit

# Roles whose rights stay in the unit and below. The others reach across the district, so only
# an administrator of the whole district gives them.
LOCAL_ROLES = frozenset({Role.UNIT_HEAD, Role.OFFICER, Role.DUTY_OFFICER})


def member_by_id(member_id: str | UUID) -> Member:
    """The member with this id; NotFound where there is none."""
    try:
        key = UUID(str(member_id))
    except ValueError:
        key = None
    member = Member.objects.filter(pk=key).first() if key else None
    if member is None:
        raise NotFound(_("没有这位成员。"))
    return member


def member_of_actor(actor: Actor) -> Member | None:
    """The member who acts; None where a part of the product does. One query."""
    return Member.objects.filter(pk=actor.id).first() if actor.kind == "member" else None


def heads_of(unit_code: str) -> list[UUID]:
    """The ids of a unit's heads by name, its leaders where it has no head. One query."""
    rows = assignments_today(unit_code=unit_code).filter(role__in=(Role.UNIT_HEAD, Role.LEADER))
    by_role: dict[str, list[UUID]] = {}
    for role, member in rows.values_list("role", "member_id"):
        by_role.setdefault(role, []).append(member)
    return by_role.get(Role.UNIT_HEAD) or by_role.get(Role.LEADER) or []


def members_acting(
    unit_codes: Iterable[str], roles: Iterable[str] | None = None
) -> QuerySet[Member]:
    """The active members with a post in these units today (in one of `roles`, if given)."""
    posts = Assignment.objects.on(clock.today()).filter(unit_id__in=list(unit_codes))
    if roles is not None:
        posts = posts.filter(role__in=list(roles))
    return Member.objects.filter(pk__in=posts.values("member_id"))


def assignments_today(*, unit_code: str = "", member_id: str | UUID = "") -> QuerySet[Assignment]:
    """Assignments that run today, with member and unit, of one unit or one member."""
    rows = Assignment.objects.on(clock.today()).select_related("member", "unit")
    if unit_code:
        rows = rows.filter(unit_id=unit_code)
    if member_id:
        rows = rows.filter(member_id=member_id)
    return rows.order_by("unit__sort", "role", "member__name")


def posts_not_over(member: Member) -> list[Assignment]:
    """The member's posts that run today or later, with their units; one query."""
    running = Q(until=None) | Q(until__gt=clock.today())
    rows = member.assignments.filter(running).select_related("unit")
    return list(rows.order_by("since", "unit__sort", "role"))


def post_owned(unit: Unit, role: str) -> Owned:
    """To whom the right to fill this post belongs: the unit, or for a role that reaches across
    the district the district itself."""
    return unit.owned() if role in LOCAL_ROLES else root_unit().owned()


def managed_through(member: Member, posts: list[Assignment] | None = None) -> list[Owned]:
    """Through which units somebody manages `member`: those of posts not yet over; without any,
    the district itself. Somebody who manages needs the right through every one of them."""
    held = posts_not_over(member) if posts is None else posts
    own = str(member.pk)
    local = {post.unit_id: post.unit.path for post in held if post.role in LOCAL_ROLES}
    if not held or any(post.role not in LOCAL_ROLES for post in held):
        top = root_unit()
        local[top.pk] = top.path
    return [Owned(code, member=own, path=path) for code, path in local.items()]


@dataclass(frozen=True)
class MemberRights:
    """What an actor may do with one member, for the buttons of a page."""

    change: bool
    change_phone: bool
    view_phone: bool
    assign: bool
    deactivate: bool
    set_password: bool


def rights_on(actor: Actor, member: Member, posts: list[Assignment]) -> MemberRights:
    """The rights of `actor` on `member`, whose posts not yet over are `posts`."""
    through = managed_through(member, posts)

    def every(verb: str) -> bool:
        return all(permitted(actor, f"organisation.member.{verb}", owned) for owned in through)

    return MemberRights(
        change=every("change"),
        change_phone=every("change_phone"),
        view_phone=may_view_phone(actor, through),
        assign=every("assign"),
        deactivate=every("deactivate"),
        set_password=every("set_password"),
    )


def may_view_phone(actor: Actor, through: list[Owned]) -> bool:
    """To look up a number, the right through one of the member's units is enough."""
    return any(permitted(actor, "organisation.member.view_phone", owned) for owned in through)


def member_list(*, search: str = "", under: str = "", role: str = "") -> QuerySet[Member]:
    """Active members by name with today's posts ready (`member.today`): those whose name or
    title holds `search`, who act for the unit with path `under` or below, in `role`."""
    today = Assignment.objects.on(clock.today())
    rows = Member.objects.filter(is_active=True)
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(name_en__icontains=search) | Q(title__icontains=search)
        )
    if under or role:
        held = today.filter(unit__path__startswith=under) if under else today
        held = held.filter(role=role) if role else held
        rows = rows.filter(pk__in=held.values("member_id"))
    shown = today.select_related("unit").order_by("unit__sort", "role")
    return rows.order_by("name", "pk").prefetch_related(
        Prefetch("assignments", queryset=shown, to_attr="today")
    )
