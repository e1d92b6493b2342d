"""Two firms in a small district, with somebody in every role; and those who serve them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.catalogue import forget_catalogue
from district.systems.enterprises.services.catalogue import put_catalogue
from district.systems.enterprises.services.telling import add_enterprise
from district.systems.enterprises.tests.conftest import code_of
from district.systems.virtual_park.models import Mandate
from district.systems.virtual_park.rules.roles import ParkRole
from district.systems.virtual_park.selectors.acting import Acting, awake
from district.systems.virtual_park.services.codes import (
    accept_invitation,
    invite,
    invite_manager,
)
from district.systems.virtual_park.services.firms import Person
from district.testing.moments import standing
from district.testing.people import save_calendars
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
PASSWORD = "Pass-word-1"  # noqa: S105  # of people who live as long as a test
NOW = "2025-09-22 10:00"
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "工信局", "department", "9", sort=3),
    UnitRow("9-D05", "企服中心", "department", "9", sort=4),
)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00"
    b"IEND\xaeB`\x82"
)


def phone_of(number: int) -> str:
    """An invented mobile number."""
    return f"138{number:08d}"


@dataclass
class People:
    """Members by name, the two enterprises, and each firm's representatives by role."""

    members: dict[str, Member]
    firms: dict[str, Enterprise]
    phones: dict[tuple[str, str], str] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """The actor of a member."""
        return actor_for(self.members[key])

    def member_client(self, key: str) -> Client:
        """A browser signed in as a member."""
        client = Client()
        user = self.members[key].user
        assert user is not None
        client.force_login(user)
        return client

    def acting(self, firm: str, role: str = "manager") -> Acting:
        """Who acts for a firm in a role."""
        rows = Mandate.objects.filter(firm__code=self.firms[firm].code, ended_at=None)
        rows = rows.select_related("firm", "representative").order_by("pk")
        (row,) = [one for one in rows if one.roles == [role]]
        return awake([row])[0]

    def client(self, firm: str, role: str = "manager") -> Client:
        """A browser signed in for a firm in a role."""
        client = Client()
        sign_in(client, self.phones[firm, role])
        return client

    def post(self, client: Client, url: str, firm: str, **data: Any) -> Any:
        """A form of the portal, drawn for that firm."""
        return client.post(url, {"for": self.firms[firm].code, **data})


def sign_in(client: Client, phone: str, password: str = PASSWORD) -> Any:
    """Send the form of signing in."""
    return client.post(reverse("park_sign_in"), {"phone": phone, "password": password})


def _members() -> dict[str, Member]:
    at = {
        "service": ("9-D05", "officer"),
        "industry": ("9-D01", "officer"),
        "head": ("9-D01", "unit_head"),
        "east": ("901", "officer"),
        "west": ("902", "officer"),
        "leader": ("9", "leader"),
        "viewer": ("9", "viewer"),
    }
    return {
        key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (unit, role) in at.items()
    }


def enterprise(number: int, name: str, street: str, **more: Any) -> Enterprise:
    """An enterprise of a street that is a sound manufacturer."""
    values = {
        "name": name, "kind": "company", "status": "active", "street": street,
        "industry": "C3921", "revenue": Decimal(3000), "staff": 60,
        "established_on": date(2019, 5, 6), **more,
    }  # fmt: skip
    return add_enterprise(code_of(number), values, actor=LOADER, source="market_registry")


@pytest.fixture
def park(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[People]:
    """Units, calendars, members, two enterprises; it is ten o'clock on 22 September 2025."""
    settings.MEDIA_ROOT = tmp_path
    settings.VAR = tmp_path
    forget_all()
    forget_catalogue()
    with standing(NOW):
        yield remembered(_people)
    forget_all()
    forget_catalogue()


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    save_calendars()
    put_catalogue({"service_unit": "9-D05", "departments": ["9-D01"]}, [], actor=LOADER)
    firms = {
        "east": enterprise(1, "东方精工有限公司", "901"),
        "west": enterprise(2, "西岭软件有限公司", "902", industry="I6510"),
    }
    return People(_members(), firms)


def bind(people: People, firm: str, *roles: str) -> None:
    """Let somebody act for a firm in each of the roles, a manager first."""
    start = 100 * (1 + list(people.firms).index(firm))
    for at, role in enumerate(roles):
        phone = phone_of(start + at)
        who = Person(f"{firm[0].upper()}{role}员", phone)
        if role == ParkRole.MANAGER:
            code = people.firms[firm].code
            made = invite_manager(code, who, actor=people.actor("service"))
        else:
            made = invite(people.acting(firm), who, [role])
        accept_invitation(phone, made.code, PASSWORD)
        people.phones[firm, role] = phone


@pytest.fixture
def bound(park: People) -> People:
    """The same with a manager for each firm."""

    def make() -> People:
        bind(park, "east", "manager")
        bind(park, "west", "manager")
        return park

    return remembered(make)


@pytest.fixture
def staffed(park: People) -> People:
    """The same with somebody in every role for each firm."""

    def make() -> People:
        for firm in park.firms:
            bind(park, firm, *ParkRole.values)
        return park

    return remembered(make)
