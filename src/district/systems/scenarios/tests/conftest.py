"""A small district: a centre that keeps the lists, a bureau, two streets, members in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from district.kernel.organisation.public import UnitRow
from district.systems.scenarios.models import Entry
from district.systems.scenarios.services.entries import make_ready, save_entry
from district.systems.scenarios.services.publishing import load_keepers
from district.testing.people import LOADER as LOADER
from district.testing.people import PASSWORD as PASSWORD
from district.testing.people import People as People
from district.testing.people import small_district
from district.testing.remembered import remembered

UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D01", "工信局", "department", "9", sort=3),
    UnitRow("9-D05", "企业服务中心", "department", "9", sort=4),
)
KEEPERS = dict.fromkeys(("capability", "opportunity", "achievements", "three_new"), "9-D05")
AT = {
    "keeper": ("9-D05", "officer"),
    "keeper_head": ("9-D05", "unit_head"),
    "bureau": ("9-D01", "officer"),
    "bureau_head": ("9-D01", "unit_head"),
    "east": ("901", "officer"),
    "west": ("902", "officer"),
    "leader": ("9", "leader"),
    "planner": ("9-D01", "planner"),
    "viewer": ("9", "viewer"),
}


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Units, keepers, calendars, members; it is ten o'clock on 22 September 2025, a Monday."""
    with small_district(UNITS, AT) as found:
        remembered(_keepers)
        yield found


def _keepers() -> None:
    load_keepers(KEEPERS, actor=LOADER)


MakeEntry = Callable[..., Entry]
_GIVEN: dict[str, dict[str, Any]] = {
    "capability": {
        "title": "无人机巡检方案",
        "text": "多旋翼无人机自动巡检河道和工地，识别漂浮物与违规堆放。",
        "tags": ["drone", "machine_vision"],
        "area": "low_altitude",
        "stage": "first_use",
        "organisation": "东江智飞科技有限公司",
        "money": Decimal(80),
        "lead_unit": "901",
        "street": "901",
    },
    "opportunity": {
        "title": "河道无人机巡检",
        "text": "希望用无人机自动巡检河道，识别漂浮物，减少人工巡河。",
        "tags": ["drone", "water"],
        "area": "low_altitude",
        "stage": "pilot",
        "organisation": "西街道办事处",
        "money": Decimal(100),
        "lead_unit": "902",
        "street": "902",
    },
}


@pytest.fixture
def offered(people: People) -> MakeEntry:
    """`offered("capability", title=...)`: an entry of a kind by its street's officer, put forward
    unless `ready=False`."""

    def make(kind: str = "capability", *, ready: bool = True, **more: Any) -> Entry:
        base = _GIVEN["capability" if kind in ("capability", "supply") else "opportunity"]
        values = {**base, "kind": kind, **more}
        by = {"901": people.east, "902": people.west}[values["lead_unit"]]
        entry = save_entry(values, None, by)
        return make_ready(entry.pk, actor=by) if ready else entry

    return make
