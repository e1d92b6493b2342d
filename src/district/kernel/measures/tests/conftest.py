"""A small district that owes one measure: its officer, head and planner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client

from district.kernel.history.public import Actor
from district.kernel.measures.models import Filing, Measure
from district.kernel.measures.records import DutySpec, MeasureSpec
from district.kernel.measures.services import ensure_measures, open_period, save_duty
from district.kernel.organisation.public import (
    UnitRow,
    actor_for,
    create_member,
    load_units,
    member_by_id,
)
from district.kernel.tracking.public import load_announcement, save_calendar

LOADER = Actor.system("tests")
CALENDARS = Path(__file__).resolve().parents[5] / "districts" / "longgang" / "calendars"
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("9-D01", "试验区发展和改革局", "department", "9", "区发改局", sort=4),
    UnitRow("9-D02", "试验区教育局", "department", "9", "区教育局", sort=5),
)
INVESTMENT = MeasureSpec("investment", "固定资产投资额", "Fixed asset investment", unit="亿元")
Stand = Callable[[str], AbstractContextManager[None]]
Enter = Callable[[Actor], Client]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def stand() -> Stand:
    """`with stand("2025-09-26 09:00"):` the product's clock stands at that local moment."""

    @contextmanager
    def hold(moment: str) -> Iterator[None]:
        with mock.patch("district.kernel.base.clock.now", return_value=at(moment)):
            yield

    return hold


@dataclass(frozen=True)
class People:
    """Who acts in the tests."""

    officer: Actor
    head: Actor
    planner: Actor
    other_officer: Actor
    viewer: Actor


@pytest.fixture
def people(
    db: None,
    stand: Stand,
    settings: LazySettings,
    tmp_path: Path,
    remember: Callable[..., People],
) -> People:
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return remember(lambda: _people(stand))


def _people(stand: Stand) -> People:
    with stand("2023-01-02 09:00"):
        load_units(UNITS, actor=LOADER)
        save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
        for year in (2024, 2025, 2026):
            content = (CALENDARS / f"{year}.csv").read_bytes()
            load_announcement(content, year, actor=LOADER)

        def member(name: str, unit: str, role: str) -> Actor:
            return actor_for(create_member(name, unit, role, actor=LOADER))

        return People(
            member("经办", "9-D01", "officer"),
            member("局长", "9-D01", "unit_head"),
            member("统筹", "9", "planner"),
            member("旁人", "9-D02", "officer"),
            member("查阅", "9", "viewer"),
        )


@pytest.fixture
def measure(people: People, remember: Callable[..., Measure]) -> Measure:
    return remember(lambda: ensure_measures([INVESTMENT], actor=LOADER)["investment"])


@pytest.fixture
def filing(measure: Measure, stand: Stand, remember: Callable[..., Filing]) -> Filing:
    """August 2025, year to date, owed by the department; opened on 1 September."""
    return remember(lambda: _filing(stand))


def _filing(stand: Stand) -> Filing:
    save_duty(DutySpec("investment", "9-D01", date(2025, 8, 31)), actor=LOADER)
    with stand("2025-09-01 08:00"):
        open_period(actor=LOADER)
    return Filing.objects.select_related("measure", "tracked").get()


@pytest.fixture
def enter(people: People) -> Enter:
    """`enter(people.officer)`: a browser signed in as that member."""

    def make(actor: Actor) -> Client:
        member = member_by_id(actor.id)
        member.user = User.objects.create_user(f"u{member.pk}")
        member.save()
        client = Client()
        client.force_login(member.user)
        return client

    return make
