"""A small district with a draft, and browsers signed in as its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from district.kernel.history.public import Actor
from district.kernel.measures.public import StatPeriod, ValueSpec, record_values
from district.kernel.organisation.public import (
    UnitRow,
    actor_for,
    create_member,
    load_units,
    member_by_id,
)
from district.kernel.plan.public import (
    Commitment,
    Report,
    Statement,
    activate_many,
    add_edition,
    assign_owner,
    confirm_many,
    create_report,
)
from district.kernel.reports.public import Draft, Passage, make_draft
from district.kernel.tracking.public import save_calendar
from district.testing.moments import standing

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("9-D01", "试验区发展和改革局", "department", "9", "区发改局", sort=2),
    UnitRow("9-D02", "试验区教育局", "department", "9", "区教育局", sort=3),
)
PLAN = """试验区2025年国民经济和社会发展计划(草案)
一、2025年主要经济指标发展目标
全年发展目标如下:
——地区生产总值同比增长6%。
二、2025年工作安排
1.提升教育质量。全年新增公办义务教育学位6000个,新建幼儿园3所。完善家校社协同育人机制。
"""


@dataclass(frozen=True)
class World:
    """Who acts, and the draft."""

    planner: Actor
    leader: Actor
    officer: Actor
    viewer: Actor
    report: Report
    draft: Draft
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """A browser signed in as `planner`, `leader`, `officer` or `viewer`."""
        if who not in self.clients:
            member = member_by_id(getattr(self, who).id)
            member.user = User.objects.create_user(f"u-{who}")
            member.save()
            self.clients[who] = Client()
            self.clients[who].force_login(member.user)
        return self.clients[who]

    def passage(self, title: str) -> Passage:
        """The first passage that tells of a commitment."""
        rows = Passage.objects.filter(section__draft=self.draft, commitment__title=title)
        return rows.order_by("section__position")[0]


def record(title: str, value: str) -> None:
    """A value until the end of November, of the district."""
    measure = str(Commitment.objects.get(title=title).measure_id)
    period = StatPeriod(date(2025, 1, 1), date(2025, 11, 30), "year_to_date")
    record_values([ValueSpec(measure, "9", period, Decimal(value))], actor=LOADER)


@pytest.fixture
def world(db: None, remember: Callable[..., World]) -> Iterator[World]:
    with standing("2025-12-30 09:00"):
        yield remember(_world)


def _world() -> World:
    with standing("2025-01-20 09:00"):
        world = _district()
    record("地区生产总值", "6.2")
    record("公办义务教育学位", "6500")
    record("幼儿园", "1")
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
    edition = add_edition(report.pk, PLAN.encode(), "计划.txt", actor=planner)
    keys = list(Statement.objects.filter(edition=edition).values_list("pk", flat=True))
    confirm_many(
        edition.pk, actor=planner, threshold=Decimal(0), statement_ids=keys, with_tasks=True
    )
    for row in Commitment.objects.filter(report=report):
        assign_owner(row.pk, lead_unit="9-D02", leader=leader.id, contact=officer.id, actor=planner)
    activate_many(report.pk, actor=planner)
    return World(planner, leader, officer, made("邓雨水", "9", "viewer"), report, Draft())
