"""A small district on a map: a centre, two streets, a community, two departments; its sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.places.public import load_areas, parse_areas
from district.kernel.tracking.public import save_calendar
from district.kernel.warnings import cap
from district.kernel.warnings.models import Alert, Source
from district.kernel.warnings.services import (
    DraftValues,
    Receipt,
    approve_draft,
    load_catalogue,
    receive,
    save_draft,
    save_source,
    submit_draft,
)
from district.kernel.warnings.tests.samples import WEATHER, rainstorm, standing

LOADER = Actor.system("tests")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
ROOT, EAST, WEST, BRIDGE, WATER, FIRE = (
    "440307", "440307001", "440307002", "440307001001", "440307-D15", "440307-D22",
)  # fmt: skip
UNITS = (
    UnitRow(ROOT, "试验区", "district", name_en="Test District"),
    UnitRow(EAST, "东街道", "street", ROOT, sort=1, name_en="East Street"),
    UnitRow(BRIDGE, "桥头社区", "community", EAST, sort=1),
    UnitRow(WEST, "西街道", "street", ROOT, sort=2, name_en="West Street"),
    UnitRow(WATER, "水务局", "department", ROOT, sort=3),
    UnitRow(FIRE, "应急局", "department", ROOT, sort=4),
)
#: Who acts where: key, unit, role.
PEOPLE = {
    "admin": (ROOT, "administrator"),
    "leader": (ROOT, "leader"),
    "leader2": (ROOT, "leader"),
    "duty": (ROOT, "duty_officer"),
    "east_head": (EAST, "unit_head"),
    "east": (EAST, "officer"),
    "east2": (EAST, "officer"),
    "west_head": (WEST, "unit_head"),
    "bridge": (BRIDGE, "officer"),
    "water": (WATER, "officer"),
    "water_head": (WATER, "unit_head"),
    "fire": (FIRE, "officer"),
    "auditor": (ROOT, "auditor"),
    "viewer": (ROOT, "viewer"),
}
CATALOGUE = f"""
[district]
sender = "warnings@test.example.org"
sender_name = "试验区应急委员会"
sender_name_en = "Emergency Committee of the Test District"

[[kinds]]
key = "rainstorm"
units = ["{WATER}", "{FIRE}"]

[[kinds]]
key = "waterlogging"
units = ["{WATER}"]
"""


def _square(code: str, name: str, level: str, lon: float, width: float) -> dict[str, Any]:
    ring = [[lon, 22], [lon + width, 22], [lon + width, 23], [lon, 23], [lon, 22]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "level": level},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


#: East lies between 114 and 115 degrees, West between 115 and 116.
AREAS = {
    "type": "FeatureCollection",
    "features": [
        _square(ROOT, "试验区", "district", 114, 2),
        _square(EAST, "东街道", "street", 114, 1),
        _square(WEST, "西街道", "street", 115, 1),
    ],
}


@dataclass(frozen=True)
class People:
    """Somebody in each place, by key."""

    members: dict[str, Member]

    def __getattr__(self, key: str) -> Actor:
        try:
            return actor_for(self.members[key])
        except KeyError:
            raise AttributeError(key) from None

    def client(self, key: str) -> Client:
        """A browser signed in as that member."""
        client = Client()
        user = self.members[key].user
        assert user is not None
        client.force_login(user)
        return client


@pytest.fixture
def people(db: None, remember: Callable[..., dict[str, Member]]) -> Iterator[People]:
    """Units, map, calendar, catalogue, members; it is ten o'clock on Monday 22 September 2025."""
    forget_all()
    with standing("2025-09-22 10:00"):
        yield People(remember(_members))
    forget_all()


def _members() -> dict[str, Member]:
    load_units(UNITS, actor=LOADER)
    load_areas(parse_areas(json.dumps(AREAS)), actor=LOADER)
    save_calendar("24x7", kind="24x7", name="24x7", actor=LOADER)
    load_catalogue(CATALOGUE, actor=LOADER)
    return {
        key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (unit, role) in PEOPLE.items()
    }


@pytest.fixture
def source(people: People, remember: Callable[..., Source]) -> Source:
    """The weather service."""
    return remember(
        lambda: save_source(None, name="试验市气象台", senders=[WEATHER], actor=people.admin)
    )


Send = Callable[..., Receipt]


@pytest.fixture
def send(source: Source) -> Send:
    """`send(message)`: the weather service sends a message, an orange rainstorm by default."""

    def deliver(message: cap.Alert | None = None) -> Receipt:
        return receive(source, cap.write(message or rainstorm()))

    return deliver


@pytest.fixture
def storm(send: Send, remember: Callable[..., Alert]) -> Alert:
    """An orange rainstorm for the whole district, sent at 9:50."""

    def make() -> Alert:
        alert = send().alert
        assert alert is not None
        return alert

    return remember(make)


def logged(**changes: Any) -> DraftValues:
    """A yellow waterlogging in East, as a form says it."""
    said: dict[str, Any] = {
        "kind": "waterlogging",
        "colour": "yellow",
        "headline": "东街道内涝黄色预警",
        "description": "低洼路段积水30厘米。",
        "instruction": "车辆绕行。",
        "headline_en": "Waterlogging in East Street",
        "description_en": "Low-lying roads are under water.",
        "areas": (EAST,),
        **changes,
    }
    return DraftValues(**said)


@pytest.fixture
def issued(people: People, remember: Callable[..., Alert]) -> Alert:
    """A warning of our own: drafted by the duty officer, approved by a leader."""

    def make() -> Alert:
        draft = save_draft(logged(), unit=ROOT, actor=people.duty)
        submit_draft(draft.pk, actor=people.duty)
        return approve_draft(draft.pk, actor=people.leader)

    return remember(make)
