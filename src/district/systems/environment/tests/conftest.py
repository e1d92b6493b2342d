"""A small district: the bureau, two streets, stations with datastreams, a log in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from district.kernel.organisation.public import UnitRow
from district.kernel.sensing.public import (
    Batch,
    Datastream,
    plug,
    register_datastream,
    register_thing,
    save_property,
    save_sensor,
    to_micros,
)
from district.systems.environment.models import AirStation, NoisePoint, RiverSection, Site
from district.systems.environment.rules.melt import MeltRule, parse_melt
from district.systems.environment.selectors.streams import aware
from district.systems.environment.services import saving
from district.systems.environment.tests.memory import MemoryReadings
from district.testing.people import LOADER as LOADER
from district.testing.people import People as People
from district.testing.people import small_district

UNITS = (
    UnitRow("9", "试验区", "district"),
    UnitRow("901", "东街道", "street", "9", sort=1),
    UnitRow("901001", "桥头社区", "community", "901", sort=1),
    UnitRow("902", "西街道", "street", "9", sort=2),
    UnitRow("9-D21", "生态环境局", "department", "9", sort=3),
    UnitRow("9-D25", "市监局", "department", "9", sort=4),
)


AT = {
    "bureau": ("9-D21", "officer"),
    "bureau2": ("9-D21", "officer"),
    "head": ("9-D21", "unit_head"),
    "food": ("9-D25", "officer"),
    "food_head": ("9-D25", "unit_head"),
    "east": ("901", "officer"),
    "west": ("902", "officer"),
    "leader": ("9", "leader"),
    "planner": ("9-D25", "planner"),
    "viewer": ("9", "viewer"),
}


@pytest.fixture
def people(db: None) -> Iterator[People]:
    """Units, calendars, members; it is ten o'clock on 22 September 2025, a Monday."""
    with small_district(UNITS, AT) as found:
        yield found


@pytest.fixture
def log() -> Iterator[MemoryReadings]:
    """A log of readings in memory, which this process uses."""
    found = MemoryReadings()
    plug(found)
    yield found
    plug(None)


Streams = dict[str, Datastream]


def streams(code: str, properties: dict[str, str], interval: int) -> Streams:
    """A thing with a datastream for each (key, name of the property)."""
    thing = register_thing(name=code, code=code, lead_unit="9-D21", actor=LOADER)
    sensor = save_sensor(name="仪器", actor=LOADER)
    return {
        key: register_datastream(
            thing=thing.pk,
            sensor=sensor.pk,
            observed_property=save_property(name=name, actor=LOADER).pk,
            name=f"{code} {name}",
            code=f"{code}-{key}",
            actor=LOADER,
            properties={"interval": interval},
            lateness=2 * 86400,
        )
        for key, name in properties.items()
    }


AIR = {"pm25": "PM2.5", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3"}


def station(code: str = "A-1", **more: Any) -> AirStation:
    """A station of the bureau in the east street."""
    values = {"code": code, "name": f"{code}站", "street": "901", "lead_unit": "9-D21", **more}
    found: AirStation = saving.save_row(saving.STATION, values, None, LOADER)
    return found


def section(code: str = "S-1", target: str = "4", **more: Any) -> RiverSection:
    """A river section of the bureau."""
    values = {
        "code": code, "name": f"{code}断面", "river": "东河", "target": target,
        "street": "901", "lead_unit": "9-D21", **more,
    }  # fmt: skip
    found: RiverSection = saving.save_row(saving.SECTION, values, None, LOADER)
    return found


def site(code: str = "G-1", **more: Any) -> Site:
    """A construction site of the bureau in the east street."""
    values = {
        "code": code, "name": f"{code}工地", "firm": "东江建筑公司", "street": "901",
        "lead_unit": "9-D21", "lon": "114.2", "lat": "22.7", **more,
    }  # fmt: skip
    found: Site = saving.save_row(saving.SITE, values, None, LOADER)
    return found


def point(code: str = "N-1", limits: str = "site", **more: Any) -> NoisePoint:
    """A point of the bureau in the east street."""
    values = {
        "code": code, "name": f"{code}点", "limits": limits, "street": "901",
        "lead_unit": "9-D21", **more,
    }  # fmt: skip
    found: NoisePoint = saving.save_row(saving.POINT, values, None, LOADER)
    return found


def wall(text: str) -> datetime:
    """A wall time of the district, as readings are told in tests."""
    return datetime.fromisoformat(text)


def told(
    log: MemoryReadings,
    stream: Datastream,
    first: datetime,
    values: list[float],
    *,
    step: timedelta,
    received: datetime | None = None,
) -> None:
    """Readings of a datastream: the first at a wall time, then one each step."""
    times = [to_micros(aware(first + step * at)) for at in range(len(values))]
    came = times if received is None else [to_micros(aware(received))] * len(times)
    log.take(Batch.of([stream.number] * len(values), times, values, came))


def day_of_air(
    log: MemoryReadings, found: Streams, day: date, hours: int = 24, **values: float
) -> None:
    """A day's hourly readings of every pollutant; `pm25=80` and the like say how much."""
    usual = {"pm25": 20, "pm10": 40, "so2": 6, "no2": 20, "co": 0.6, "o3": 80, **values}
    first = datetime.combine(day, datetime.min.time()) + timedelta(hours=1)
    for key, stream in found.items():
        told(log, stream, first, [usual[key]] * hours, step=timedelta(hours=1))


def night(
    log: MemoryReadings, stream: Datastream, day: date, level: float, minutes: int = 480
) -> None:
    """A night's readings by the minute, all of one level."""
    first = datetime.combine(day, datetime.min.time()) + timedelta(hours=22, minutes=1)
    told(log, stream, first, [level] * minutes, step=timedelta(minutes=1))


RULE = {
    "key": "night",
    "label": "夜间噪声熔断",
    "label_en": "Night noise",
    "within_days": 30,
    "at_least": 2,
    "parts": ["night"],
    "over": "0",
    "basis": "试验规则。",
}


def rule(**more: object) -> MeltRule:
    """The rule of the tests."""
    return parse_melt({**RULE, **more})


MakeNoisySite = Callable[..., Site]


@pytest.fixture
def noisy(people: People, log: MemoryReadings) -> MakeNoisySite:
    """`noisy(days=(...), level=...)`: a site whose nights were that loud."""
    from district.systems.environment.services.computing import compute_results

    def make(code: str = "G-1", days: tuple[date, ...] = (), level: float = 60.0) -> Site:
        found = site(code)
        told_by = streams(f"T-{code}", {"level": "噪声"}, 60)
        point(f"N-{code}", site=code, thing=f"T-{code}")
        for day in days:
            night(log, told_by["level"], day, level)
        compute_results()
        return found

    return make
