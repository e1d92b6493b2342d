"""Reads of units, members and rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound, NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation import rules
from district.kernel.organisation.actions import action_of
from district.kernel.organisation.models import Assignment, Level, Member, Unit
from district.kernel.organisation.rules import Owned, Post, Relation
from district.kernel.organisation.scope import Scope
from district.kernel.organisation.topics import TopicIndex, UnitTopics


@dataclass
class Standing:
    """What one member acts as, kept for the length of a request or a job."""

    member_id: str
    posts: tuple[Post, ...]
    paths: dict[str, str] = field(default_factory=dict)


_standing: ContextVar[Standing | None] = ContextVar("organisation_standing", default=None)


@contextmanager
def standing_kept(standing: Standing) -> Iterator[None]:
    """Within, rights of this member are decided without asking the database again."""
    token = _standing.set(standing)
    try:
        yield
    finally:
        _standing.reset(token)


def forget_standing() -> None:
    """Ask the database again from here on; called by every write that changes rights."""
    _standing.set(None)


def member_with_posts(user_id: int) -> tuple[Member, tuple[Post, ...]] | None:
    """The active member behind a log-in, with the posts that run today; one query."""
    rows = list(
        Member.objects.filter(user_id=user_id, is_active=True).annotate(
            post_role=F("assignments__role"),
            post_since=F("assignments__since"),
            post_until=F("assignments__until"),
            post_unit=F("assignments__unit_id"),
            post_path=F("assignments__unit__path"),
            post_unit_active=F("assignments__unit__is_active"),
        )
    )
    if not rows:
        return None
    today = clock.today()
    posts = tuple(
        Post(row.post_role, row.post_unit, row.post_path)
        for row in rows
        if row.post_role
        and row.post_unit_active
        and row.post_since <= today
        and (row.post_until is None or row.post_until > today)
    )
    return rows[0], posts


def posts_of(actor: Actor) -> tuple[Post, ...]:
    """The posts that `actor` holds today; none unless it is an active member."""
    if actor.kind != "member":
        return ()
    kept = _standing.get()
    if kept is not None and kept.member_id == actor.id:
        return kept.posts
    rows = Assignment.objects.on(clock.today()).filter(member_id=actor.id)
    return tuple(Post(*row) for row in rows.values_list("role", "unit_id", "unit__path"))


def _path_of(code: str) -> str:
    kept = _standing.get()
    if kept is not None and code in kept.paths:
        return kept.paths[code]
    path = Unit.objects.filter(pk=code).values_list("path", flat=True).first() or ""
    if kept is not None:
        kept.paths[code] = path
    return path


def permitted(actor: Actor, action_key: str, on: Owned | None = None) -> bool:
    """Whether `actor` may do the action on an object that belongs as `on` says.

    Without `on` only a grant in relation `any` counts. A system actor may what is declared
    `system=True`, whatever the object. Everyone else may nothing. Unknown keys are a KeyError.
    """
    action = action_of(action_key)
    if actor.kind == "system":
        return action.system
    posts = posts_of(actor)
    if on is not None and on.lead_unit and not on.path and rules.needs_path(action, posts):
        on = Owned(on.lead_unit, on.co_units, on.member, _path_of(on.lead_unit))
    return rules.permits(action, posts, on, actor.id if actor.kind == "member" else "")


def permitted_somewhere(actor: Actor, action_key: str) -> bool:
    """Whether `actor` may do the action on any object at all: for menus and buttons."""
    return not visible(actor, action_key).nothing


def authorise(actor: Actor, action_key: str, on: Owned | None = None) -> None:
    """Raise NotPermitted, with the action's name in it, unless `permitted`."""
    if not permitted(actor, action_key, on):
        label = action_of(action_key).label
        raise NotPermitted(
            _("您没有“%(action)s”的权限。如确需办理,请联系系统管理员调整角色。") % {"action": label}
        )


def visible(actor: Actor, action_key: str) -> Scope:
    """The objects that `actor` may do the action on, as a condition for the database."""
    action = action_of(action_key)
    if actor.kind == "system":
        return Scope(everything=action.system)
    reached: dict[str, set[str]] = {relation.value: set() for relation in Relation}
    for post in posts_of(actor):
        for grant in action.grants:
            if grant.role == post.role:
                subtree = grant.relation == Relation.SUBTREE
                reached[grant.relation].add(post.path if subtree else post.unit)
    if reached[Relation.ANY]:
        return Scope(everything=True)
    return Scope(
        paths=frozenset(reached[Relation.SUBTREE]),
        units=frozenset(reached[Relation.UNIT]),
        co_units=frozenset(reached[Relation.CO_UNIT]),
        member=actor.id if reached[Relation.SELF] else "",
    )


def unit_of(code: str) -> Unit:
    """The unit with this code; NotFound where there is none."""
    unit = Unit.objects.filter(pk=code).select_related("parent").first()
    if unit is None:
        raise NotFound(_("没有编码为 %(code)s 的单位。") % {"code": code})
    return unit


def root_unit() -> Unit:
    """The district itself; NotFound before units are loaded."""
    unit = Unit.objects.filter(parent=None).order_by("sort", "code").first()
    if unit is None:
        raise NotFound(_("还没有单位。请先载入单位表。"))
    return unit


def units(*, level: str = "", under: str = "", active: bool = True) -> QuerySet[Unit]:
    """Units in their order; of one level, or under the unit with path `under` (included)."""
    rows = Unit.objects.all()
    if active:
        rows = rows.filter(is_active=True)
    if level:
        rows = rows.filter(level=level)
    if under:
        rows = rows.filter(path__startswith=under)
    return rows.order_by("sort", "code")


def topic_index() -> TopicIndex:
    """What departments and streets answer for, to suggest owners for many texts with one query.

    A department called by its name comes first; a street's name is mostly just a place, so it
    counts like any other word.
    """
    found = []
    for unit in units().filter(level__in=(Level.DEPARTMENT, Level.STREET)):
        department = unit.level == Level.DEPARTMENT
        names = (unit.name, unit.short_name) if department else ()
        words = (*unit.topics, *(() if department else (unit.name,)))
        found.append(UnitTopics(unit.code, names, words))
    return TopicIndex(tuple(found))


def unit_chain(unit: Unit) -> list[Unit]:
    """The units from the top down to `unit`, itself included; one query."""
    codes = [code for code in unit.path.split("/") if code]
    by_code = Unit.objects.in_bulk(codes)
    return [by_code[code] for code in codes if code in by_code]


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
