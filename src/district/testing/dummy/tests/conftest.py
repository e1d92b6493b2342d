"""A small district with two lamps, people who look after them, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.test import Client

from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.tracking.public import load_announcement, save_calendar
from district.testing.dummy.models import Lamp
from district.testing.dummy.services import save_lamp
from district.testing.moments import moment
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
CALENDARS = Path(__file__).resolve().parents[5] / "districts" / "longgang" / "calendars"
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
)
NOW = "2025-09-22 09:00"  # a Monday


@pytest.fixture
def hold() -> Iterator[Callable[[str], None]]:
    """`hold("2025-09-26 09:00")`: the product's clock stands there; at first at NOW."""
    with mock.patch("district.kernel.base.clock.now") as now:
        now.return_value = moment(NOW)

        def stand(text: str) -> None:
            now.return_value = moment(text)

        yield stand


@pytest.fixture
def district(db: None, hold: Callable[[str], None]) -> None:
    remembered(_district)


def _district() -> None:
    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    for year in (2024, 2025, 2026):
        load_announcement((CALENDARS / f"{year}.csv").read_bytes(), year, actor=LOADER)


MakeMember = Callable[..., Member]


@pytest.fixture
def member(district: None) -> MakeMember:
    """`member("officer", "901")`: somebody with that post and a log-in."""
    made = iter(range(100))

    def make(role: str, unit: str = "901") -> Member:
        person = create_member("石立春", unit, role, actor=LOADER)
        # Without a password: the tests sign in by force.
        person.user = User.objects.create(username=f"user{next(made)}")
        person.save()
        return person

    return make


@pytest.fixture
def actor(member: MakeMember) -> Callable[..., Actor]:
    """`actor("officer", "901")`: the actor of such a member."""
    return lambda role, unit="901": actor_for(member(role, unit))


@pytest.fixture
def client_of() -> Callable[[Member], Client]:
    """A browser signed in as a member."""

    def sign_in(person: Member) -> Client:
        client = Client()
        assert person.user is not None
        client.force_login(person.user)
        return client

    return sign_in


@pytest.fixture
def lamp(district: None) -> Lamp:
    return remembered(_lamp)


def _lamp() -> Lamp:
    values = {"code": "L-1", "name": "桥头路一号", "lead_unit": "901", "power": 60}
    values |= {"lon": Decimal("114.25"), "lat": Decimal("22.72")}
    return save_lamp(values, None, LOADER)
