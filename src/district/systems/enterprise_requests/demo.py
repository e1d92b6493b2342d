"""The system's part of a demo: what `demo.toml` says, played through the services.

The clock stands where each thing happened; where something is there already, nothing is added.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.cases.public import Case, Contact, perform
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Level, Role, actor_for, members_acting, units
from district.kernel.tracking.public import refresh_lights
from district.systems.enterprise_requests.names import COMPLAINT, REQUEST
from district.systems.enterprise_requests.selectors.posts import command_unit, posts
from district.systems.enterprise_requests.services.requests import (
    NewComplaint,
    NewRequest,
    register_complaint,
    register_request,
)
from district.systems.enterprise_requests.services.visits import save_visit

_FILE = Path(__file__).parent / "demo.toml"
_CALLER = Contact("大雪", "000-0000-1000")
Row = Mapping[str, Any]
#: (action, who acts: the desk or the lead unit, hours after the one before, what the form says)
Step = tuple[str, str, float, dict[str, Any]]
_TAKE: tuple[Step, ...] = (("dispatch", "desk", 1, {}), ("accept", "lead", 4, {}))
#: Every sentence of a demo says what it is.
_MARK = "（演示）"


def _closed(said: str) -> tuple[Step, ...]:
    return (
        *_TAKE,
        ("finish", "lead", 30, {"result": "已当面答复企业并办理完毕。（演示）"}),
        ("close", "desk", 4, {"satisfaction": said}),
    )


#: How far a request or complaint has come. Steps that would lie ahead of the demo are left out.
_WAYS: dict[str, tuple[Step, ...]] = {
    "triage": (),
    "assigned": _TAKE[:1],
    "handling": _TAKE,
    "late": _TAKE,
    "returned": (_TAKE[0], ("give_back", "lead", 3, {"text": "不属本行业，建议交街道。（演示）"})),
    "coordination": (
        *_TAKE,
        ("ask_coordination", "lead", 20, {"text": "涉及规划和住建，请总指挥部协调。（演示）"}),
    ),
    "suspended": (
        *_TAKE,
        ("suspend", "head", 5, {"text": "等待新宿舍验收。（演示）", "until_days": 20}),
    ),
    **{said: _closed(said) for said in ("satisfied", "fair", "unhappy")},
}


@dataclass
class _World:
    """Who acts and when: the demo's moment (local), and units by the short names of officers."""

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

    def who(self, unit: str, role: str = Role.OFFICER) -> Actor | None:
        """Somebody who acts for a unit in the demo; None where nobody does."""
        if (unit, role) not in self.people:
            found = members_acting([unit], [role]).order_by("name").first()
            self.people[unit, role] = actor_for(found) if found else None
        return self.people[unit, role]


def play(time: DemoTime) -> Iterator[str]:
    """Play it before `time.starts_at`; twice adds nothing, and without posts there is none."""
    known = Case.objects.filter(type_key__in=(REQUEST, COMPLAINT))
    if known.exists() or not posts():
        return
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    world = _World(timezone.localtime(time.starts_at))
    shown = (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)
    world.codes = {unit.display_short: unit.pk for unit in units() if unit.level in shown}
    made = sum(_request(world, row, at) for at, row in enumerate(data["requests"]))
    visits = sum(_visit(world, row) for row in data["visits"])
    complaints = sum(_complaint(world, row) for row in data["complaints"])
    with clock.moved_to(time.starts_at):
        refresh_lights()
    yield f"enterprise requests: {made} requests, {visits} visits, {complaints} complaints"


def _request(world: _World, row: Row, at: int) -> bool:
    actor = world.who(command_unit())
    if actor is None:
        return False
    moment = world.at(row["days"], 9 + at % 3)
    new = NewRequest(
        row["enterprise"],
        row["industry"],
        row["kind"],
        row["text"] + _MARK,
        amount=row.get("amount"),
        stopped=row.get("stopped", False),
        street=world.codes.get(row["street"], ""),
    )
    with clock.moved_to(moment):
        case = register_request(new, actor=actor, contact=_CALLER).case
    helper = world.codes.get(row.get("helper", ""))
    _go(world, case, row["way"], moment, [helper] if helper else [])
    return True


def _go(world: _World, case: Case, way: str, moment: datetime, helpers: Sequence[str] = ()) -> None:
    """Take a case along its way, step by step, until the demo's own day."""
    for action, who, hours, given in _WAYS[way]:
        moment += timedelta(hours=hours)
        if moment >= world.ends:
            return
        data = dict(given)
        unit, role = case.centre_unit_id, Role.OFFICER
        if action == "dispatch":
            data |= {"lead_unit": case.suggested_unit_id or unit, "co_units": helpers}
        if "until_days" in data:
            data["until"] = moment.date() + timedelta(days=data.pop("until_days"))
        if who != "desk":
            unit = case.lead_unit_id
            role = Role.UNIT_HEAD if who == "head" else Role.OFFICER
        actor = world.who(unit, role)
        if actor is None:
            return
        with clock.moved_to(moment):
            case = perform(case.pk, action, actor=actor, data=data)


def _visit(world: _World, row: Row) -> bool:
    actor, moment = world.who(command_unit()), world.at(row["days"], 15)
    if actor is None or row["unit"] not in world.codes:
        return False
    street = world.codes.get(row["street"], "")
    values = {
        "visited_on": moment.date(),
        "enterprise": row["enterprise"],
        "visitor": row["visitor"],
        "lead_unit": world.codes[row["unit"]],
        "street": street,
        "industry": row["industry"],
        "raised": row["raised"] + _MARK,
    }
    with clock.moved_to(moment):
        visit = save_visit(values, None, actor)
        if row.get("opens"):
            new = NewRequest(
                row["enterprise"],
                row["industry"],
                row["opens"],
                row["raised"] + _MARK,
                street=street,
                source="counter",
                visit=visit.pk,
            )
            case = register_request(new, actor=actor).case
    if row.get("opens"):
        _go(world, case, "handling", moment)
    return True


def _complaint(world: _World, row: Row) -> bool:
    centre = next((post.unit for post in posts() if post.kind == "supervision"), "")
    actor, moment = world.who(centre), world.at(row["days"], 10)
    if actor is None or row["unit"] not in world.codes:
        return False
    new = NewComplaint(
        world.codes[row["unit"]],
        row["conduct"],
        row["text"] + _MARK,
        retaliation=row.get("retaliation", False),
    )
    with clock.moved_to(moment):
        case = register_complaint(new, actor=actor, contact=_CALLER).case
    _go(world, case, row["way"], moment)
    return True


declare_demo("enterprise_requests", play)
