"""A small district that takes appeals: a desk, two streets, a department; the city beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.cases import types
from district.kernel.cases.public import Matter, TermSpec, Words
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    UnitRow,
    actor_for,
    create_member,
    load_units,
    member_by_id,
)
from district.kernel.tracking.public import save_calendar
from district.systems.appeals.city.models import CityPlatform
from district.systems.appeals.city.services import save_platform
from district.systems.appeals.names import TYPE
from district.systems.appeals.open311 import catalogue
from district.systems.appeals.tests.interfaces import city_server
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "水务局", "department", "9", sort=3),
)
MATTERS = {
    "01": Matter("01", Words("垃圾堆放", "Litter"), "9-D01", "v1", TermSpec(5, "working_days")),
    "02": Matter("02", Words("水管爆裂", "Burst pipe"), "9-D01", "v1", emergency=True),
    "03": Matter("03", Words("个人纠纷", "Dispute"), "9-D01", "v1", sensitive=True),
}

#: An order as the city sends it.
GOOD = {
    "number": "GD2025092200017",
    "text": "桥头路口垃圾堆了三天没人清，味道很大。",
    "matter": "01",
    "place": "东街道桥头路口",
    "reporter": "张三",
    "phone": "13800138000",
    "received_at": "2025-09-22T08:30:00+08:00",
    "due_at": "2025-09-25T18:00:00+08:00",
}


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from other tests; the catalogue of matters is a small one."""
    forget_all()
    monkeypatch.setitem(types._MATTERS, TYPE, MATTERS.get)


@dataclass(frozen=True)
class People:
    """Somebody in each place that has to do with the city's orders."""

    desk: Actor
    east: Actor
    east_head: Actor
    water: Actor
    admin: Actor
    auditor: Actor
    street_desk: Actor
    viewer: Actor


@pytest.fixture
def people(db: None, at: Callable[[str], AbstractContextManager[None]]) -> Iterator[People]:
    """Units, calendars and members; it is ten o'clock on Monday 22 September 2025."""
    with at("2025-09-22T10:00+08:00"):
        yield remembered(_people)


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    save_calendar("24x7", kind="24x7", name="全天候", actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    hours = (("09:00", "12:00"), ("14:00", "18:00"))
    save_calendar("working_hours", kind="working_hours", name="工作时间", hours=hours, actor=LOADER)

    def made(name: str, unit: str, role: str) -> Actor:
        return actor_for(create_member(name, unit, role, actor=LOADER, username=name))

    return People(
        desk=made("值班员", "9", "duty_officer"),
        east=made("东经办", "901", "officer"),
        east_head=made("东主任", "901", "unit_head"),
        water=made("水务经办", "9-D01", "officer"),
        admin=made("管理员", "9", "administrator"),
        auditor=made("审计员", "9", "auditor"),
        street_desk=made("东值班员", "901", "duty_officer"),
        viewer=made("查阅人", "9", "viewer"),
    )


@pytest.fixture
def city() -> Iterator[city_server.CityServer]:
    """A stand-in city platform on the loopback."""
    with city_server.running() as server:
        yield server


@pytest.fixture
def hotline(people: People) -> CityPlatform:
    """A platform that has no API: it sends files."""
    return save_platform(None, name="12345", url="", actor=people.admin)


@pytest.fixture
def linked(people: People, city: city_server.CityServer) -> CityPlatform:
    """A platform with the stand-in's API."""
    return save_platform(
        None, name="民意速办", url=city.url, secret=city.secret, actor=people.admin
    )


@pytest.fixture
def browser_of(db: None) -> Callable[[Actor], Client]:
    """`browser_of(actor)`: a client that has signed in as that member."""

    def sign_in(actor: Actor) -> Client:
        user = member_by_id(actor.id).user
        assert user is not None
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Open311 offers the matters of this test; nobody is throttled."""
    monkeypatch.setattr(catalogue, "all_matters", lambda: list(MATTERS.values()))
    settings.DISTRICT_RATES = "appeals.read.address=100000/60, appeals.report.address=100000/60"
