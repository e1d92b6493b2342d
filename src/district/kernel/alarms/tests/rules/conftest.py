"""A small district with two streets, water gauges in both, people, and a log of readings."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from district.kernel.alarms.selectors.knowing import two_people_levels
from district.kernel.history.public import Actor
from district.kernel.sensing import services as sensing
from district.kernel.sensing.public import Datastream, Thing
from district.kernel.sensing.tests.conftest import (  # noqa: F401  # fixtures
    LOADER,
    MakeMember,
    actor,
    browser,
    district,
    hold,
    log,
    member,
)

Actors = Callable[..., Actor]
Browsers = Callable[..., Client]
MakeGauge = Callable[..., Datastream]
SHORT = {"水位": "level", "雨量": "rain"}


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """Nothing that another test said of levels is remembered."""
    two_people_levels.forget()
    yield
    two_people_levels.forget()


@pytest.fixture
def gauge(district: None) -> MakeGauge:  # noqa: F811  # the fixture
    """`gauge("A", "901", at=(114.25, 22.7))`: a thing of that code with a datastream of 水位."""

    def make(
        code: str,
        unit: str = "901",
        at: tuple[float, float] | None = (114.25, 22.7),
        prop: str = "水位",
        **more: Any,
    ) -> Datastream:
        thing = Thing.objects.filter(code=code).first()
        if thing is None:
            place = at and sensing.save_location(
                name=f"地点 {code}",
                geometry={"type": "Point", "coordinates": list(at)},
                lead_unit=unit,
                actor=LOADER,
            )
            thing = sensing.register_thing(
                code=code,
                name=f"站 {code}",
                lead_unit=unit,
                actor=LOADER,
                location=place.pk if place else None,
            )
        sensor = sensing.save_sensor(name="传感器", actor=LOADER)
        observed = sensing.save_property(name=prop, definition=f"urn:{prop}", actor=LOADER)
        return sensing.register_datastream(
            thing=thing.pk,
            sensor=sensor.pk,
            observed_property=observed.pk,
            code=f"{code}-{SHORT[prop]}",
            name=f"{prop} {code}",
            unit_symbol="m",
            unit_name="米",
            actor=LOADER,
            **more,
        )

    return make


def content(key: str = "river_high", level: str = "yellow", **rule: Any) -> dict[str, Any]:
    """A rule that a planner writes: the level of a river."""
    data = {
        "key": key,
        "label": "河道水位偏高",
        "level": level,
        "streams": 'property = "水位"',
        "when": {"above": 3, "release": 2.5},
    }
    return copy.deepcopy({"rule": {**data, **rule}, "groups": {"by": "datastream"}})
