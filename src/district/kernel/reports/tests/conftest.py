"""A small district with a plan, values of its measures, and a draft of the report on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod, ValueSpec, record_values
from district.kernel.organisation.public import UnitRow, actor_for, create_member, load_units
from district.kernel.plan.public import (
    Commitment,
    Report,
    Statement,
    activate_many,
    add_edition,
    assign_owner,
    confirm_many,
    create_report,
    light_by_measures,
)
from district.kernel.reports.models import Draft, Passage, Slot
from district.kernel.reports.services.drafting import make_draft
from district.kernel.tracking.public import save_calendar

LOADER = Actor.system("tests")
NOW = "2025-12-30 09:00"
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("9-D01", "试验区发展和改革局", "department", "9", "区发改局", sort=2),
    UnitRow("9-D02", "试验区教育局", "department", "9", "区教育局", sort=3),
)
PLAN = """试验区2025年国民经济和社会发展计划(草案)
一、2025年主要经济指标发展目标
全年发展目标如下:
——地区生产总值同比增长6%;
——固定资产投资额同比增长8%。
二、2025年工作安排
1.提升教育质量。全年新增公办义务教育学位6000个,新建幼儿园3所。完善家校社协同育人机制。
2.改善生态环境。力争全区优良河长占比达到70%以上。新建碧道12公里。推进垃圾分类宣传。
1.优良河长:水质达到或者优于三类的河段长度。
"""
#: title -> the year's value as of the end of November; those left out were not measured.
VALUES = {
    "地区生产总值": "6.2",
    "固定资产投资额": "-3.1",
    "公办义务教育学位": "6500",
    "幼儿园": "1",
    "全区优良河长占比": "72.5",
}
END = date(2025, 11, 30)


@dataclass(frozen=True)
class World:
    """Who acts, and the draft."""

    planner: Actor
    other_planner: Actor
    leader: Actor
    head: Actor
    officer: Actor
    outsider: Actor
    report: Report
    draft: Draft

    def passage(self, title: str, section: str = "") -> Passage:
        """The passage that tells of a commitment (in the section of that key, if given)."""
        rows = Passage.objects.filter(section__draft=self.draft, commitment__title=title)
        rows = rows.filter(section__key__startswith=section) if section else rows
        return rows.order_by("section__position")[0]

    def slot(self, title: str, source: str) -> Slot:
        """A commitment's number of that source."""
        return Slot.objects.select_related("passage").filter(
            passage__section__draft=self.draft,
            passage__commitment__title=title,
            source=source,
        )[0]


@contextmanager
def standing(text: str) -> Iterator[None]:
    """The product's clock stands at that local moment."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    with mock.patch("district.kernel.base.clock.now", return_value=moment):
        yield


def commitment(title: str) -> Commitment:
    return Commitment.objects.get(title=title)


def record(title: str, value: str, *, end: date = END, status: str = "final") -> None:
    """A value of a commitment's measure, of the district, from January on."""
    row = commitment(title)
    period = StatPeriod(date(end.year, 1, 1), end, "year_to_date")
    spec = ValueSpec(str(row.measure_id), "9", period, Decimal(value), status)
    record_values([spec], actor=LOADER)
    light_by_measures([str(row.measure_id)])


@pytest.fixture
def world(db: None, remember: Callable[..., World]) -> Iterator[World]:
    with standing(NOW):
        yield remember(_world)


def _world() -> World:
    with standing("2025-01-20 09:00"):
        world = _district()
    for title, value in VALUES.items():
        record(title, value)
    return replace(world, draft=make_draft(world.report.pk, actor=world.planner))


def _district() -> World:
    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)

    def made(name: str, unit: str, role: str) -> Actor:
        return actor_for(create_member(name, unit, role, actor=LOADER))

    planner = made("陈小满", "9-D01", "planner")
    leader = made("李冬至", "9", "leader")
    officer = made("潘谷雨", "9-D02", "officer")
    report = create_report("9", 2025, "2025年计划", actor=planner)
    _plan(report, planner, leader, officer)
    return World(
        planner,
        made("黄白露", "9-D01", "planner"),
        leader,
        made("蔡立夏", "9-D02", "unit_head"),
        officer,
        made("丘立秋", "9-D01", "officer"),
        report,
        Draft(),
    )


def _plan(report: Report, planner: Actor, leader: Actor, officer: Actor) -> None:
    edition = add_edition(report.pk, PLAN.encode(), "计划.txt", actor=planner)
    keys = list(Statement.objects.filter(edition=edition).values_list("pk", flat=True))
    confirm_many(
        edition.pk, actor=planner, threshold=Decimal(0), statement_ids=keys, with_tasks=True
    )
    for row in Commitment.objects.filter(report=report):
        assign_owner(row.pk, lead_unit="9-D02", leader=leader.id, contact=officer.id, actor=planner)
    activate_many(report.pk, actor=planner)
