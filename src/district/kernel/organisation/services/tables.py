"""Loading members from a table (a demo's, or a deployer's first list)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction

from district.kernel.history.public import Actor
from district.kernel.organisation.models import Assignment, Member
from district.kernel.organisation.services.members import change_member, create_member
from district.kernel.organisation.services.posts import assign
from district.kernel.organisation.tables import MemberRow


@dataclass(frozen=True)
class MembersLoaded:
    """What a load did: usernames created and changed, posts added, rows that were as stated."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    posts_added: int
    unchanged: int


@transaction.atomic
def load_members(rows: Iterable[MemberRow], *, actor: Actor, password: str = "") -> MembersLoaded:
    """Make the members of `rows` exist with their posts; the same rows again change nothing.

    Members are known by username. `password` becomes that of every log-in made now (a demo's);
    without one the log-ins cannot be used until `set_password`. Posts not in `rows` stay.
    """
    by_username = {
        member.user.username: member
        for member in Member.objects.exclude(user=None).select_related("user")
        if member.user is not None
    }
    open_posts = set(
        Assignment.objects.filter(until=None).values_list("member_id", "unit_id", "role")
    )
    created: list[str] = []
    changed: list[str] = []
    added = unchanged = 0
    for row in rows:
        member = by_username.get(row.username)
        if member is None:
            member = _create(row, actor)
            by_username[row.username] = member
            created.append(row.username)
            continue
        differs = (member.name, member.name_en, member.title) != (row.name, row.name_en, row.title)
        if differs and row.username not in created:
            change_member(
                member.pk,
                member.version,
                actor=actor,
                name=row.name,
                name_en=row.name_en,
                title=row.title,
            )
            changed.append(row.username)
        if (member.pk, row.unit_code, row.role) not in open_posts:
            assign(member.pk, row.unit_code, row.role, actor=actor)
            added += 1
        elif not differs:
            unchanged += 1
    if password and created:
        # One hash for all: these log-ins share the password by intent, and a slow hash each
        # would make the first start wait for nothing.
        User.objects.filter(username__in=created).update(password=make_password(password))
    return MembersLoaded(tuple(created), tuple(changed), added, unchanged)


def _create(row: MemberRow, actor: Actor) -> Member:
    return create_member(
        row.name,
        row.unit_code,
        row.role,
        actor=actor,
        username=row.username,
        name_en=row.name_en,
        title=row.title,
        phone=row.phone,
    )
