"""The system's part of a demo: devices, a month of forecasts, past fires, two surveys.

What is invented stands in the district's folder, in the file that its demo names `early_warning`;
the devices that it speaks of, and their readings, are sensing's. It goes through the services, the
clock standing where each thing happened; where a nest is there already, nothing is added.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from district.kernel.base import clock
from district.kernel.base.district_files import DemoTime, declare_demo
from district.kernel.organisation.public import Unit
from district.kernel.tracking.public import refresh_lights
from district.systems.early_warning.demo.devices import register_all
from district.systems.early_warning.demo.fires import play_fires
from district.systems.early_warning.demo.surveys import play_surveys
from district.systems.early_warning.demo.water import play_water
from district.systems.early_warning.models import DroneNest, Mission, RoadVoid


def play(time: DemoTime) -> Iterator[str]:
    """Play it before `time.starts_at`; twice adds nothing, and without its file there is none."""
    path = time.files.get("early_warning")
    if path is None or DroneNest.objects.exists():
        return
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if not Unit.objects.filter(pk=data["fire_unit"]).exists():
        return
    with clock.moved_to(time.begins_at):
        devices = register_all(data, path.parent)
    forecasts = play_water(list(devices.stations.values()), time.starts_at)
    if not forecasts:
        yield "forecasts: left out, the log has no readings of these stations before the demo"
    play_fires(data, devices, time.starts_at)
    play_surveys(data, read_rows(path.parent / data["voids"]), time.starts_at)
    with clock.moved_to(time.starts_at):
        refresh_lights()
    yield (
        f"early warning: {len(devices.ends)} front ends, {len(devices.nests)} nests, "
        f"{Mission.objects.count()} missions, {forecasts} forecasts, "
        f"{RoadVoid.objects.count()} road voids"
    )


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


declare_demo("early_warning", play, file="early_warning")
