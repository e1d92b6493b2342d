"""A small district with late and running rows, and people who supervise and answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import UnitRow, actor_for, create_member, load_units
from district.kernel.supervision.models import Run
from district.kernel.supervision.services import assign_run, start_run
from district.kernel.tracking.public import ClockSpec, Owner, TrackedRow, save_calendar, track

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("9-D01", "试验区人民政府办公室", "department", "9", "区政府办", sort=1),
    UnitRow("9-D02", "试验区教育局", "department", "9", "区教育局", sort=2),
    UnitRow("9-D03", "试验区水务局", "department", "9", "区水务局", sort=3),
)
Stand = Callable[[str], AbstractContextManager[None]]


def at(moment: str) -> datetime:
    """An aware local moment."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@contextmanager
def standing(moment: str) -> Iterator[None]:
    """The product's clock stands at that local moment."""
    with mock.patch("district.kernel.base.clock.now", return_value=at(moment)):
        yield


@dataclass(frozen=True)
class People:
    """Somebody in each role that supervision knows."""

    supervisor: Actor
    leader: Actor
    head: Actor
    officer: Actor
    other_officer: Actor
    planner: Actor
    viewer: Actor


@pytest.fixture
def people(db: None, remember: Callable[..., People]) -> Iterator[People]:
    with standing("2025-09-22 09:00"):
        yield remember(_people)


def _people() -> People:
    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)

    def made(name: str, unit: str, role: str) -> Actor:
        return actor_for(create_member(name, unit, role, actor=LOADER))

    return People(
        supervisor=made("钟小暑", "9-D01", "supervisor"),
        leader=made("李冬至", "9", "leader"),
        head=made("蔡立夏", "9-D02", "unit_head"),
        officer=made("潘谷雨", "9-D02", "officer"),
        other_officer=made("丘立秋", "9-D03", "officer"),
        planner=made("陈小满", "9-D01", "planner"),
        viewer=made("邓雨水", "9", "viewer"),
    )


@pytest.fixture
def row(people: People) -> TrackedRow:
    """A row of the education bureau that is late."""
    return make_row("1", people)


def make_row(key: str, people: People, unit: str = "9-D02") -> TrackedRow:
    """A tracked row with a leader."""
    return track(
        Subject("tests.thing", key),
        f"新建幼儿园{key}",
        Owner(unit, leader=people.leader.id),  # type: ignore[arg-type]  # ids of actors are texts
        ClockSpec(starts_at=at("2025-01-01 00:00"), due_at=at("2025-09-19 23:59")),
        actor=LOADER,
    )


@pytest.fixture
def run(row: TrackedRow, people: People) -> Run:
    return start_run(row.pk, origin="区领导批示", actor=people.supervisor)


@pytest.fixture
def assigned(run: Run, people: People) -> Run:
    return assign_run(run.pk, demand="十日内开工", days=5, actor=people.supervisor, key="assign-1")
