"""A small district whose people handle appeals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case, Contact, Report, perform, report_case
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.systems.appeals.names import TYPE
from district.testing.people import save_calendars
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "水务局", "department", "9", sort=3),
)
PUBLIC = Actor.anonymous()
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test


@contextmanager
def standing(moment: str) -> Iterator[None]:
    """The product's clock stands at that local moment, `2025-09-26 09:00`."""
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    with mock.patch("district.kernel.base.clock.now", return_value=at):
        yield


@dataclass(frozen=True)
class People:
    """Somebody in each place that handles appeals; `members` by name."""

    desk: Actor
    east: Actor
    west: Actor
    water: Actor
    leader: Actor
    viewer: Actor
    members: dict[str, Member]


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Units, calendars, members; it is ten o'clock on 22 September 2025, a Monday."""
    forget_all()
    with standing("2025-09-22 10:00"):
        yield remembered(_people)


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    save_calendars()
    posts = {
        "desk": ("值班员", "9", "duty_officer"),
        "east": ("东经办", "901", "officer"),
        "west": ("西经办", "902", "officer"),
        "water": ("水务经办", "9-D01", "officer"),
        "leader": ("区领导", "9", "leader"),
        "viewer": ("查阅人", "9", "viewer"),
    }
    members = {
        key: create_member(name, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (name, unit, role) in posts.items()
    }
    actors = {key: actor_for(member) for key, member in members.items()}
    return People(**actors, members=members)


MakeCase = Callable[..., Case]


@pytest.fixture
def reported(people: People) -> MakeCase:
    """`reported(text=..., ...)`: somebody reports over the web."""

    def make(text: str = "桥头路口垃圾堆了三天没人清", **given: str) -> Case:
        report = Report(TYPE, text, **{"street": "901", **given})  # type: ignore[arg-type]  # a test's own keywords
        return report_case(report, actor=PUBLIC, contact=Contact("张三", "13800138000")).case

    return make


@pytest.fixture
def closed(reported: MakeCase, people: People) -> MakeCase:
    """`closed(said="satisfied", unit="901")`: an appeal handled to its end."""

    def make(said: str = "satisfied", unit: str = "901", at: str = "2025-09-23 10:00") -> Case:
        case = reported(street="901" if unit == "901" else "902")
        who = people.east if unit == "901" else people.west
        perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": unit})
        perform(case.pk, "accept", actor=who)
        with standing(at):
            perform(case.pk, "finish", actor=who, data={"result": "已清理"})
            return perform(case.pk, "close", actor=people.desk, data={"satisfaction": said})

    return make
