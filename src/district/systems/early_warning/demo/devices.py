"""What devices that are there are to early warning: front ends, stations, gas points; and nests.

The devices themselves, with their names and places, are those of sensing: a demo's simulation has
made them before. The files name them by code and add what this system keeps of them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from district.kernel.organisation.public import Unit
from district.kernel.sensing.public import Datastream, State, Thing
from district.systems.early_warning.models import DroneNest, FrontEnd, GasPoint, Station
from district.systems.early_warning.names import SYSTEM
from district.systems.early_warning.services.front_ends import save_front_end
from district.systems.early_warning.services.gas import save_gas_point
from district.systems.early_warning.services.nests import save_nest
from district.systems.early_warning.services.placing import thing_of
from district.systems.early_warning.services.stations import save_input, save_station

#: The observed properties that are looked for.
_BEARING, _DISTANCE, _RAIN, _GAS = "火点方位角", "火点距离", "雨量", "燃气浓度"
_LEVELS = ("水位", "积水深度")
#: What a device that is a front end says of itself, and where it has no numbers of its own.
_FRONT_END, _RANGE, _HEIGHT = "front_end", 3000, 20


@dataclass
class Devices:
    """What was registered, by code."""

    ends: dict[str, FrontEnd] = field(default_factory=dict)
    nests: dict[str, DroneNest] = field(default_factory=dict)
    stations: dict[str, Station] = field(default_factory=dict)
    gas: dict[str, GasPoint] = field(default_factory=dict)


def register_all(data: dict[str, Any], folder: Path) -> Devices:
    """Register every front end that sensing has and everything that the demo's files name, of units
    that the district has. Raises Invalid where a file names a device that is not there."""
    found = Devices()
    units = set(Unit.objects.filter(is_active=True).values_list("pk", flat=True))
    for thing in Thing.objects.filter(
        properties__kind=_FRONT_END, state=State.ACTIVE, location__isnull=False
    ).order_by("code"):
        found.ends[thing.code] = _front_end(thing)
    for row in _rows(folder / data["nests"]):
        if row["lead_unit"] in units:
            found.nests[row["code"]] = save_nest(row, None, SYSTEM)
    for each in data.get("not_ready", ()):
        if each["code"] in found.nests:
            found.nests[each["code"]].state = each["state"]
    for row in _rows(folder / data["stations"]):
        found.stations[row["code"]] = _station(row)
    for row in _rows(folder / data["gas_points"]):
        values = {**row, **_placed(row["code"]), "concentration": _stream(row["code"], _GAS)}
        found.gas[row["code"]] = save_gas_point(values, None, SYSTEM)
    return found


def _front_end(thing: Thing) -> FrontEnd:
    values = {
        **_placed(thing.code),
        "view_range": int(thing.properties.get("range", _RANGE)),
        "height": int(thing.properties.get("height", _HEIGHT)),
        "thing": thing.code,
        "bearing": _stream(thing.code, _BEARING),
        "distance": _stream(thing.code, _DISTANCE),
    }
    return save_front_end(values, None, SYSTEM)


def _station(row: dict[str, Any]) -> Station:
    code = row["code"]
    values = {**row, **_placed(code), "level": _stream(code, *_LEVELS)}
    station = save_station(values, None, SYSTEM)
    for gauge in row["gauges"].split():
        given = {"station": code, "datastream": _stream(gauge, _RAIN), "kind": "rain"}
        save_input(given, None, SYSTEM)
    return station


def _placed(code: str) -> dict[str, Any]:
    """What the device of that code says of itself: its code, name, unit and place."""
    thing = thing_of(code)
    found: dict[str, Any] = {"code": code}
    if thing is not None:
        found |= {"name": thing.name, "lead_unit": thing.lead_unit_id}
    if thing is not None and thing.location is not None:
        found |= {"lon": thing.location.lon, "lat": thing.location.lat}
    return found


def _stream(code: str, *properties: str) -> str:
    """The datastream of that device with one of these observed properties; "" without one."""
    rows = Datastream.objects.filter(
        thing__code=code, observed_property__name__in=properties, state=State.ACTIVE
    )
    return rows.order_by("pk").values_list("code", flat=True).first() or ""


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [_typed(row) for row in csv.DictReader(file)]


_NUMBERS = ("lon", "lat", "speed", "warning_level", "danger_level")
_WHOLE = ("range", "launch_seconds")


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """The row with numbers as numbers; what is empty is left out."""
    given = {key: value for key, value in row.items() if value != ""}
    numbers = {key: Decimal(given[key]) for key in _NUMBERS if key in given}
    whole = {key: int(given[key]) for key in _WHOLE if key in given}
    return {**given, **numbers, **whole}
