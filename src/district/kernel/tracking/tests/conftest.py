"""A small district with calendars, and a way to stand the clock at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from unittest import mock

import pytest

from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.tracking.models import TrackedRow
from district.kernel.tracking.records import ClockSpec, Owner
from district.kernel.tracking.services import load_announcement, save_calendar, track
from district.kernel.tracking.tests.samples import FOLDER, YEARS, at

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=2),
    UnitRow("902", "西街道", "street", "9", sort=3),
    UnitRow("9-D01", "试验区发展和改革局", "department", "9", "区发改局", sort=4),
    UnitRow("9-D02", "试验区教育局", "department", "9", "区教育局", sort=5),
)
Stand = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def stand() -> Stand:
    """`with stand("2025-09-26 09:00"):` the product's clock stands at that local moment."""

    @contextmanager
    def hold(moment: str) -> Iterator[None]:
        with mock.patch("district.kernel.base.clock.now", return_value=at(moment)):
            yield

    return hold


@pytest.fixture
def district(db: None, remember: Callable[..., None]) -> None:
    remember(_district)


def _district() -> None:
    load_units(UNITS, actor=LOADER)
    save_calendar("working_days", kind="working_days", name="工作日", actor=LOADER)
    save_calendar("24x7", kind="24x7", name="全天候", actor=LOADER)
    for year in YEARS:
        load_announcement((FOLDER / f"{year}.csv").read_bytes(), year, actor=LOADER)


MakeActor = Callable[..., Actor]


@pytest.fixture
def actor_with(district: None, stand: Stand) -> MakeActor:
    """`actor_with("officer", "901")`: a member with that post since 2023, as an actor."""

    def make(role: str, unit: str = "9", name: str = "石立春") -> Actor:
        with stand("2023-01-01 09:00"):
            return actor_for(create_member(name, unit, role, actor=LOADER))

    return make


def member_of_actor(actor: Actor) -> Member:
    return Member.objects.get(pk=actor.id)


def tracked(
    key: str = "1",
    *,
    unit: str = "901",
    due: str | datetime | None = "2025-10-15 23:59:59",
    co_units: frozenset[str] = frozenset(),
    kind: str = "tests.thing",
    theme: str = "",
    actor: Actor = LOADER,
) -> TrackedRow:
    """A row with a stated deadline."""
    return track(
        Subject(kind, key),
        f"事项{key}",
        Owner(unit, co_units),
        ClockSpec(
            starts_at=at("2025-01-02 09:00"), due_at=at(due) if isinstance(due, str) else due
        ),
        actor=actor,
        theme=theme,
    )
