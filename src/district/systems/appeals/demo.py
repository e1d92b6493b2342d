"""A believable month of appeals for a demo, made through the services like everything else.

Texts are the starter examples of the suggestion model, places are the district's own, people are
invented and say so. What was handled before comes in as handled; what is open went its way.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import shapely
from django.conf import settings
from django.utils import timezone
from shapely.geometry import Point, shape

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime
from district.kernel.base.errors import DistrictError
from district.kernel.cases.public import (
    Case,
    Contact,
    Handled,
    Report,
    import_handled,
    join_case,
    matter_of,
    perform,
    report_case,
)
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, actor_for, assignments_today, root_code
from district.kernel.places.public import areas
from district.kernel.tracking.public import sweep
from district.systems.appeals.names import TYPE

DEMO = Actor.system("demo")
PUBLIC = Actor.anonymous()
#: What the demo's cases say of where they came from.
SOURCE = "演示"
_EXAMPLES = Path(__file__).parent / "suggesting" / "examples.csv"
_HANDLED, _OPEN, _DAYS = 2400, 150, 45
_SAID = ("satisfied",) * 11 + ("fair",) * 5 + ("unhappy",) * 2 + ("no_answer",) * 3 + ("",) * 2


@dataclass(frozen=True)
class _Place:
    """A community of the district: its code, its street's, and its shape (WGS-84)."""

    code: str
    street: str
    name: str
    shape: Any


class _World:
    """Where and what is reported, and who handles it; the same draws every time."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)  # noqa: S311  # a demo's dice, nothing secret
        self.places = [
            _Place(area.code, area.parent_code, area.name, shape(area.geometry))
            for area in areas("community")
        ]
        self.examples = _examples()
        self.handlers: dict[str, Actor] = {}
        wanted = (Role.OFFICER, Role.UNIT_HEAD, Role.DUTY_OFFICER)
        for post in assignments_today().filter(role__in=wanted).select_related("member"):
            key = f"{post.unit_id}:{post.role}"
            self.handlers.setdefault(key, actor_for(post.member))

    def handler(self, unit: str) -> Actor | None:
        """Whoever works the unit's cases; None where nobody does in this demo."""
        officer = self.handlers.get(f"{unit}:{Role.OFFICER.value}")
        return officer or self.handlers.get(f"{unit}:{Role.UNIT_HEAD.value}")

    def desk(self) -> Actor | None:
        """The duty officer of the district's centre."""
        return self.handlers.get(f"{root_code()}:{Role.DUTY_OFFICER.value}")

    def report(self, number: str = "") -> Report:
        """What somebody reports somewhere."""
        text, matter = self.random.choice(self.examples)
        place = self.random.choice(self.places)
        point = self._point(place.shape)
        return Report(
            TYPE,
            text,
            source=self.random.choice(("web", "web", "phone", "phone", "city", "counter")),
            matter=matter if matter_of(TYPE, matter) else "",
            lon=round(point.x, 6),
            lat=round(point.y, 6),
            place=place.name,
            street=place.street,
            community=place.code,
            is_anonymous=self.random.random() < 0.1,
            source_name=SOURCE if number else "",
            source_number=number,
        )

    def _point(self, ground: Any) -> Point:
        left, bottom, right, top = ground.bounds
        for _try in range(20):
            point = Point(self.random.uniform(left, right), self.random.uniform(bottom, top))
            if shapely.contains(ground, point):
                return point
        return Point(ground.representative_point())

    def contact(self) -> Contact:
        """An invented person; the number is of no one."""
        return Contact("演示市民", f"000{self.random.randrange(10**8):08d}")

    def moment(self, first: datetime, last: datetime) -> datetime:
        """Some time in between, mostly while people are awake."""
        span = (last - first).total_seconds()
        at = first + timedelta(seconds=self.random.random() * span)
        local = timezone.localtime(at)
        if local.hour < 7 and self.random.random() < 0.85:
            at = min(at + timedelta(hours=8), last)
        return at

    def unit_of(self, report: Report) -> str:
        """Who handles it: as the catalogue says, else the street."""
        matter = matter_of(TYPE, report.matter)
        unit = matter.unit if matter else "street"
        return report.street if unit in ("street", "community") else unit


@cache
def _examples() -> list[tuple[str, str]]:
    """(text, matter) of the starter examples."""
    with _EXAMPLES.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["matter"]) for row in csv.DictReader(file)]


def play(time: DemoTime) -> Iterator[str]:
    """The month before the demo's present; twice adds nothing."""
    if Case.objects.filter(source_name=SOURCE).exists() or not areas("community").exists():
        return
    world = _World("appeals")
    if world.desk() is None:
        yield "demo: appeals are left out, nobody has the desk"
        return
    yield f"demo: {_handled(world, time.starts_at)} handled appeals"
    yield f"demo: {_open(world, time.starts_at)} open appeals"
    with clock.moved_to(time.starts_at):
        sweep()


def _handled(world: _World, until: datetime) -> int:
    """What was handled in the weeks before."""
    first = until - timedelta(days=_DAYS)
    rows = []
    for at in range(_HANDLED):
        report = world.report(f"YS-{at + 1:05d}")
        began = world.moment(first, until - timedelta(days=4))
        due = began + timedelta(days=7)
        late = world.random.random() < 0.06
        hours = world.random.uniform(170, 260) if late else world.random.uniform(3, 160)
        finished = min(began + timedelta(hours=hours), until - timedelta(hours=2))
        closed = min(finished + timedelta(hours=world.random.uniform(1, 40)), until)
        rows.append(
            Handled(
                report,
                world.unit_of(report),
                "closed",
                began,
                finished,
                closed,
                due,
                result="已现场处置并答复。",
                satisfaction=world.random.choice(_SAID),
                returns=int(world.random.random() < 0.05),
                reopens=int(world.random.random() < 0.03),
            )
        )
    with clock.moved_to(until - timedelta(minutes=5)):
        return import_handled(rows, actor=DEMO)


def _open(world: _World, until: datetime) -> int:
    """What came in the last days and is on its way, each step at its own time."""
    made = 0
    moments = sorted(world.moment(until - timedelta(days=8), until) for _ in range(_OPEN))
    for at in moments:
        made += _go(world, at, until)
    _burst(world, until - timedelta(hours=3))
    return made


def _go(world: _World, at: datetime, until: datetime) -> int:
    """Report one and let it go as far as the time allows."""
    with clock.moved_to(at):
        case = report_case(world.report(), actor=PUBLIC, contact=world.contact()).case
    for act, actor, data, wait in _way(world, case):
        at += timedelta(hours=wait)
        if at >= until or actor is None:
            return 1
        with clock.moved_to(at):
            try:
                case = perform(case.pk, act, actor=actor, data=data)
            except DistrictError:
                return 1
    return 1


def _way(world: _World, case: Case) -> Iterator[tuple[str, Actor | None, dict[str, Any], float]]:
    """(action, who, form, hours of waiting) one after another, as such a case goes."""
    dice, desk = world.random.random, world.desk()
    unit = case.suggested_unit_id or case.street_unit_id or ""
    if world.handler(unit) is None:
        unit = case.street_unit_id or ""
    yield "dispatch", desk, {"lead_unit": unit}, world.random.expovariate(0.5)
    mine = world.handler(unit)
    if dice() < 0.06:
        yield "give_back", mine, {"text": "经核实不属本单位职责范围。"}, world.random.uniform(1, 5)
        return
    yield "accept", mine, {}, world.random.expovariate(0.12)
    if dice() < 0.3:
        told = {"text": "已电话联系反映人，核实了具体位置。"}
        yield "contact_first", mine, told, world.random.uniform(0.2, 3)
    if dice() < 0.08:
        words: dict[str, Any] = {"days": 3, "text": "需协调多家单位，申请延期。"}
        yield "ask_extension", mine, words, world.random.uniform(2, 20)
        return
    result = {"result": "已到现场处置，情况属实，问题已解决。"}
    yield "finish", mine, result, world.random.expovariate(1 / 70)
    yield "close", desk, {"satisfaction": world.random.choice(_SAID) or "satisfied"}, dice() * 24


def _burst(world: _World, at: datetime) -> None:
    """One burst pipe that a whole street reports: one case, many reporters."""
    with clock.moved_to(at):
        text = "路口水管爆裂，水一直往外冒，路面都淹了，车过不去"
        place = world.random.choice(world.places)
        point = place.shape.representative_point()
        report = Report(
            TYPE,
            text,
            source="phone",
            lon=round(point.x, 6),
            lat=round(point.y, 6),
            place=place.name,
            street=place.street,
            community=place.code,
        )
        case = report_case(report, actor=PUBLIC, contact=world.contact()).case
        for _other in range(23):
            join_case(case.pk, text=text, contact=world.contact(), actor=PUBLIC)


def arrive() -> int:
    """Somebody reports something now; for a demo that people watch. Returns how many came."""
    if not (settings.DISTRICT_DEMO and clock.is_demo()):
        return 0
    if not Case.objects.filter(source_name=SOURCE).exists():
        return 0
    world = _World(str(clock.now().timestamp()))
    if world.random.random() < 0.4:
        return 0
    report_case(world.report(), actor=PUBLIC, contact=world.contact())
    return 1
