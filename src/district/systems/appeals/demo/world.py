"""Where and what is reported in a demo, by whom and who handles it.

Texts are the starter examples of the suggestion model, places are the district's own, people are
invented and say so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import Any

import shapely
from django.utils import timezone
from shapely.geometry import Point, shape

from district.kernel.cases.public import Case, Contact, Report, matter_of
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, actor_for, assignments_today, root_code
from district.kernel.places.public import areas
from district.systems.appeals.names import TYPE

DEMO = Actor.system("demo")
PUBLIC = Actor.anonymous()
#: What the demo's cases say of where they came from.
SOURCE = "演示"
RESULT = "已到现场处置，情况属实，问题已解决。"
SAID = ("satisfied",) * 11 + ("fair",) * 5 + ("unhappy",) * 2 + ("no_answer",) * 3 + ("",) * 2
_EXAMPLES = Path(__file__).parents[1] / "suggesting" / "examples.csv"


@dataclass(frozen=True)
class Place:
    """A community of the district: its code, its street's, and its shape (WGS-84)."""

    code: str
    street: str
    name: str
    shape: Any


class World:
    """Where and what is reported, and who handles it; the same draws every time."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)  # noqa: S311  # a demo's dice, nothing secret
        self.examples = _examples()
        self.handlers: dict[str, Actor] = {}
        wanted = (Role.OFFICER, Role.UNIT_HEAD, Role.DUTY_OFFICER)
        for post in assignments_today().filter(role__in=wanted).select_related("member"):
            key = f"{post.unit_id}:{post.role}"
            self.handlers.setdefault(key, actor_for(post.member))

    @cached_property
    def places(self) -> list[Place]:
        """The communities on the map, read where something is reported."""
        return [
            Place(area.code, area.parent_code, area.name, shape(area.geometry))
            for area in areas("community")
        ]

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

    def likely_unit(self, case: Case) -> str:
        """Whom the desk gives it to: the suggested unit where it has people, else the street."""
        unit = case.suggested_unit_id or ""
        return unit if self.handler(unit) is not None else case.street_unit_id or ""


@cache
def _examples() -> list[tuple[str, str]]:
    """(text, matter) of the starter examples."""
    with _EXAMPLES.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["matter"]) for row in csv.DictReader(file)]


def way(world: World, case: Case) -> Iterator[tuple[str, Actor | None, dict[str, Any], float]]:
    """(action, who, form, hours of waiting) one after another, as such a case goes."""
    dice, desk = world.random.random, world.desk()
    unit = world.likely_unit(case)
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
    yield "finish", mine, {"result": RESULT}, world.random.expovariate(1 / 70)
    yield "close", desk, {"satisfaction": world.random.choice(SAID) or "satisfied"}, dice() * 24
