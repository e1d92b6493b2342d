"""The demo's devices: things, datastreams, and what early warning keeps of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from district.kernel.organisation.public import Unit
from district.kernel.sensing.public import (
    Datastream,
    Thing,
    register_datastream,
    register_thing,
    save_location,
    save_property,
    save_sensor,
)
from district.systems.early_warning.models import DroneNest, FrontEnd, GasPoint, Station
from district.systems.early_warning.names import SYSTEM
from district.systems.early_warning.services.front_ends import save_front_end
from district.systems.early_warning.services.gas import save_gas_point
from district.systems.early_warning.services.nests import save_nest
from district.systems.early_warning.services.stations import save_input, save_station

#: What a datastream tells: code suffix, observed property, unit's symbol and name, instrument.
_KINDS = {
    "confidence": ("烟火置信度", "%", "百分比", "双光谱云台（演示）"),
    "bearing": ("火点方位角", "deg", "度", "双光谱云台（演示）"),
    "distance": ("火点距离", "m", "米", "双光谱云台（演示）"),
    "level": ("水位", "m", "米", "雷达水位计（演示）"),
    "rain": ("雨量", "mm", "毫米", "翻斗雨量计（演示）"),
    "gas": ("可燃气体浓度", "%LEL", "爆炸下限百分比", "催化燃烧式探头（演示）"),
}
_DAY = 86_400


@dataclass
class Devices:
    """What was registered, by the codes of the files; `base` are levels of stations in metres."""

    ends: dict[str, FrontEnd] = field(default_factory=dict)
    nests: dict[str, DroneNest] = field(default_factory=dict)
    stations: dict[str, Station] = field(default_factory=dict)
    gas: dict[str, GasPoint] = field(default_factory=dict)
    rain: dict[str, Datastream] = field(default_factory=dict)
    base: dict[str, float] = field(default_factory=dict)
    gauges: dict[str, list[str]] = field(default_factory=dict)


class _Registering:
    """Registers things with datastreams; properties and instruments once each."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[int, int]] = {}
        self._units = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))

    def knows(self, row: dict[str, Any]) -> bool:
        """Whether the district has the row's unit."""
        return row["lead_unit"] in self._units

    def thing(self, row: dict[str, Any]) -> Thing:
        """The thing of a row, where the row says."""
        point = {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]}
        unit = row["lead_unit"]
        place = save_location(name=row["name"], geometry=point, lead_unit=unit, actor=SYSTEM)
        return register_thing(
            name=row["name"], lead_unit=unit, actor=SYSTEM, code=row["code"], location=place.pk
        )

    def stream(self, thing: Thing, kind: str) -> Datastream:
        """A datastream of a thing."""
        name, symbol, unit, instrument = _KINDS[kind]
        if kind not in self._made:
            sensor = save_sensor(name=instrument, actor=SYSTEM)
            known = save_property(name=name, actor=SYSTEM)
            self._made[kind] = (sensor.pk, known.pk)
        sensor_key, property_key = self._made[kind]
        return register_datastream(
            thing=thing.pk,
            sensor=sensor_key,
            observed_property=property_key,
            name=f"{thing.name} {name}",
            code=f"{thing.code}-{kind}",
            unit_symbol=symbol,
            unit_name=unit,
            lateness=_DAY,
            actor=SYSTEM,
        )


def register_all(data: dict[str, Any], folder: Path) -> Devices:
    """Register everything that the demo's files name, of units that the district has."""
    found, making = Devices(), _Registering()

    def rows(key: str) -> list[dict[str, Any]]:
        with (folder / data[key]).open(encoding="utf-8", newline="") as file:
            return [_typed(row) for row in csv.DictReader(file) if making.knows(row)]

    for row in rows("front_ends"):
        thing = making.thing(row)
        making.stream(thing, "confidence")
        more = {key: making.stream(thing, key).code for key in ("bearing", "distance")}
        found.ends[row["code"]] = save_front_end({**row, **more, "thing": thing.code}, None, SYSTEM)
    not_ready = {each["code"]: each for each in data.get("not_ready", ())}
    for row in rows("nests"):
        nest = save_nest(row, None, SYSTEM)
        if row["code"] in not_ready:
            nest.state = not_ready[row["code"]]["state"]
        found.nests[row["code"]] = nest
    for row in rows("gauges"):
        found.rain[row["code"]] = making.stream(making.thing(row), "rain")
    for row in rows("stations"):
        _station(row, making, found)
    for row in rows("gas_points"):
        stream = making.stream(making.thing(row), "gas")
        values = {**row, "concentration": stream.code}
        found.gas[row["code"]] = save_gas_point(values, None, SYSTEM)
    return found


def _station(row: dict[str, Any], making: _Registering, found: Devices) -> None:
    code = row["code"]
    level = making.stream(making.thing(row), "level")
    found.stations[code] = save_station({**row, "level": level.code}, None, SYSTEM)
    found.base[code] = float(row["base_level"])
    found.gauges[code] = [each for each in row["gauges"].split() if each in found.rain]
    for gauge in found.gauges[code]:
        values = {"station": code, "datastream": found.rain[gauge].code, "kind": "rain"}
        save_input(values, None, SYSTEM)


_NUMBERS = ("lon", "lat", "speed", "warning_level", "danger_level")
_WHOLE = ("view_range", "height", "heading_from", "heading_to", "range", "launch_seconds")


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """The row with numbers as numbers; what is empty is left out."""
    given = {key: value for key, value in row.items() if value != ""}
    numbers = {key: Decimal(given[key]) for key in _NUMBERS if key in given}
    whole = {key: int(given[key]) for key in _WHOLE if key in given}
    return {**given, **numbers, **whole}
