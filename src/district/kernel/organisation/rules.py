"""Who may do what, as pure rules: roles, relations, actions, and the decision itself.

A member acts for units through posts (assignments that run today). An action grants to a role
only in a stated relation between the post's unit and the unit that owns the object. What no
grant allows is denied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from district.kernel.base.errors import SettingError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Role(TextChoices):
    """What a member is in a unit; rights follow from it, titles do not."""

    ADMINISTRATOR = "administrator", _("系统管理员")
    PLANNER = "planner", _("计划统筹员")
    LEADER = "leader", _("区领导")
    UNIT_HEAD = "unit_head", _("单位负责人")
    OFFICER = "officer", _("经办人")
    DUTY_OFFICER = "duty_officer", _("值班员")
    SUPERVISOR = "supervisor", _("督查员")
    AUDITOR = "auditor", _("审计员")
    VIEWER = "viewer", _("查阅人")


class Relation(StrEnum):
    """How a post's unit stands to the object that an action is done on."""

    ANY = "any"  # whatever the object, also none at all
    UNIT = "unit"  # the post's unit is the object's lead unit
    SUBTREE = "subtree"  # the lead unit is the post's unit or lies below it
    SUPERIOR = "superior"  # the lead unit lies below the post's unit
    CENTRE = "centre"  # the post's unit runs the desk that the object lies on
    CO_UNIT = "co_unit"  # the post's unit is one of the co-units
    SELF = "self"  # the object is the member's own
    LEADER = "leader"  # the member is the leader who answers for the object (责任领导)


@dataclass(frozen=True)
class Grant:
    """One line of an action's rights: this role, in this relation."""

    role: str
    relation: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", Role(self.role).value)
        object.__setattr__(self, "relation", Relation(self.relation).value)


def grants(relation: str, *roles: str) -> tuple[Grant, ...]:
    """The same relation for several roles: `grants("subtree", "officer", "unit_head")`."""
    return tuple(Grant(role, relation) for role in roles)


EVERY_ROLE: tuple[str, ...] = tuple(role.value for role in Role)


@dataclass(frozen=True)
class Action:
    """Something that can be done, and who may do it.

    `key` is `<part>.<thing>.<verb>`; `label` is the Chinese name (lazy translation). `system`
    allows it to the product's own actors as well (loader, worker, sealer).
    """

    key: str
    label: StrOrPromise
    grants: tuple[Grant, ...] = ()
    system: bool = False

    def __post_init__(self) -> None:
        if self.key.count(".") < 1 or self.key != self.key.lower():
            raise ValueError(f"action key {self.key!r} must read like part.thing.verb")


@dataclass(frozen=True)
class Owned:
    """To whom an object belongs, as far as rights go.

    `lead_unit` and `co_units` are unit codes; None or empty where nobody is named yet, which
    only a grant in relation `any` reaches. `member` is the id (text) of the member whose own
    it is. `path` is the lead unit's path; give it where you have it, it saves a query. `centre`
    is the unit whose desk the object lies on, `leader` the id (text) of the leader who answers
    for it ("" where there is none).
    """

    lead_unit: str | None
    co_units: frozenset[str] = frozenset()
    member: str = ""
    path: str = ""
    centre: str = ""
    leader: str = ""


@dataclass(frozen=True)
class Post:
    """A role in a unit that runs today."""

    role: str
    unit: str
    path: str


def lies_under(path: str, above: str) -> bool:
    """Whether the unit with `path` is the unit with path `above` or lies below it.

    Paths look like `/440307/440307003/`; the closing slash keeps 4403070 from matching 440307.
    """
    return bool(path) and bool(above) and path.startswith(above)


def holds(relation: str, post: Post, owned: Owned | None, member_id: str) -> bool:
    """Whether `post` of the member `member_id` stands in `relation` to an object of `owned`.

    `owned.path` must be filled for `subtree` and `superior`. Without an object only `any` holds.
    """
    if relation == Relation.ANY:
        return True
    if owned is None:
        return False
    if relation == Relation.UNIT:
        return owned.lead_unit is not None and post.unit == owned.lead_unit
    if relation == Relation.SUBTREE:
        return lies_under(owned.path, post.path)
    if relation == Relation.SUPERIOR:
        return owned.path != post.path and lies_under(owned.path, post.path)
    if relation == Relation.CENTRE:
        return bool(owned.centre) and post.unit == owned.centre
    if relation == Relation.CO_UNIT:
        return post.unit in owned.co_units
    if relation == Relation.LEADER:
        return bool(member_id) and owned.leader == member_id
    return bool(member_id) and owned.member == member_id


def permits(action: Action, posts: Iterable[Post], owned: Owned | None, member_id: str) -> bool:
    """Whether any grant of `action` reaches any of `posts`; no grant, no right."""
    return any(
        grant.role == post.role and holds(grant.relation, post, owned, member_id)
        for post in posts
        for grant in action.grants
    )


_OF_THE_TREE = frozenset({Relation.SUBTREE.value, Relation.SUPERIOR.value})


def needs_path(action: Action, posts: Iterable[Post]) -> bool:
    """Whether the decision can depend on where the lead unit lies in the tree."""
    roles = {post.role for post in posts}
    return any(g.relation in _OF_THE_TREE and g.role in roles for g in action.grants)


#: The entry of a district's `sign_in` file that names roles.
SECOND_FACTOR_ROLES = "second_factor_roles"


def checked_sign_in(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a district asks of signing in, checked; SettingError names the entry."""
    for entry in data:
        if entry != SECOND_FACTOR_ROLES:
            raise SettingError(entry, "not known")
    roles = data.get(SECOND_FACTOR_ROLES, [])
    if not isinstance(roles, list):
        raise SettingError(SECOND_FACTOR_ROLES, "not a list")
    for role in roles:
        if role not in EVERY_ROLE:
            raise SettingError(SECOND_FACTOR_ROLES, f"no such role: {role}")
    return {SECOND_FACTOR_ROLES: sorted(set(roles))}


def second_factor_roles(setting: Mapping[str, Any] | None) -> frozenset[str]:
    """The roles whose holders must sign in with a second factor, by the district's setting."""
    return frozenset((setting or {}).get(SECOND_FACTOR_ROLES, ()))


def second_factor_missing(
    setting: Mapping[str, Any] | None, posts: Iterable[Post], *, shown: bool
) -> bool:
    """Whether one of these posts asks for a second factor and none was shown."""
    asked = second_factor_roles(setting)
    return bool(asked) and not shown and any(post.role in asked for post in posts)
