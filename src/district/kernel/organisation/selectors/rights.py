"""Who may do what: posts of an actor, single decisions, and scopes for lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.district_settings import KEY
from district.kernel.base.errors import NotPermitted
from district.kernel.base.prepared import Prepared
from district.kernel.history.public import Actor
from district.kernel.organisation import rules
from district.kernel.organisation.actions import action_of
from district.kernel.organisation.models import Assignment, Member, SignInSetting, Unit
from district.kernel.organisation.rules import Action, Owned, Post, Relation
from district.kernel.organisation.scope import Scope
from district.kernel.organisation.selectors.tree import roots, units

_NOTHING = Scope()


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


#: Posts by member and day, where those of many are kept.
_many: ContextVar[dict[tuple[str, date], tuple[Post, ...]] | None] = ContextVar(
    "organisation_standings", default=None
)


@contextmanager
def standings_kept() -> Iterator[None]:
    """Within, posts of whoever acts are read once a day of the clock, until a write changes some.

    For a load that acts as many people one after another; nobody else writes meanwhile.
    """
    token = _many.set({})
    try:
        yield
    finally:
        _many.reset(token)


def forget_standing() -> None:
    """Ask the database again from here on; called by every write that changes rights."""
    _standing.set(None)
    many = _many.get()
    if many is not None:
        many.clear()


#: What a member's row carries besides its own fields, and what each of its posts says.
_BESIDES = ("district_name", "district_name_en", "sign_in_setting")
_OF_POSTS = ("role", "unit_id", "unit__path", "unit__is_active", "since", "until")
_OWN = tuple(field.attname for field in Member._meta.concrete_fields)


def _standing_of(user_id: int) -> QuerySet[Member, tuple[Any, ...]]:
    setting = SignInSetting.objects.filter(pk=KEY).values("content")[:1]
    besides = {
        "district_name": Subquery(roots().values("name")[:1]),
        "district_name_en": Subquery(roots().values("name_en")[:1]),
        "sign_in_setting": Subquery(setting),
    }
    rows = Member.objects.filter(user_id=user_id, is_active=True).annotate(**besides)
    return rows.values_list(*_OWN, *_BESIDES, *(f"assignments__{name}" for name in _OF_POSTS))


_STANDING = Prepared(_standing_of, {"user_id": -1}, {"user_id": Member._meta.get_field("user")})


def member_with_posts(user_id: int) -> tuple[Member, tuple[Post, ...]] | None:
    """The active member behind a log-in, with the posts that run today; one query.

    The member also carries `district_name` and `district_name_en`, which every page shows, and
    `sign_in_setting`, what the district asks of signing in (None where it says nothing).
    """
    rows = list(_STANDING.rows(user_id=user_id))
    if not rows:
        return None
    member = Member.from_db("default", _OWN, rows[0][: len(_OWN)])
    for name, value in zip(_BESIDES, rows[0][len(_OWN) :], strict=False):
        setattr(member, name, value)
    today = clock.today()
    posts = tuple(
        Post(role, unit, path)
        for role, unit, path, in_use, since, until in (row[-len(_OF_POSTS) :] for row in rows)
        if role and in_use and since <= today and (until is None or until > today)
    )
    return member, posts


def second_factor_asked(member: Member) -> bool:
    """Whether a post that the member holds today asks for a second factor. Two queries."""
    setting = SignInSetting.objects.filter(pk=KEY).values_list("content", flat=True).first()
    held = Assignment.objects.on(clock.today()).filter(member=member)
    roles = rules.second_factor_roles(setting)
    return bool(roles) and held.filter(role__in=roles).exists()


def posts_of(actor: Actor) -> tuple[Post, ...]:
    """The posts that `actor` holds today; none unless it is an active member."""
    if actor.kind != "member":
        return ()
    kept = _standing.get()
    if kept is not None and kept.member_id == actor.id:
        return kept.posts
    many, today = _many.get(), clock.today()
    if many is not None and (actor.id, today) in many:
        return many[actor.id, today]
    rows = Assignment.objects.on(today).filter(member_id=actor.id)
    posts = tuple(Post(*row) for row in rows.values_list("role", "unit_id", "unit__path"))
    if many is not None:
        many[actor.id, today] = posts
    return posts


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
    return permitted_by(actor, action_of(action_key), on)


def permitted_by(actor: Actor, action: Action, on: Owned | None = None) -> bool:
    """`permitted` for an action that is data and stands in no list, such as a case type's."""
    if actor.kind == "system":
        return action.system
    posts = posts_of(actor)
    if on is not None and on.lead_unit and not on.path and rules.needs_path(action, posts):
        on = replace(on, path=_path_of(on.lead_unit))
    return rules.permits(action, posts, on, actor.id if actor.kind == "member" else "")


def permitted_somewhere(actor: Actor, action_key: str) -> bool:
    """Whether `actor` may do the action on any object at all: for menus and buttons."""
    return not visible(actor, action_key).nothing


def authorise(actor: Actor, action_key: str, on: Owned | None = None) -> None:
    """Raise NotPermitted, with the action's name in it, unless `permitted`."""
    authorise_by(actor, action_of(action_key), on)


def authorise_somewhere(actor: Actor, action_key: str) -> None:
    """Raise NotPermitted, as `authorise` does, unless `permitted_somewhere`."""
    if not permitted_somewhere(actor, action_key):
        raise _refusal(action_of(action_key))


def authorise_by(actor: Actor, action: Action, on: Owned | None = None) -> None:
    """Raise NotPermitted unless `permitted_by`."""
    if not permitted_by(actor, action, on):
        raise _refusal(action)


def authorise_outside(actor: Actor) -> None:
    """Raise NotPermitted for members, the public and sources of data.

    What a firm does itself comes from the part of the product that knows who may act for it: as
    that part, or as the account that it vouches for.
    """
    if actor.kind in ("member", "public", "source"):
        raise NotPermitted(_("这件事只能由企业自己的账号办理。"))


def _refusal(action: Action) -> NotPermitted:
    return NotPermitted(
        _("您没有“%(action)s”的权限。如确需办理，请联系系统管理员调整角色。")
        % {"action": action.label}
    )


def visible(actor: Actor, action_key: str) -> Scope:
    """The objects that `actor` may do the action on, as a condition for the database."""
    return visible_by(actor, action_of(action_key))


def units_for(actor: Actor, action: str) -> list[Unit]:
    """The units in use in whose name the actor may do that, the district first; one query."""
    scope = visible(actor, action)
    return [unit for unit in units() if scope.covers(path=unit.path, code=unit.pk)]


def visible_by(actor: Actor, action: Action) -> Scope:
    """`visible` for an action that is data and stands in no list."""
    if actor.kind == "system":
        return Scope(everything=action.system)
    held = [
        (grant.relation, post)
        for post in posts_of(actor)
        for grant in action.grants
        if grant.role == post.role
    ]
    if not held:
        return _NOTHING
    if any(relation == Relation.ANY for relation, _post in held):
        return Scope(everything=True)

    def units_by(relation: Relation) -> frozenset[str]:
        return frozenset(post.unit for by, post in held if by == relation)

    def paths_by(relation: Relation) -> frozenset[str]:
        return frozenset(post.path for by, post in held if by == relation)

    return Scope(
        paths=paths_by(Relation.SUBTREE),
        units=units_by(Relation.UNIT),
        co_units=units_by(Relation.CO_UNIT),
        member=actor.id if units_by(Relation.SELF) else "",
        above=paths_by(Relation.SUPERIOR),
        centres=units_by(Relation.CENTRE),
        leader=actor.id if units_by(Relation.LEADER) else "",
    )


def members_permitted(action_key: str, on: Owned) -> QuerySet[Member]:
    """The active members who may do the action on an object that belongs as `on` says.

    `permitted` asked the other way round: whom to tell of something that waits.
    """
    action = action_of(action_key)
    path = on.path
    if (
        on.lead_unit
        and not path
        and any(g.relation in (Relation.SUBTREE, Relation.SUPERIOR) for g in action.grants)
    ):
        path = _path_of(on.lead_unit)
    reached = Q(pk__in=())
    for grant in action.grants:
        reached |= Q(role=grant.role) & _posts_reaching(grant.relation, on, path)
    posts = Assignment.objects.on(clock.today()).filter(reached)
    return Member.objects.filter(pk__in=posts.values("member_id"))


def _posts_reaching(relation: str, on: Owned, path: str) -> Q:
    """The posts that stand in `relation` to an object; see `rules.holds`."""
    if relation == Relation.ANY:
        return Q()
    if relation == Relation.UNIT:
        return Q(unit_id__in=[on.lead_unit] if on.lead_unit else [])
    if relation == Relation.SUBTREE:
        # A path is the chain of codes from the top, so these are the unit and those above it.
        return Q(unit_id__in=[code for code in path.split("/") if code])
    if relation == Relation.SUPERIOR:
        return Q(unit_id__in=[code for code in path.split("/") if code][:-1])
    if relation == Relation.CENTRE:
        return Q(unit_id__in=[on.centre] if on.centre else [])
    if relation == Relation.CO_UNIT:
        return Q(unit_id__in=sorted(on.co_units))
    if relation == Relation.LEADER:
        return Q(member_id__in=[on.leader] if on.leader else [])
    return Q(member_id__in=[on.member] if on.member else [])
