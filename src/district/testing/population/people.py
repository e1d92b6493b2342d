"""Members, their log-ins and posts, and who leads what the report itself promises."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from district.kernel.base import clock
from district.kernel.history.public import Entry, Subject
from district.kernel.organisation.public import Assignment, Member, Role, Unit, root_unit
from district.kernel.plan.public import accept_suggested_owners, reports
from district.testing.population.shared import ACTOR, BATCH, record_entries, seeded_key

PLANNER = "load-planner"


def make_members(rng: random.Random, password: str) -> dict[str, tuple[UUID, UUID]]:
    """A head and an officer for every unit, and one of each role for the district.

    Returns (head, officer) by unit code; owners of the report are suggested once they are there.
    """
    root = root_unit()
    units = list(Unit.objects.filter(is_active=True).exclude(pk=root.pk))
    hashed = make_password(password or None)
    posts = [
        (PLANNER if role == Role.PLANNER else f"load-{role}", root.pk, str(role)) for role in Role
    ]
    for unit in units:
        posts += [(f"load-head-{unit.pk}", unit.pk, "unit_head")]
        posts += [(f"load-officer-{unit.pk}", unit.pk, "officer")]
    users = User.objects.bulk_create(
        [User(username=name, password=hashed) for name, _unit, _role in posts], batch_size=BATCH
    )
    members = [
        Member(id=seeded_key(rng), user=user, name=f"成员{number:04d}", title="")
        for number, user in enumerate(users)
    ]
    Member.objects.bulk_create(members, batch_size=BATCH)
    since = clock.today() - timedelta(days=400)
    Assignment.objects.bulk_create(
        [
            Assignment(id=seeded_key(rng), member=member, unit_id=unit, role=role, since=since)
            for member, (_name, unit, role) in zip(members, posts, strict=True)
        ],
        batch_size=BATCH,
    )
    record_entries(
        Entry(
            Subject("organisation.member", str(member.pk)),
            "organisation.member.created",
            {"name": member.name, "title": "", "username": name},
        )
        for member, (name, _unit, _role) in zip(members, posts, strict=True)
    )
    by_post = {(unit, role): m.pk for m, (_name, unit, role) in zip(members, posts, strict=True)}
    for report in reports():
        accept_suggested_owners(report.pk, actor=ACTOR, certainty=Decimal(0))
    return {unit.pk: (by_post[unit.pk, "unit_head"], by_post[unit.pk, "officer"]) for unit in units}
