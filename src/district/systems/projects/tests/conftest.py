"""A small district with projects: a coordinating bureau, statistics, a lead bureau, two streets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
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
from district.systems.projects.models import Item, Project
from district.systems.projects.services.projects import add_project
from district.systems.projects.services.settings import put_settings
from district.testing.moments import standing

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "发改局", "department", "9", sort=3),
    UnitRow("9-D02", "工信局", "department", "9", sort=4),
    UnitRow("9-D03", "规划局", "department", "9", sort=5),
    UnitRow("9-D04", "统计局", "department", "9", sort=6),
)
SETTINGS: dict[str, Any] = {
    "coordinating_unit": "9-D01",
    "statistics_unit": "9-D04",
    "leader_from": 100000,
    "targets": {"2025": 60000},
    "templates": [
        {
            "key": "plant", "label": "工业项目", "label_en": "Plant", "start": "permit",
            "items": [
                {"key": "filing", "label": "备案", "unit": "9-D01", "statutory": 5, "promised": 2},
                {"key": "land", "label": "用地许可", "unit": "9-D03", "statutory": 20,
                 "promised": 10, "after": ["filing"]},
                {"key": "fire", "label": "消防审查", "unit": "9-D03", "statutory": 15,
                 "promised": 5,
                 "early": [{"item": "land", "lag": 3, "rest": 1, "materials": "方案"}]},
                {"key": "permit", "label": "施工许可", "unit": "9-D03", "statutory": 7,
                 "promised": 3, "after": ["fire"],
                 "tolerate": [{"item": "land", "materials": "用地许可证"}]},
            ],
        }
    ],
}  # fmt: skip
#: A Monday.
NOW = "2025-09-22 10:00"
POSTS = {
    "lead": ("9-D02", "officer"),
    "head": ("9-D02", "unit_head"),
    "centre": ("9-D01", "officer"),
    "planning": ("9-D03", "officer"),
    "statistics": ("9-D04", "officer"),
    "street": ("901", "officer"),
    "other_street": ("902", "officer"),
    "leader": ("9", "leader"),
    "auditor": ("9", "auditor"),
    "viewer": ("9", "viewer"),
}


@dataclass(frozen=True)
class World:
    """Somebody in each place, by name, and a project before construction."""

    members: dict[str, Member]
    actors: dict[str, Actor]
    project: Project

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]

    def client(self, name: str) -> Client:
        """A browser signed in as that member."""
        client = Client()
        user = self.members[name].user
        assert user is not None
        client.force_login(user)
        return client

    def item(self, key: str, project: Project | None = None) -> Item:
        """An approval of the project as the database has it."""
        return Item.objects.get(project=project or self.project, key=key)


def values(**given: Any) -> dict[str, Any]:
    """What a project is entered with."""
    return {
        "name": "东江电池一期",
        "kind": "plant",
        "sector": "industry",
        "ownership": "social",
        "developer": "东江新能源公司",
        "lead_unit": "9-D02",
        "street": "901",
        "total": Decimal(50_000),
        "planned_start": date(2025, 11, 28),
        "planned_finish": date(2027, 6, 30),
        "land": "ready",
        **given,
    }


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The district and its project, made once for a module and undone after it."""
    forget_all()
    with django_db_blocker.unblock(), transaction.atomic():
        with standing(NOW):
            load_units(UNITS, actor=LOADER)
            for key in ("24x7", "working_days"):
                save_calendar(key, kind=key, name=key, actor=LOADER)
            put_settings(SETTINGS, actor=LOADER)
            members = {
                name: create_member(
                    name, unit, role, username=name, password="Pass-word-1", actor=LOADER  # noqa: S106  # of members who live as long as a test
                )
                for name, (unit, role) in POSTS.items()
            }  # fmt: skip
            actors = {name: actor_for(one) for name, one in members.items()}
            project = add_project(values(), actor=actors["lead"])
            yield World(members, actors, project)
        transaction.set_rollback(True)
    forget_all()


@pytest.fixture
def world(db: None, built: World) -> Iterator[World]:
    """It is ten o'clock on 22 September 2025."""
    forget_all()
    with standing(NOW):
        built.project.refresh_from_db()
        yield built
    forget_all()
