"""A small district: a centre and two streets with duty desks, a community, a department."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.cases.public import Case
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.tracking.public import save_calendar
from district.systems.operations_centre.duty.services import (
    NewIncident,
    report_incident,
    save_post,
    save_turn,
)
from district.systems.operations_centre.models import DutyTurn
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "应急局", "department", "9", sort=3),
)
#: Who acts where: key, unit, role.
PEOPLE = {
    "leader": ("9", "leader"),
    "duty": ("9", "duty_officer"),
    "duty2": ("9", "officer"),
    "east_head": ("901", "unit_head"),
    "east": ("901", "duty_officer"),
    "east2": ("901", "officer"),
    "west_head": ("902", "unit_head"),
    "west": ("902", "duty_officer"),
    "bridge": ("901001", "officer"),
    "bureau": ("9-D01", "officer"),
    "bureau_head": ("9-D01", "unit_head"),
    "auditor": ("9", "auditor"),
    "viewer": ("9", "viewer"),
}


def moment(text: str) -> datetime:
    """A local moment, `2025-09-26 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@contextmanager
def standing(text: str) -> Iterator[None]:
    """The product's clock stands at that local moment."""
    with mock.patch("district.kernel.base.clock.now", return_value=moment(text)):
        yield


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
def people(db: None) -> Iterator[People]:
    """Units, calendars, members, duty posts; it is ten o'clock on Monday 22 September 2025."""
    forget_all()
    with standing("2025-09-22 10:00"):
        yield People(remembered(_members))
    forget_all()


def _members() -> dict[str, Member]:
    load_units(UNITS, actor=LOADER)
    for key in ("24x7", "working_days"):
        save_calendar(key, kind=key, name=key, actor=LOADER)
    members = {
        key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (unit, role) in PEOPLE.items()
    }
    for unit in ("9", "901", "902"):
        save_post({"lead_unit": unit, "name": f"{unit}值班室"}, None, LOADER)
    return members


Plan = Callable[..., DutyTurn]


@pytest.fixture
def plan(people: People) -> Plan:
    """`plan("901", "east", "2025-09-22 08:00", "2025-09-22 20:00")`: a turn on the roster, entered
    three days before."""

    def make(unit: str, who: str, starts: str, ends: str, role: str = "officer") -> DutyTurn:
        values = {
            "lead_unit": unit,
            "member": people.members[who].pk,
            "role": role,
            "starts_at": moment(starts),
            "ends_at": moment(ends),
        }
        with standing("2025-09-19 10:00"):
            return save_turn(values, None, LOADER)

    return make


@pytest.fixture
def manned(people: People, plan: Plan) -> People:
    """The centre and both streets are manned on 22 September: leads all day, officers by day."""

    def make() -> None:
        for unit, lead, officer in (
            ("9", "leader", "duty"),
            ("901", "east_head", "east"),
            ("902", "west_head", "west"),
        ):
            plan(unit, lead, "2025-09-22 08:00", "2025-09-23 08:00", "lead")
            plan(unit, officer, "2025-09-22 08:00", "2025-09-22 20:00")

    remembered(make)
    return people


@pytest.fixture
def incident(people: People) -> Callable[..., Case]:
    """`incident(street="901", ...)`: the centre opens an incident."""

    def make(street: str = "901", **facts: object) -> Case:
        new = NewIncident("商铺起火，正在疏散", "accident", street, "东街道一号", facts=facts)
        return report_incident(new, actor=people.duty).case

    return make
