"""A small district with a report, people in their roles, and a clock that can be stood still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from district.kernel.history.public import Actor
from district.kernel.organisation.public import UnitRow, actor_for, create_member, load_units
from district.kernel.plan.models import Commitment, Edition, Report, Statement
from district.kernel.plan.services.decisions import confirm_many
from district.kernel.plan.services.reports import add_edition, create_report
from district.kernel.tracking.public import save_calendar

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
1.优良河长:水质达到或者优于三类的河段长度。
"""
AMENDED = (
    REPORT.replace("——固定资产投资额同比增长8%;", "——固定资产投资额同比增长7%;")
    .replace("全年新增公办义务教育学位6000个,新建幼儿园3所。", "全年新增公办义务教育学位6000个。")
    .replace("力争年底前完成污水", "深入推进水污染治理。新建碧道12公里。力争年底前完成污水")
)


def at(moment: str) -> datetime:
    """An aware local moment of `2025-09-26 09:00`."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


Stand = Callable[[str], AbstractContextManager[None]]


@contextmanager
def standing(moment: str) -> Iterator[None]:
    """The product's clock stands at that local moment."""
    with mock.patch("district.kernel.base.clock.now", return_value=at(moment)):
        yield


@pytest.fixture
def today() -> Iterator[None]:
    """It is nine o'clock on 26 September 2025, a Friday."""
    with standing("2025-09-26 09:00"):
        yield


@dataclass(frozen=True)
class People:
    """Somebody in each role that the plan knows."""

    planner: Actor
    planner2: Actor
    leader: Actor
    head: Actor
    officer: Actor
    other_officer: Actor
    viewer: Actor


@pytest.fixture
def people(db: None, today: None, remember: Callable[..., People]) -> People:
    return remember(_people)


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)

    def made(name: str, unit: str, role: str) -> Actor:
        return actor_for(create_member(name, unit, role, actor=LOADER))

    return People(
        planner=made("陈小满", "9-D01", "planner"),
        planner2=made("黄白露", "9-D01", "planner"),
        leader=made("李冬至", "9", "leader"),
        head=made("蔡立夏", "9-D02", "unit_head"),
        officer=made("潘谷雨", "9-D02", "officer"),
        other_officer=made("丘立秋", "9-D03", "officer"),
        viewer=made("邓雨水", "9", "viewer"),
    )


@pytest.fixture
def report(people: People, remember: Callable[..., Report]) -> Report:
    return remember(lambda: create_report("9", 2025, "2025年计划", actor=people.planner))


@pytest.fixture
def edition(report: Report, people: People, remember: Callable[..., Edition]) -> Edition:
    return remember(
        lambda: add_edition(report.pk, REPORT.encode(), "计划.txt", actor=people.planner)
    )


@pytest.fixture
def confirmed(edition: Edition, people: People, remember: Callable[..., None]) -> Edition:
    """Every statement and task of the report is confirmed."""
    remember(lambda: _confirm(edition, people))
    return edition


def _confirm(edition: Edition, people: People) -> None:
    keys = list(Statement.objects.filter(edition=edition).values_list("pk", flat=True))
    confirm_many(
        edition.pk,
        actor=people.planner,
        threshold=Decimal(0),
        statement_ids=keys,
        with_tasks=True,
    )


def statement(edition: Edition, measure: str, kind: str = "target") -> Statement:
    """The statement of that measure and kind."""
    return Statement.objects.get(edition=edition, measure=measure, kind=kind)


def commitment(title: str) -> Commitment:
    """The commitment of that name."""
    return Commitment.objects.get(title=title)
