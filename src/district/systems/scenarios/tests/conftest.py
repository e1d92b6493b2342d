"""A small district: a centre that keeps the lists, a bureau, two streets, members in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
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
from district.kernel.tracking.public import save_calendar
from district.systems.scenarios.models import Entry
from district.systems.scenarios.services.entries import make_ready, save_entry
from district.systems.scenarios.services.publishing import load_keepers
from district.testing.moments import standing

LOADER = Actor.system("loader")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "工信局", "department", "9", sort=3),
    UnitRow("9-D05", "企业服务中心", "department", "9", sort=4),
)
KEEPERS = dict.fromkeys(("capability", "opportunity", "achievements", "three_new"), "9-D05")
AT = {
    "keeper": ("9-D05", "officer"),
    "keeper_head": ("9-D05", "unit_head"),
    "bureau": ("9-D01", "officer"),
    "bureau_head": ("9-D01", "unit_head"),
    "east": ("901", "officer"),
    "west": ("902", "officer"),
    "leader": ("9", "leader"),
    "planner": ("9-D01", "planner"),
    "viewer": ("9", "viewer"),
}


@dataclass(frozen=True)
class People:
    """The members of the tests, as actors and as they sign in."""

    actors: dict[str, Actor]
    members: dict[str, Member]

    def __getattr__(self, key: str) -> Actor:
        return self.actors[key]

    def client(self, key: str) -> Client:
        """A browser signed in as that member."""
        client = Client()
        user = self.members[key].user
        assert user is not None
        client.force_login(user)
        return client


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Units, keepers, calendars, members; it is ten o'clock on 22 September 2025, a Monday."""
    forget_all()
    with standing("2025-09-22 10:00"):
        load_units(UNITS, actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        hours = (("09:00", "12:00"), ("14:00", "18:00"))
        save_calendar("working_hours", kind="working_hours", name="h", hours=hours, actor=LOADER)
        load_keepers(KEEPERS, actor=LOADER)
        members = {
            key: create_member(key, unit, role, username=key, password=PASSWORD, actor=LOADER)
            for key, (unit, role) in AT.items()
        }
        yield People({key: actor_for(one) for key, one in members.items()}, members)
    forget_all()


MakeEntry = Callable[..., Entry]
_GIVEN: dict[str, dict[str, Any]] = {
    "capability": {
        "title": "无人机巡检方案",
        "text": "多旋翼无人机自动巡检河道和工地，识别漂浮物与违规堆放。",
        "tags": ["drone", "machine_vision"],
        "area": "low_altitude",
        "stage": "first_use",
        "organisation": "东江智飞科技有限公司",
        "money": Decimal(80),
        "lead_unit": "901",
        "street": "901",
    },
    "opportunity": {
        "title": "河道无人机巡检",
        "text": "希望用无人机自动巡检河道，识别漂浮物，减少人工巡河。",
        "tags": ["drone", "water"],
        "area": "low_altitude",
        "stage": "pilot",
        "organisation": "西街道办事处",
        "money": Decimal(100),
        "lead_unit": "902",
        "street": "902",
    },
}


@pytest.fixture
def offered(people: People) -> MakeEntry:
    """`offered("capability", title=...)`: an entry of a kind by its street's officer, put forward
    unless `ready=False`."""

    def make(kind: str = "capability", *, ready: bool = True, **more: Any) -> Entry:
        base = _GIVEN["capability" if kind in ("capability", "supply") else "opportunity"]
        values = {**base, "kind": kind, **more}
        by = {"901": people.east, "902": people.west}[values["lead_unit"]]
        entry = save_entry(values, None, by)
        return make_ready(entry.pk, actor=by) if ready else entry

    return make
