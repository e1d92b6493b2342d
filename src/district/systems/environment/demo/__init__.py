"""The system's part of a demo: places of the tables that the file `environment` of `[demo]` names,
results of what devices told for two months, a laboratory's samples, and night permits through the
services.

Devices and their readings are sensing's: a demo's simulation has made them before, and the tables
name them by code. Where a station is there already, nothing is added.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.base.errors import Invalid
from district.kernel.cases.public import Case
from district.kernel.organisation.public import Unit
from district.kernel.sensing.public import (
    Datastream,
    State,
    Thing,
    log_read_once,
    to_micros,
)
from district.kernel.tracking.public import refresh_lights
from district.systems.environment.demo.permits import LOADER, MARK, Row, play_permits
from district.systems.environment.models import AirStation, NoisePart, SectionMonth
from district.systems.environment.selectors.streams import aware
from district.systems.environment.services import saving
from district.systems.environment.services.computing import compute_results
from district.systems.environment.services.samples import save_sample

#: The entry of `[demo]` that names the tables.
_FILE = "environment"
_SEED = 26
#: Means of a laboratory's items in a river of class III.
_ITEMS = {"do": 6.8, "codmn": 3.2, "cod": 13.0, "bod5": 2.2, "nh3n": 0.42, "tp": 0.11}
_FEW = ("ph", "cu", "hg")


@dataclass
class _World:
    """What is being made: its tables, the last day before the demo's moment, the dice, the devices
    that are there, by code, and the codes of those that were used."""

    tables: Mapping[str, Path]
    last: date
    dice: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311  # invented, not secret
    things: dict[str, Thing] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def rows(self, name: str) -> list[dict[str, str]]:
        """A table that the demo's file names; empty where it names none."""
        path = self.tables.get(name)
        if path is None:
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def play(time_: DemoTime) -> Iterator[str]:
    """Play it before `time_.starts_at`; twice adds nothing, and without its file there is none."""
    path = time_.files.get(_FILE)
    if path is None or AirStation.objects.exists():
        return
    named = tomllib.loads(path.read_text(encoding="utf-8"))
    last = timezone.localtime(time_.starts_at).date() - timedelta(days=1)
    world = _World({name: path.parent / table for name, table in named.items()}, last)
    standing = Thing.objects.filter(state=State.ACTIVE, location__isnull=False)
    world.things = {row.code: row for row in standing.select_related("location")}
    with clock.moved_to(time_.begins_at):
        places = _places(world)
    if not places:
        return
    numbers = Datastream.objects.filter(thing__code__in=world.used).values_list("pk", flat=True)
    until = to_micros(time_.starts_at) + 1
    with log_read_once(list(numbers), until), clock.moved_to(time_.starts_at):
        if not compute_results(actor=LOADER):
            yield "environment: nothing computed, the log has no readings of these places"
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
            if row["street"] in known and row.get("lead_unit", row["street"]) in known:
                values = _values(world, name, row)
                world.used.add(str(values.get("thing", "")))
                saving.save_row(kind, values, None, LOADER)
                made += 1
    return made


def _values(world: _World, name: str, row: Row) -> dict[str, Any]:
    """A row's values for its register; what measures has name, unit and place of its device, and a
    section perhaps one beside it. Raises Invalid where there must be a device and is none."""
    thing = world.things.get(row["code"])
    values = _typed(row)
    if name in ("stations", "points"):
        if thing is None or thing.location is None:
            raise Invalid("thing", _("没有这个编号的设备。"), _("请先在感知设备中登记，或留空。"))
        place = {"lon": thing.location.lon, "lat": thing.location.lat}
        return {
            **values, **place, "name": thing.name, "lead_unit": thing.lead_unit_id,
            "thing": thing.code,
        }  # fmt: skip
    if name == "sections" and thing is not None:
        values["thing"] = thing.code
    return {**values, "name": row["name"] + MARK}


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
