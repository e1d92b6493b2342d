"""Members: their log-in, what is known of them, and whether they still take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import (
    Actor,
    Entry,
    Personal,
    Subject,
    protect,
    record,
    record_many,
    reveal,
)
from district.kernel.organisation.models import Assignment, Member, Unit
from district.kernel.organisation.rules import Owned
from district.kernel.organisation.selectors import (
    authorise,
    forget_standing,
    managed_through,
    may_view_phone,
    member_by_id,
    post_owned,
    unit_of,
)
from district.kernel.organisation.services.posts import (
    an_administrator_stays,
    assigned,
    check_post,
)
from district.kernel.organisation.sign_in import forget_failures
from district.kernel.sessions.public import end_sessions


@dataclass(frozen=True)
class NewMember:
    """Somebody who is to become a member with a first post, and what is known of them.

    With a `username` they get a log-in too; without a `password` it cannot be used until
    `set_password`. The post begins on `since`, today if None.
    """

    name: str
    unit_code: str
    role: str
    username: str = ""
    password: str = ""
    name_en: str = ""
    title: str = ""
    phone: str = ""
    since: date | None = None


def create_member(
    name: str,
    unit_code: str,
    role: str,
    *,
    actor: Actor,
    username: str = "",
    password: str = "",
    name_en: str = "",
    title: str = "",
    phone: str = "",
    since: date | None = None,
) -> Member:
    """One new member; see `NewMember` and `create_members`."""
    one = NewMember(name, unit_code, role, username, password, name_en, title, phone, since)
    return create_members([one], actor=actor)[0]


@transaction.atomic
def create_members(given: Sequence[NewMember], *, actor: Actor) -> list[Member]:
    """New members, each with a first post, in few statements however many they are.

    Raises Invalid for an empty name, an unknown role, an inactive unit, a taken or malformed
    username, or a weak password; then none of them is made.
    """
    units = {code: unit_of(code) for code in dict.fromkeys(one.unit_code for one in given)}
    for one in given:
        _check_new(one, units[one.unit_code], actor)
    users = _new_users(given)
    members = []
    for one in given:
        member = Member(name=one.name.strip(), name_en=one.name_en.strip(), title=one.title.strip())
        member.user = users.get(one.username)
        if one.phone:
            member.phone = protect(str(member.pk), one.phone)
        members.append(member)
    Member.objects.bulk_create(members)
    posts = [
        Assignment(
            member=member,
            unit=units[one.unit_code],
            role=one.role,
            since=one.since or clock.today(),
        )
        for one, member in zip(given, members, strict=True)
    ]
    Assignment.objects.bulk_create(posts)
    entries = [
        entry
        for one, post in zip(given, posts, strict=True)
        for entry in (_created(one, post.member), assigned(post))
    ]
    record_many(entries, actor=actor, fresh=True)
    forget_standing()
    return members


def _check_new(one: NewMember, unit: Unit, actor: Actor) -> None:
    check_post(unit, one.role)
    owned = post_owned(unit, one.role)
    authorise(actor, "organisation.member.create", owned)
    authorise(actor, "organisation.member.assign", owned)
    if not one.name.strip():
        raise Invalid("name", _("姓名没有填。"), _("请填写姓名。"))


def _created(one: NewMember, member: Member) -> Entry:
    return Entry(
        _subject(member),
        "organisation.member.created",
        {"name": member.name, "title": member.title, "username": one.username},
        {"phone": Personal(str(member.pk), one.phone)} if one.phone else None,
    )


def _new_users(given: Sequence[NewMember]) -> dict[str, User]:
    """The log-ins of those who get one, by username."""
    wanted = [one for one in given if one.username]
    if not wanted:
        return {}
    names = [one.username for one in wanted]
    taken = User.objects.filter(username__in=names).exists() or len(set(names)) < len(names)
    users = []
    for one in wanted:
        try:
            UnicodeUsernameValidator()(one.username)
        except ValidationError as error:
            raise Invalid(
                "username", _("登录名只能用字母、数字和 @ . + - _。"), _("请换一个登录名。")
            ) from error
        if taken:
            raise Invalid("username", _("这个登录名已有人使用。"), _("请换一个登录名。"))
        user = User(username=one.username)
        if one.password:
            _check_password(one.password, user)
            user.set_password(one.password)
        else:
            user.set_unusable_password()
        users.append(user)
    return {user.username: user for user in User.objects.bulk_create(users)}


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("password", " ".join(error.messages), _("请换一个更长的密码。")) from error


@transaction.atomic
def change_member(
    member_id: str | UUID,
    expected_version: int,
    *,
    actor: Actor,
    name: str,
    name_en: str = "",
    title: str = "",
) -> Member:
    """Change what a member is called; raises Conflict if somebody else changed it meanwhile."""
    member = member_by_id(member_id)
    _authorise_all(actor, "organisation.member.change", member)
    if not name.strip():
        raise Invalid("name", _("姓名没有填。"), _("请填写姓名。"))
    wanted = {"name": name.strip(), "name_en": name_en.strip(), "title": title.strip()}
    differences = {
        field: {"before": getattr(member, field), "after": value}
        for field, value in wanted.items()
        if getattr(member, field) != value
    }
    if not differences:
        return member
    for field, value in wanted.items():
        setattr(member, field, value)
    member.version = expected_version
    save_versioned(member, list(wanted))
    record(_subject(member), "organisation.member.changed", differences, actor=actor)
    return member


@transaction.atomic
def change_phone(member_id: str | UUID, phone: str, *, actor: Actor) -> Member:
    """Set or (with "") remove a member's number; in history it stands encrypted."""
    member = member_by_id(member_id)
    _authorise_all(actor, "organisation.member.change_phone", member)
    phone = phone.strip()
    if phone and not all(c.isdigit() or c in "+- ()转" for c in phone):
        raise Invalid("phone", _("联系电话含有不能用的字符。"), _("请只填数字、空格和短横线。"))
    if len(phone) > 40:
        raise Invalid("phone", _("联系电话过长。"), _("请控制在40个字符以内。"))
    person = str(member.pk)
    member.phone = protect(person, phone) if phone else ""
    save_versioned(member, ["phone"])
    record(
        _subject(member),
        "organisation.member.phone_changed",
        {"removed": not phone},
        actor=actor,
        personal={"phone": Personal(person, phone)} if phone else None,
    )
    return member


@transaction.atomic
def reveal_phone(member_id: str | UUID, reason: str, *, actor: Actor) -> str | None:
    """A member's number, with an event that says who looked and why.

    None where there is none or the person has been erased. One unit through which the actor
    has the right is enough. Raises Invalid without a reason.
    """
    member = member_by_id(member_id)
    if not may_view_phone(actor, managed_through(member)):
        raise NotPermitted(_("您没有查看这位成员联系电话的权限。"))
    if not reason.strip():
        raise Invalid("reason", _("查看事由没有填。"), _("请写明为什么要联系。"))
    if not member.phone:
        return None
    return reveal(member.phone, actor=actor, subject=_subject(member), reason=reason.strip())


@transaction.atomic
def set_password(member_id: str | UUID, password: str, *, actor: Actor) -> None:
    """Give a member's log-in a new password and unlock it; their open sessions end.

    Raises Conflict where the member has no log-in, Invalid for a weak password.
    """
    member = member_by_id(member_id)
    _authorise_all(actor, "organisation.member.set_password", member)
    _set_password(member, password)
    if member.user is not None:
        forget_failures(member.user.username)
    record(_subject(member), "organisation.member.password_set", {}, actor=actor)


@transaction.atomic
def unlock(username: str, *, actor: Actor) -> int:
    """Let this log-in be tried again from every address at once; how many locks and counts went.

    For a name that is no member's only the product's own commands may.
    """
    member = Member.objects.filter(user__username=username).first()
    if member is not None:
        _authorise_all(actor, "organisation.member.set_password", member)
    elif actor.kind != "system":
        raise NotPermitted(_("您没有解除登录锁定的权限。"))
    forgotten = forget_failures(username)
    if member is not None and forgotten:
        record(_subject(member), "organisation.member.unlocked", {}, actor=actor)
    return forgotten


def _set_password(member: Member, password: str, keep: str | None = None) -> None:
    """Sessions of before end, but for that with the key `keep`: they carry the old password's
    hash and would be refused, and so nobody sees them in a list either."""
    user = member.user
    if user is None:
        raise Conflict(_("该成员没有登录账号。"))
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user.pk, but=keep)


@transaction.atomic
def change_own_password(
    member: Member, password: str, *, actor: Actor, session: str | None = None
) -> None:
    """Let a member choose a new password; the caller has asked for the old one.

    All sessions end but that with the key `session`, which the caller carries on. Raises Conflict
    where the member has no log-in, Invalid for a weak password.
    """
    own = Owned(None, member=str(member.pk))
    authorise(actor, "organisation.member.change_own_password", own)
    _set_password(member, password, session)
    record(_subject(member), "organisation.member.password_changed", {}, actor=actor)


@transaction.atomic
def deactivate(member_id: str | UUID, reason: str, *, actor: Actor) -> Member:
    """Take a member out: no log-in, no rights from now on; what they did stays theirs.

    Raises Conflict for the last administrator of the district.
    """
    member = member_by_id(member_id)
    _authorise_all(actor, "organisation.member.deactivate", member)
    with an_administrator_stays():
        _switch(member, active=False)
    record(_subject(member), "organisation.member.deactivated", {"reason": reason}, actor=actor)
    forget_standing()
    return member


@transaction.atomic
def reactivate(member_id: str | UUID, reason: str, *, actor: Actor) -> Member:
    """Let a deactivated member take part again, in the posts that have not ended."""
    member = member_by_id(member_id)
    _authorise_all(actor, "organisation.member.deactivate", member)
    _switch(member, active=True)
    record(_subject(member), "organisation.member.reactivated", {"reason": reason}, actor=actor)
    forget_standing()
    return member


def _switch(member: Member, *, active: bool) -> None:
    if member.is_active == active:
        raise Conflict(_("该成员已恢复。") if active else _("该成员已停用。"))
    member.is_active = active
    save_versioned(member, ["is_active"])
    if member.user is not None:
        member.user.is_active = active
        member.user.save(update_fields=["is_active"])
        if not active:
            end_sessions(member.user_id)


def _authorise_all(actor: Actor, action_key: str, member: Member) -> None:
    """The actor needs the right through every unit of the member: an administrator of one
    street must not reach somebody who also acts for the district."""
    for owned in managed_through(member):
        authorise(actor, action_key, owned)


def _subject(member: Member) -> Subject:
    return Subject("organisation.member", str(member.pk))
