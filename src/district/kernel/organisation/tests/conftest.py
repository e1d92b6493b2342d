"""A small district: one street with two communities, another street, two departments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from district.kernel.history.public import Actor
from district.kernel.organisation.models import Member
from district.kernel.organisation.services import create_member, load_units
from district.kernel.organisation.tables import UnitRow

LOADER = Actor.system("tests")
ROWS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=2),
    UnitRow("901002", "凤凰社区", "community", "901", sort=3),
    UnitRow("902", "西街道", "street", "9", sort=4),
    UnitRow("902001", "凤凰社区", "community", "902", sort=5),
    UnitRow("9-D01", "试验区发展和改革局", "department", "9", "区发改局", sort=6),
    UnitRow("9-D02", "试验区教育局", "department", "9", "区教育局", sort=7, topics=("学位",)),
)
MakeMember = Callable[..., Member]


@pytest.fixture
def district(db: None, remember: Callable[..., None]) -> None:
    remember(_units)


def _units() -> None:
    load_units(ROWS, actor=LOADER)


@pytest.fixture
def make_member(district: None) -> MakeMember:
    """`make_member("officer", "901")` makes a member with that post; keywords as create_member."""

    def make(role: str, unit: str = "9", name: str = "石立春", **more: str) -> Member:
        return create_member(name, unit, role, actor=LOADER, **more)  # type: ignore[arg-type]  # only text keywords are used

    return make
