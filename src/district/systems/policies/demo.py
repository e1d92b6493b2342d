"""The system's part of a demo: the district's invented policies, played through the services.

The clock stands where each thing happened; where a policy is there already, nothing is added.
Without the register of enterprises, or with an empty one, policies are published and nobody is
told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.cases.public import Case, perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Role, actor_for, members_acting, units
from district.kernel.tracking.public import refresh_lights
from district.systems.policies.demo_people import note_some, record_people
from district.systems.policies.models import Audience, Policy, Push, PushRun
from district.systems.policies.rules.terms import NewTerms
from district.systems.policies.services.applications import apply_for, offer
from district.systems.policies.services.policies import (
    publish_policy,
    save_policy,
    withdraw_policy,
)
from district.systems.policies.services.pushing import do_run, note_read, start_run

Row = Mapping[str, Any]
#: (action, role, hours after the one before, what the form says)
Step = tuple[str, str, float, dict[str, Any]]
_OFFICER, _HEAD = Role.OFFICER.value, Role.UNIT_HEAD.value
_CHECKED: tuple[Step, ...] = (("pass_format", _OFFICER, 20, {}),)
_PROPOSED: tuple[Step, ...] = (
    *_CHECKED,
    ("propose", _OFFICER, 60, {"text": "材料齐全，建议支持。（演示）"}),
)
_GRANTED: tuple[Step, ...] = (
    *_PROPOSED,
    ("grant", _HEAD, 40, {"result": "同意支持。（演示）"}),
)
_REFUSED: tuple[Step, ...] = (
    *_CHECKED,
    ("refuse", _HEAD, 60, {"result": "审计报告中的数据与申报不一致，不予支持。（演示）"}),
)
#: How far an application has come; steps that would lie ahead of the demo are left out.
_WAYS: dict[str, tuple[Step, ...]] = {
    "submitted": (),
    "confirming": (),
    "supplement": (("ask_supplement", _OFFICER, 20, {"text": "请补充展位合同。（演示）"}),),
    "review": _CHECKED,
    "decision": _PROPOSED,
    "payment": _GRANTED,
    "paid": (*_GRANTED, ("pay", _OFFICER, 80, {"text": "资金已拨付。（演示）"})),
    "refused": _REFUSED,
    "appeal": (
        *_REFUSED,
        ("appeal", _OFFICER, 40, {"text": "企业来函说明数据口径，申请复核。（演示）"}),
    ),
}


@dataclass
class _World:
    """When it ends (local), units by short name, and who acts for them."""

    ends: datetime
    codes: dict[str, str] = field(default_factory=dict)
    people: dict[tuple[str, str], Actor | None] = field(default_factory=dict)

    def at(self, days: int, hour: int) -> datetime:
        """So many working days before the end, at an hour; never later than the end."""
        day = self.ends
        while days > 0:
            day -= timedelta(days=1)
            days -= day.weekday() < 5
        return min(day.replace(hour=hour, minute=10), self.ends - timedelta(minutes=20))

    def who(self, unit: str, role: str) -> Actor | None:
        """Somebody who acts for a unit in the demo; None where nobody does."""
        if (unit, role) not in self.people:
            found = members_acting([unit], [role]).order_by("name").first()
            self.people[unit, role] = actor_for(found) if found else None
        return self.people[unit, role]


def play(time: DemoTime) -> Iterator[str]:
    """Play it before `time.starts_at`; twice adds nothing."""
    path = time.files.get("policies")
    if path is None or Policy.objects.exists():
        return
    asked = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = asked["policies"]
    world = _World(timezone.localtime(time.starts_at))
    shown = (Level.DISTRICT, Level.DEPARTMENT)
    world.codes = {unit.display_short: unit.pk for unit in units() if unit.level in shown}
    people = asked.get("recipients")
    known = record_people(people, world.at(people["days"], 9), world.who) if people else 0
    made = [one for row in rows if (one := _policy(world, row)) is not None]
    moments = sorted(
        (world.at(days, 10), at)
        for at, (row, _policy_made) in enumerate(made)
        for days in row.get("pushed", ())
    )
    runs = [
        run
        for moment, at in moments
        if (run := _push(world, made[at][0], made[at][1], moment)) is not None
    ]
    applied = sum(_apply(world, row, policy) for row, policy in made)
    for row, policy in made:
        _end(world, row, policy)
    with clock.moved_to(time.starts_at):
        refresh_lights()
    told = sum(run.sent for run in runs)
    yield f"policies: {len(made)}, {told} pushes, {applied} applications, {known} people"


def _policy(world: _World, row: Row) -> tuple[Row, Policy] | None:
    unit = world.codes.get(row["unit"], "")
    writer, head = world.who(unit, _OFFICER), world.who(unit, _HEAD)
    if writer is None or head is None:
        return None
    terms = NewTerms(
        title=row["title"],
        text=row["text"].strip(),
        where=row["where"],
        benefit_kind=row["benefit_kind"],
        benefit=row["benefit"],
        amount=Decimal(row["amount"]) if "amount" in row else None,
        opens_on=row["opens_on"],
        closes_on=row.get("closes_on"),
        without_application=row.get("without_application", False),
    )
    written = world.at(row["days"] + 2, 15)
    with clock.moved_to(written):
        audience = row.get("audience", Audience.ENTERPRISES.value)
        policy = save_policy(terms, unit=unit, audience=audience, actor=writer)
    if row.get("state") != "draft":
        with clock.moved_to(world.at(row["days"], 11)):
            publish_policy(policy.pk, actor=head)
    return row, policy


def _push(world: _World, row: Row, policy: Policy, moment: datetime) -> PushRun | None:
    actor = world.who(policy.lead_unit_id, _OFFICER)
    if actor is None:
        return None
    with clock.moved_to(moment):
        run, _small = start_run(policy.pk, actor=actor, enqueue=not_queued)
        run = do_run(str(run.pk))
    if policy.audience == Audience.PEOPLE:
        note_some(run, moment, world.ends, world.who)
    else:
        _read(world, run, moment, actor)
    return run


def not_queued(run_id: str, at_once: bool) -> None:
    """The demo does its rounds itself, when they happened."""


def _read(world: _World, run: PushRun, moment: datetime, actor: Actor) -> None:
    """Every third of them is read the day after, as far as that lies before the demo's day."""
    at = moment + timedelta(days=1)
    if at >= world.ends:
        return
    for push in run.pushes.order_by("code")[:30:3]:
        with clock.moved_to(at):
            note_read(push.pk, actor=actor)


def _apply(world: _World, row: Row, policy: Policy) -> int:
    """Applications of firms that were told, some days after they were."""
    actor = world.who(policy.lead_unit_id, _OFFICER)
    ways = row.get("applications", ())
    pushes = list(
        Push.objects.filter(version__policy=policy).order_by("sent_at", "code")[: len(ways)]
    )
    if actor is None:
        return 0
    for at, (way, push) in enumerate(zip(ways, pushes, strict=False)):
        # What is still going on was opened lately, so that not all of it is late.
        late = way in ("submitted", "supplement", "review", "decision", "confirming", "appeal")
        moment = world.at(4 + at, 9) if late else push.sent_at + timedelta(days=6 + at)
        moment = max(moment, push.sent_at + timedelta(hours=2))
        with clock.moved_to(moment):
            if way == "confirming":
                case = offer(policy.pk, push.code, actor=actor)
            else:
                case = apply_for(policy.pk, push.code, actor=actor, note="（演示）").case
        _go(world, case, way, timezone.localtime(moment))
    return min(len(ways), len(pushes))


def _go(world: _World, case: Case, way: str, moment: datetime) -> None:
    for action, role, hours, given in _WAYS[way]:
        moment += timedelta(hours=hours if way in ("paid", "payment") else hours / 5)
        actor = world.who(case.centre_unit_id, role)
        if moment >= world.ends or actor is None:
            return
        with clock.moved_to(moment):
            case = perform(case.pk, action, actor=actor, data=dict(given))


def _end(world: _World, row: Row, policy: Policy) -> None:
    head = world.who(policy.lead_unit_id, _HEAD)
    if row.get("state") == "withdrawn" and head is not None:
        with clock.moved_to(world.at(6, 16)):
            withdraw_policy(policy.pk, row["reason"], actor=head)


declare_demo("policies", play, file="policies")
