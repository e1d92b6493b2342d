"""A small district in a demo, with a few simulated things of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import User

from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.places.public import load_areas, parse_areas
from district.simulation.installing import give_secrets, install
from district.simulation.layout import Placed
from district.simulation.signals.world import SECOND
from district.simulation.tests.samples import AT
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
)
THINGS = [
    Placed("YL-1", "rain_gauge", "东雨量站（演示）", "901", 114.25, 22.70),
    Placed("YL-2", "rain_gauge", "西雨量站（演示）", "902", 114.05, 22.70),
    Placed("SW-1", "level_station", "东水位站（演示）", "901", 114.252, 22.702, {"base": 1.2}),
    Placed("JS-1", "road_point", "东积水点（演示）", "901", 114.255, 22.70),
    Placed("RQ-1", "gas_point", "东燃气点（演示）", "901", 114.26, 22.70),
    Placed("RQ-2", "gas_point", "西燃气点（演示）", "902", 114.06, 22.70),
    Placed("LH-1", "front_end", "东前端（演示）", "901", 114.27, 22.72, {"range": 3000.0}),
    Placed("LH-2", "front_end", "西前端（演示）", "902", 114.03, 22.72, {"range": 3000.0}),
    Placed("KQ-1", "air_station", "东空气站（演示）", "901", 114.25, 22.71),
    Placed("DM-1", "river_section", "东断面（演示）", "901", 114.25, 22.69),
    Placed("GD-1", "building_site", "东工地（演示）", "901", 114.24, 22.70),
]


def _box(west: float, east: float) -> dict[str, Any]:
    ring = [[west, 22.6], [east, 22.6], [east, 22.8], [west, 22.8], [west, 22.6]]
    return {"type": "Polygon", "coordinates": [ring]}


AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {"code": code, "name": name, "level": level, "parent_code": parent},
        }
        for code, name, level, parent, shape in (
            ("9", "试验区", "district", "", _box(114.0, 114.4)),
            ("901", "东街道", "street", "9", _box(114.2, 114.4)),
            ("902", "西街道", "street", "9", _box(114.0, 114.2)),
        )
    ],
}


def moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / SECOND).astimezone()


class Now:
    """The product's clock, which a test moves."""

    def __init__(self, clock: mock.Mock) -> None:
        self._clock = clock
        self.at = AT

    def move(self, by: int) -> int:
        """Let so many microseconds pass; the time then."""
        self.at += by
        self._clock.return_value = moment(self.at)
        return self.at


@pytest.fixture
def now() -> Iterator[Now]:
    """The clock; at first it stands at AT."""
    with mock.patch("district.kernel.base.clock.now") as clock:
        moved = Now(clock)
        moved.move(0)
        yield moved


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Path:
    """This installation is a demo, in a folder of its own."""
    settings.DISTRICT_DEMO, settings.DISTRICT_CLOCK_OFFSET = True, -1000
    settings.VAR = tmp_path / "var"
    return tmp_path / "var"


@pytest.fixture
def district(db: None, demo: Path, now: Now) -> None:
    """Two streets and no things yet."""
    remembered(_district)


def _district() -> None:
    load_units(UNITS, actor=LOADER)
    load_areas(parse_areas(json.dumps(AREAS)), actor=LOADER)


@pytest.fixture
def sensors(district: None, demo: Path) -> None:
    """The things, their datastreams and secrets."""
    remembered(_things)
    give_secrets(demo)


def _things() -> None:
    install(THINGS)


@pytest.fixture
def member(district: None) -> Callable[..., Member]:
    """`member("officer", "901")`: somebody with that post and a log-in."""
    made = iter(range(100))

    def make(role: str, unit: str = "9") -> Member:
        person = create_member("石立春", unit, role, actor=LOADER)
        person.user = User.objects.create(username=f"user{next(made)}")
        person.save()
        return person

    return make


@pytest.fixture
def duty(member: Callable[..., Member]) -> Actor:
    """The district's duty officer."""
    return actor_for(member("duty_officer"))
