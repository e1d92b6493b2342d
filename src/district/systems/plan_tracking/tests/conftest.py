"""A small district at work: people in every role, a report, commitments under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client

from district.kernel.history.public import Actor
from district.kernel.measures.public import ValueSpec, ends_between, period_ending, record_values
from district.kernel.organisation.public import (
    EVERY_ROLE,
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.plan.public import (
    Commitment,
    Edition,
    Report,
    Statement,
    activate_many,
    add_edition,
    assign_owner,
    confirm_many,
    create_report,
)
from district.kernel.supervision.public import Run, start_run
from district.kernel.tracking.public import refresh_lights, save_calendar
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow(
        "9-D01",
        "试验区发展和改革局",
        "department",
        "9",
        "区发改局",
        sort=2,
        topics=("地区生产总值", "固定资产投资", "经济运行"),
    ),
    UnitRow(
        "9-D02",
        "试验区教育局",
        "department",
        "9",
        "区教育局",
        sort=3,
        topics=("学位", "教育", "幼儿园", "家校社"),
    ),
    UnitRow(
        "9-D03",
        "试验区水务局",
        "department",
        "9",
        "区水务局",
        sort=4,
        topics=("河长", "零直排", "污水", "水耗"),
    ),
)
REPORT = """试验区2025年国民经济和社会发展计划(草案)
一、2024年主要指标完成情况
2024年主要指标完成情况如下:
——地区生产总值同比增长6.7%;
——固定资产投资额同比增长3.1%。
二、2024年经济社会发展主要工作和成效
1.教育质量不断提升。全年新增公办义务教育学位5000个。
2.生态环境持续改善。全区优良河长占比91.1%。
三、2025年主要经济指标发展目标
全年发展目标如下:
——地区生产总值同比增长6%;
——固定资产投资额同比增长8%;
——万元GDP水耗完成上级下达指标任务。
四、2025年工作安排
1.提升教育质量。全年新增公办义务教育学位6000个,新建幼儿园3所。完善家校社协同育人机制。
2.改善生态环境。力争全区优良河长占比达到70%。力争年底前完成污水零直排区创建比例达80%。
名词解释
1.优良河长:水质达到或者优于三类的河段长度。
"""
AMENDED = REPORT.replace("——固定资产投资额同比增长8%;", "——固定资产投资额同比增长7%;").replace(
    "全年新增公办义务教育学位6000个,新建幼儿园3所。", "全年新增公办义务教育学位6000个。"
)
SEATS = {
    "administrator": "9",
    "planner": "9-D01",
    "leader": "9",
    "unit_head": "9-D02",
    "officer": "9-D02",
    "duty_officer": "9",
    "supervisor": "9",
    "auditor": "9",
    "viewer": "9",
}


def local(moment: str) -> datetime:
    """An aware local moment of `2025-09-26 09:00`."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@contextmanager
def standing(moment: str) -> Iterator[None]:
    """The product's clock stands at that local moment, in every thread."""
    with mock.patch("district.kernel.base.clock.now", return_value=local(moment)):
        yield


@dataclass
class World:
    """The district of these tests; members by role, with planner2 as the second planner."""

    members: dict[str, Member]
    report: Report
    edition: Edition
    clients: dict[str, Client] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        """Who acts in that role."""
        return actor_for(self.members[role])

    def client(self, role: str) -> Client:
        """A client that is signed in in that role."""
        if role not in self.clients:
            user = self.members[role].user
            assert user is not None
            self.clients[role] = Client()
            self.clients[role].force_login(user)
        return self.clients[role]

    def statement(self, measure: str, kind: str = "target") -> Statement:
        """The statement of that measure and kind."""
        return Statement.objects.get(edition=self.edition, measure=measure, kind=kind)

    def commitment(self, title: str) -> Commitment:
        """The commitment whose name begins so."""
        return Commitment.objects.filter(title__startswith=title).order_by("-depth")[0]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def today() -> Iterator[None]:
    """It is nine o'clock on 26 September 2025, a Friday."""
    with standing("2025-09-26 09:00"):
        yield


@pytest.fixture
def make_world() -> Callable[[], World]:
    """Makes people, and a report whose statements nobody has decided on."""
    return _world


@pytest.fixture
def world(db: None, today: None) -> World:
    """People, and a report whose statements nobody has decided on."""
    return remembered(_world)


def _world() -> World:
    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    seats = {**SEATS, "planner2": "9-D01", "other_officer": "9-D03"}
    members = {
        name: create_member(
            f"成员{name}",
            unit,
            {"planner2": "planner", "other_officer": "officer"}.get(name, name),
            actor=LOADER,
            username=name,
            since=date(2024, 1, 1),
        )
        for name, unit in seats.items()
    }
    assert set(EVERY_ROLE) <= set(members)
    planner = actor_for(members["planner"])
    report = create_report("9", 2025, "2025年计划", actor=planner)
    edition = add_edition(report.pk, REPORT.encode(), "计划.txt", actor=planner)
    return World(members, report, edition)


def confirm_everything(world: World) -> None:
    """Every statement and task becomes a decision of the planner."""
    keys = Statement.objects.filter(edition=world.edition).values_list("pk", flat=True)
    confirm_many(
        world.edition.pk,
        actor=world.actor("planner"),
        threshold=Decimal(0),
        statement_ids=list(keys),
        with_tasks=True,
    )


def put_under_way(world: World) -> None:
    """Education's head and officer answer for everything, and everything is started."""
    planner = world.actor("planner")
    for row in Commitment.objects.filter(report=world.report):
        assign_owner(
            row.pk,
            lead_unit="9-D02",
            co_units=["9-D03"],
            leader=world.members["unit_head"].pk,
            contact=world.members["officer"].pk,
            actor=planner,
        )
    activate_many(world.report.pk, actor=planner)


@pytest.fixture
def running(world: World) -> World:
    """Commitments under way since February, with values up to August and one supervision."""
    remembered(lambda: _run(world))
    return world


def make_running(world: World) -> World:
    """Confirm, own, start, measure and light everything; then supervise one that is red."""
    _run(world)
    return world


def _run(world: World) -> None:
    with standing("2025-02-20 09:00"):
        confirm_everything(world)
        put_under_way(world)
    with standing("2025-08-12 09:00"):
        _measure(world, range(1, 8), pace=Decimal(1))
        refresh_lights()
    with standing("2025-09-22 09:00"):
        _measure(world, range(8, 9), pace=Decimal("0.8"))
        refresh_lights()


def _measure(world: World, months: range, pace: Decimal) -> None:
    """Values of every measure for the periods that end in these months: what is due, by `pace`."""
    rows = Commitment.objects.filter(report=world.report).exclude(measure=None)
    specs = [
        ValueSpec(
            row.measure.key,
            "9-D02",
            period_ending(end, row.measure.span),
            (row.value or Decimal(0)) * pace * _due(row, end),
        )
        for row in rows.select_related("measure")
        if row.measure is not None
        for end in ends_between(row.measure.frequency, date(2025, 1, 1), date(2025, 12, 31))
        if end.month in months
    ]
    record_values(specs, actor=world.actor("planner"))


def _due(row: Commitment, end: date) -> Decimal:
    """Growth and shares hold all year; amounts accrue."""
    return Decimal(1) if row.basis in ("yoy", "share") else Decimal(end.month) / 12


@pytest.fixture
def run(running: World) -> Run:
    """A supervision that has just been opened."""
    row = _tracked(running)
    assert row.tracked_id is not None
    return start_run(row.tracked_id, origin="区领导批示", actor=running.actor("supervisor"))


def _tracked(world: World) -> Commitment:
    return Commitment.objects.filter(report=world.report).exclude(tracked=None).order_by("sort")[0]
