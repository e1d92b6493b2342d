"""The system's part of a demo: places of the tables that the file `environment` of `[demo]` names,
two months of invented readings that go through the same computing as real ones, and night permits
through the services.

The readings stand in a log in memory that is gone afterwards; what was computed of them, and the
readings of exceedances, stay. Where a station is there already, nothing is added.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.cases.public import Case
from district.kernel.organisation.public import Unit
from district.kernel.sensing.public import (
    Batch,
    is_configured,
    plug,
    readings,
    register_datastream,
    register_thing,
    save_location,
    save_property,
    save_sensor,
    to_micros,
)
from district.kernel.tracking.public import refresh_lights
from district.systems.environment.demo.permits import LOADER, MARK, Row, play_permits
from district.systems.environment.memory import MemoryReadings
from district.systems.environment.models import AirStation, NoisePart, SectionMonth
from district.systems.environment.selectors.streams import aware
from district.systems.environment.services import saving
from district.systems.environment.services.computing import compute_results
from district.systems.environment.services.samples import save_sample

#: The entry of `[demo]` that names the tables.
_FILE = "environment"
_DAYS = 56
_SEED = 26
_AIR = {
    "pm25": ("PM2.5", 15.0, 6.0),
    "pm10": ("PM10", 32.0, 10.0),
    "so2": ("SO2", 6.0, 1.0),
    "no2": ("NO2", 22.0, 7.0),
    "co": ("CO", 0.6, 0.1),
    "o3": ("O3", 62.0, 12.0),
}
#: Means of a laboratory's items in a river of class III.
_ITEMS = {"do": 6.8, "codmn": 3.2, "cod": 13.0, "bod5": 2.2, "nh3n": 0.42, "tp": 0.11}
_FEW = ("ph", "cu", "hg")
_EVERY = timedelta(minutes=5)
Floats = NDArray[np.float64]


@dataclass
class _World:
    """What is being made: its tables, when it ends (local midnight), the dice, the log."""

    tables: Mapping[str, Path]
    last: date
    log: MemoryReadings = field(default_factory=MemoryReadings)
    dice: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311  # invented, not secret
    noise: np.random.Generator = field(default_factory=lambda: np.random.default_rng(_SEED))
    properties: dict[str, int] = field(default_factory=dict)

    @property
    def first(self) -> date:
        """The first day of readings."""
        return self.last - timedelta(days=_DAYS - 1)

    def rows(self, name: str) -> list[dict[str, str]]:
        """A table that the demo's file names; empty where it names none."""
        path = self.tables.get(name)
        if path is None:
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def property(self, name: str) -> int:
        """An observed property, made known once."""
        if name not in self.properties:
            self.properties[name] = save_property(name=name, actor=LOADER).pk
        return self.properties[name]


def play(time_: DemoTime) -> Iterator[str]:
    """Play it before `time_.starts_at`; twice adds nothing, and without its file there is none."""
    path = time_.files.get(_FILE)
    if path is None or AirStation.objects.exists():
        return
    named = tomllib.loads(path.read_text(encoding="utf-8"))
    last = timezone.localtime(time_.starts_at).date() - timedelta(days=1)
    world = _World({name: path.parent / table for name, table in named.items()}, last)
    with clock.moved_to(time_.begins_at):
        places = _places(world)
    if not places:
        return
    with _plugged(world.log), clock.moved_to(time_.starts_at):
        compute_results(actor=LOADER)
    samples = _samples(world)
    play_permits(world.rows("permits"), time_.starts_at)
    with clock.moved_to(time_.starts_at):
        refresh_lights()
    exceeded = NoisePart.objects.filter(is_current=True, exceeds=True).count()
    months = SectionMonth.objects.filter(is_current=True).count()
    yield (
        f"environment: {places} places, {samples} samples, {months} assessed months, "
        f"{exceeded} exceedances, {Case.objects.filter(type_key='night_permit').count()} permits"
    )


@contextmanager
def _plugged(log: MemoryReadings) -> Iterator[None]:
    """The process reads the invented log, and what it read before afterwards."""
    before = readings() if is_configured() else None
    plug(log)
    try:
        yield
    finally:
        plug(before)


def _places(world: _World) -> int:
    """Everything in the registers, with things and datastreams where something is measured."""
    known = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))
    made = 0
    for name, kind in (
        ("stations", saving.STATION),
        ("sections", saving.SECTION),
        ("sites", saving.SITE),
        ("points", saving.POINT),
        ("waste", saving.WASTE),
        ("estates", saving.ESTATE),
    ):
        for row in world.rows(name):
            if not {row["street"], row["lead_unit"]} <= known:
                continue
            values: dict[str, Any] = {**_typed(row), "name": row["name"] + MARK}
            if kind is saving.STATION:
                values["thing"] = _station(world, row)
            elif kind is saving.POINT:
                values["thing"] = _point(world, row)
            saving.save_row(kind, values, None, LOADER)
            made += 1
    return made


def _typed(row: Row) -> dict[str, Any]:
    """A file's texts as the register's values."""
    found: dict[str, Any] = {}
    for key, text in row.items():
        if key in ("lon", "lat", "reach"):
            found[key] = Decimal(text) if text else None
        elif key.endswith("_on"):
            found[key] = date.fromisoformat(text) if text else None
        elif key in ("households", "taking_part"):
            found[key] = int(text or 0)
        elif key == "counts":
            found[key] = text == "true"
        else:
            found[key] = text
    return found


def _thing(world: _World, row: Row, told: Mapping[str, str], seconds: int) -> dict[str, int]:
    """A thing at its place with a datastream for each property; their numbers by key."""
    place = save_location(
        name=row["name"] + MARK,
        geometry={"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]},
        lead_unit=row["lead_unit"],
        actor=LOADER,
    )
    thing = register_thing(
        name=row["name"] + MARK,
        code=f"env-{row['code']}",
        lead_unit=row["lead_unit"],
        location=place.pk,
        actor=LOADER,
    )
    sensor = save_sensor(name=f"{row['name']}仪器{MARK}", actor=LOADER)
    return {
        key: register_datastream(
            thing=thing.pk,
            sensor=sensor.pk,
            observed_property=world.property(name),
            name=f"{row['name']} {name}{MARK}",
            code=f"env-{row['code']}-{key}",
            properties={"interval": seconds},
            actor=LOADER,
        ).number
        for key, name in told.items()
    }


def _station(world: _World, row: Row) -> str:
    """Two months of hours: mornings and evenings are worse, ozone has its afternoons, three spells
    of still air touch all stations."""
    numbers = _thing(world, row, {key: name for key, (name, *_more) in _AIR.items()}, 3600)
    hours = np.arange(1, _DAYS * 24 + 1)
    times = _times(world.first, hours * 3600)
    of_day = hours % 24
    spell = 1 + 0.9 * np.exp(-(((hours / 24 - 18) / 1.6) ** 2))
    spell += 0.7 * np.exp(-(((hours / 24 - 46) / 1.3) ** 2))
    # Wind and rain make each day another one, for all stations alike.
    days = np.random.default_rng(_SEED).normal(0, 0.22, _DAYS)
    day = np.exp(days[(hours - 1) // 24])
    rush = np.exp(-(((of_day - 8) / 2.5) ** 2)) + np.exp(-(((of_day - 19) / 3.0) ** 2))
    noon = np.exp(-(((of_day - 15) / 3.2) ** 2))
    for key, (_name, middle, spread) in _AIR.items():
        shape = 1 + 1.1 * noon if key == "o3" else 1 + 0.35 * rush
        values = middle * spell * day * shape + world.noise.normal(0, spread * 0.4, len(hours))
        kept = world.noise.random(len(hours)) > 0.015
        _tell(
            world, numbers[key], times[kept], np.maximum(values[kept], 0.1), 2 if key == "co" else 0
        )
    return f"env-{row['code']}"


def _point(world: _World, row: Row) -> str:
    """Five-minute levels: a place's usual day and night, and the loud hours of the table."""
    numbers = _thing(world, row, {"level": "噪声"}, int(_EVERY.total_seconds()))
    usual = {
        "site": (63.0, 47.0), "zone1": (51.0, 42.0), "zone2": (56.0, 46.5),
        "zone3": (60.0, 50.0), "zone4a": (66.0, 53.0),
    }  # fmt: skip
    by_day, by_night = usual[row["limits"]]
    steps = np.arange(1, _DAYS * 288 + 1)
    seconds = steps * int(_EVERY.total_seconds())
    of_day = (seconds % 86400) / 3600
    daytime = (of_day > 6) & (of_day <= 22)
    values = np.where(daytime, by_day, by_night) + world.noise.normal(0, 0.9, len(steps))
    for loud in world.rows("noisy"):
        if loud["point"] == row["code"]:
            begin, end = (_seconds(world.first, loud["day"], loud[k]) for k in ("from", "to"))
            chosen = (seconds > begin) & (seconds <= end)
            values[chosen] = float(loud["level"]) + world.noise.normal(0, 0.4, int(chosen.sum()))
    _tell(world, numbers["level"], _times(world.first, seconds), values, 1)
    return f"env-{row['code']}"


def _seconds(first: date, day: str, at: str) -> float:
    moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(at))
    return (moment - datetime.combine(first, time.min)).total_seconds()


def _times(first: date, seconds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Moments of the log so many seconds after a day's midnight."""
    return (
        to_micros(aware(datetime.combine(first, time.min))) + seconds.astype(np.int64) * 1_000_000
    )


def _tell(
    world: _World, number: int, times: NDArray[np.int64], values: Floats, places: int
) -> None:
    count = len(times)
    world.log.take(Batch.of(np.full(count, number), times, np.round(values, places)))


def _samples(world: _World) -> int:
    """Each section's samples of the last two months."""
    done = 0
    this = world.last.replace(day=4)
    for day in ((this - timedelta(days=10)).replace(day=5), this):
        at = aware(datetime.combine(day + timedelta(days=6), time(10, 30)))
        with clock.moved_to(at):
            for row in world.rows("sections"):
                values = _found(world, row)
                batch = f"SZ{day:%y%m}-{row['code'][3:]}"
                given = {"section": row["code"], "taken_on": day, "batch": batch, **values}
                save_sample(given, None, LOADER)
                done += 1
    return done


def _found(world: _World, row: Row) -> dict[str, str]:
    """What a laboratory wrote; rivers with a lower target are a little worse, and the section that
    the table says so of misses its target by one item."""
    worse = 1.0 if row["target"] == "3" else 1.25
    found = {
        key: middle * (1 / worse if key == "do" else worse) * world.dice.uniform(0.85, 1.15)
        for key, middle in _ITEMS.items()
    }
    if row["misses"]:
        found[row["misses"]] *= world.dice.uniform(3.0, 3.6)
    texts = {key: f"{value:.2f}" for key, value in found.items()}
    return {**texts, **dict(zip(_FEW, ("7.2", "<0.05", "<0.00004"), strict=True))}


declare_demo("environment", play, file=_FILE)
