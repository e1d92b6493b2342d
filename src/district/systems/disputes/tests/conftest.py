"""A small district with a justice bureau, an arbitration office, a petition bureau, two streets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
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
from district.systems.disputes.names import MEDIATION
from district.systems.disputes.services import (
    Application,
    PartyGiven,
    load_offices,
    open_dispute,
)
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "司法局", "department", "9", sort=3),
    UnitRow("9-D02", "人力资源局", "department", "9", sort=4),
    UnitRow("9-D03", "信访局", "department", "9", sort=5),
    UnitRow("9-D04", "住建局", "department", "9", sort=6),
)
OFFICES = """
[bodies]
justice = "9-D01"
arbitration = "9-D02"
petitions = "9-D03"
court = "试验区人民法院"
[[centres]]
code = "TY01"
name = "西街道调援裁诉中心（待核定）"
unit = "902"
is_named = false
note = "名称和地址由部署单位填报"
"""
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
PARTIES = (
    PartyGiven("applicant", "person", "张三丰", "13800138000", "东街道桥头路1号"),
    PartyGiven("respondent", "organisation", "好运电子厂", "0755-28000000", "东街道工业路2号"),
)
WORK = {
    "dispute_kind": "labour",
    "claims": "请好运电子厂支付拖欠的工资",
    "amount": "12000.50",
    "people": "1",
    "happened_on": "2025-08-31",
    "evidence": "考勤记录",
    "venue": "neighbours",
}


@contextmanager
def standing(moment: str) -> Iterator[None]:
    """The product's clock stands at that local moment, `2025-09-26 09:00`."""
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    with mock.patch("district.kernel.base.clock.now", return_value=at):
        yield


@dataclass(frozen=True)
class People:
    """Somebody in each place; `members` by name."""

    east: Actor
    west: Actor
    justice: Actor
    justice_head: Actor
    arbitration: Actor
    arbitration_head: Actor
    petitions: Actor
    building: Actor
    building_head: Actor
    leader: Actor
    leader2: Actor
    planner: Actor
    viewer: Actor
    members: dict[str, Member]


@pytest.fixture
def people(db: None, tmp_path: Path, settings: object) -> Iterator[People]:
    """Units, calendars, members, offices; it is ten o'clock on 22 September 2025, a Monday."""
    forget_all()
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]  # pytest-django's settings
    offices = tmp_path / "disputes.toml"
    offices.write_text(OFFICES, encoding="utf-8")

    def make() -> People:
        load_units(UNITS, actor=LOADER)
        for key in ("24x7", "working_days"):
            save_calendar(key, kind=key, name=key, actor=LOADER)
        load_offices(offices)
        posts = {
            "east": ("东经办", "901", "officer"),
            "west": ("西经办", "902", "officer"),
            "justice": ("司法经办", "9-D01", "officer"),
            "justice_head": ("司法局长", "9-D01", "unit_head"),
            "arbitration": ("仲裁员", "9-D02", "officer"),
            "arbitration_head": ("仲裁院长", "9-D02", "unit_head"),
            "petitions": ("信访经办", "9-D03", "officer"),
            "building": ("住建经办", "9-D04", "officer"),
            "building_head": ("住建局长", "9-D04", "unit_head"),
            "leader": ("区领导", "9", "leader"),
            "leader2": ("另一领导", "9", "leader"),
            "planner": ("统筹员", "9", "planner"),
            "viewer": ("查阅人", "9", "viewer"),
        }
        members = {
            key: create_member(name, unit, role, username=key, password=PASSWORD, actor=LOADER)
            for key, (name, unit, role) in posts.items()
        }
        actors = {key: actor_for(member) for key, member in members.items()}
        return People(**actors, members=members)

    with standing("2025-09-22 10:00"):
        yield remembered(make)


Opened = Callable[..., Case]


@pytest.fixture
def opened(people: People) -> Opened:
    """`opened(type, by=..., facts={...})`: a labour dispute is written down at the east counter."""

    def make(type_key: str = MEDIATION, **given: object) -> Case:
        facts = {**WORK, **given.pop("facts", {})}  # type: ignore[dict-item]  # a test's own keywords
        if type_key != MEDIATION:
            facts.pop("venue", None)
        actor = given.pop("by", people.east)
        values = {
            "text": "张三丰8月起在好运电子厂做工，工资一直没发。",
            "parties": PARTIES,
            "street": "901",
            "place": "工业路2号",
            **given,
        }
        return open_dispute(Application(type_key, facts=facts, **values), actor=actor)  # type: ignore[arg-type]  # as above

    return make


ClientOf = Callable[[str], Client]


@pytest.fixture
def client_of(people: People) -> ClientOf:
    """`client_of("east")`: a browser in which that member is signed in."""

    def make(who: str) -> Client:
        user = people.members[who].user
        assert user is not None
        client = Client()
        client.force_login(user)
        return client

    return make
