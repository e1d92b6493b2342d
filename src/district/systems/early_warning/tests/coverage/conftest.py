"""A small district with a hill, woodland on it, two cameras and a nest."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.test import Client

from district.kernel.base.recent import forget_all
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Member,
    UnitRow,
    actor_for,
    create_member,
    load_units,
)
from district.kernel.places.public import load_areas, parse_areas
from district.systems.early_warning.coverage.names import SYSTEM
from district.systems.early_warning.models import DroneNest, FrontEnd
from district.systems.early_warning.services.coverage_data import (
    NewData,
    put_data,
    save_settings,
)
from district.testing.remembered import remembered

LOADER = Actor.system("tests")
PASSWORD = "Pass-word-1"  # noqa: S105  # of members who live as long as a test
NOW = datetime(2025, 9, 26, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WEST, SOUTH, SIDE = 114.20, 22.70, 0.03
UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D22", "应急局", "department", "9", sort=3),
    UnitRow("9-D04", "住建局", "department", "9", sort=4),
)
POSTS = {
    "officer": ("应急经办", "9-D22", "officer"),
    "head": ("应急局长", "9-D22", "unit_head"),
    "other": ("住建经办", "9-D04", "officer"),
    "admin": ("管理员", "9", "administrator"),
    "planner": ("统筹员", "9", "planner"),
    "leader": ("区领导", "9", "leader"),
    "viewer": ("查阅人", "9", "viewer"),
}


def collection(*features: dict[str, Any]) -> bytes:
    """A GeoJSON FeatureCollection."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def rectangle(west: float, south: float, east: float, north: float, **facts: Any) -> dict[str, Any]:
    """A feature that is a rectangle."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": facts,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def woodland(weight: float = 1.0) -> bytes:
    """A square of woodland; its northern half has another weight."""
    half = SOUTH + SIDE / 2
    return collection(
        rectangle(WEST, SOUTH, WEST + SIDE, half),
        rectangle(WEST, half, WEST + SIDE, SOUTH + SIDE, weight=weight),
    )


def terrain(ridge: float = 200.0) -> bytes:
    """Flat ground with a ridge from south to north through the middle."""
    values = np.full((60, 60), 30.0)
    values[:, 29:31] += ridge
    file = io.BytesIO()
    np.savez(file, values=values, west=WEST - 0.015, south=SOUTH - 0.015, dx=0.001, dy=0.001)
    return file.getvalue()


def given(kind: str, content: bytes, name: str, **more: Any) -> NewData:
    """A data set of the tests."""
    return NewData(kind, content, name, f"试验{kind}", "试验", **more)


def sensor(code: str, lon: float, lat: float, reach: int = 2500, **more: Any) -> FrontEnd:
    """A camera in service."""
    return FrontEnd.objects.create(
        code=code,
        name=f"前端{code}",
        lead_unit_id="9-D22",
        lon=lon,
        lat=lat,
        view_range=reach,
        height=more.pop("height", 20),
        **more,
    )


def nest(code: str, lon: float, lat: float, **more: Any) -> DroneNest:
    """A nest in service: 9 m/s over the ground, 30 s to take off."""
    return DroneNest.objects.create(
        code=code,
        name=f"机场{code}",
        lead_unit_id="9-D22",
        lon=lon,
        lat=lat,
        aircraft="试验机",
        speed=more.pop("speed", 12),
        range=more.pop("range", 3000),
        launch_seconds=more.pop("launch_seconds", 30),
        state_at=NOW,
        **more,
    )


@pytest.fixture
def world(db: None) -> Iterator[dict[str, Actor]]:
    """Units, members by the names of `POSTS`, streets; it is 26 September 2025, nine o'clock."""
    forget_all()
    with mock.patch("district.kernel.base.clock.now", return_value=NOW):
        yield remembered(_world)


def _world() -> dict[str, Actor]:
    load_units(UNITS, actor=LOADER)
    middle = WEST + SIDE / 2
    streets = collection(
        rectangle(WEST - 0.1, SOUTH - 0.1, middle, SOUTH + 0.1, code="902", name="西街道"),
        rectangle(middle, SOUTH - 0.1, WEST + 0.1, SOUTH + 0.1, code="901", name="东街道"),
    )
    load_areas(parse_areas(streets, level="street"), actor=LOADER)
    return {key: actor_for(member) for key, member in _members().items()}


def _members() -> dict[str, Member]:
    return {
        key: create_member(name, unit, role, username=key, password=PASSWORD, actor=LOADER)
        for key, (name, unit, role) in POSTS.items()
    }


@pytest.fixture
def ground(world: dict[str, Actor]) -> dict[str, Actor]:
    """The woodland, the ridge, and a camera on either side of it; a nest in the west."""
    save_settings({"lead_unit": "9-D22"}, actor=SYSTEM)
    put_data(given("woodland", woodland(), "w.geojson"), actor=SYSTEM)
    put_data(given("terrain", terrain(), "t.npz"), actor=SYSTEM)
    sensor("W", WEST + 0.004, SOUTH + SIDE / 2)
    sensor("E", WEST + SIDE - 0.004, SOUTH + SIDE / 2, reach=1200)
    nest("N", WEST + 0.005, SOUTH + 0.005, range=2000)
    return world


@pytest.fixture
def client_of(world: dict[str, Actor]) -> Callable[[str], Client]:
    """`client_of("officer")`: a browser in which that member is signed in."""

    def make(who: str) -> Client:
        member = Member.objects.select_related("user").get(user__username=who)
        client = Client()
        assert member.user is not None
        client.force_login(member.user)
        return client

    return make
