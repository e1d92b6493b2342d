"""The demo's things as streams, and what they say over a while, for tests."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from district.kernel.sensing.public import Batch
from district.simulation.feed import slots
from district.simulation.kinds import BY_KEY, BY_PROPERTY
from district.simulation.layout import Placed, read_table
from district.simulation.names import SEED
from district.simulation.signals.sensors import values
from district.simulation.signals.world import HOUR, SECOND, Happening, Stream, World

FOLDER = Path(__file__).resolve().parents[4] / "districts" / "longgang"
AT = round(datetime(2025, 9, 26, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) * SECOND
NAMES = {each.kind: each.name for each in BY_PROPERTY.values()}


def things() -> list[Placed]:
    """The things of the demo of Longgang."""
    return read_table((FOLDER / "demo" / "things.csv").read_text(encoding="utf-8"))


def streams(of: Iterable[Placed] | None = None) -> list[Stream]:
    """Their datastreams, numbered as they stand."""
    found: list[Stream] = []
    for each in things() if of is None else of:
        for one in BY_KEY[each.kind].properties:
            found.append(
                Stream(
                    len(found) + 1, one.kind, each.code, each.lon, each.lat, one.period,
                    each.details,
                )
            )  # fmt: skip
    return found


def world(*happenings: Happening, seed: int = SEED) -> World:
    """A world around the demo's things."""
    rows = things()
    lons, lats = [row.lon for row in rows], [row.lat for row in rows]
    box = (min(lons), min(lats), max(lons), max(lats))
    return World(seed, box, happenings=happenings)


def said(rows: Iterable[Stream], within: World, since: int, until: int) -> Batch:
    """What these streams say in live steps, in the order of time."""
    parts = []
    for row in rows:
        times = slots(row.period, since, until)
        found = values(row, times, within)
        kept = np.isfinite(found)
        parts.append(Batch.of(np.full(kept.sum(), row.number), times[kept], found[kept]))
    whole = Batch.concat(parts)
    return whole.take(np.argsort(whole.time, kind="stable"))


def rules() -> dict[str, dict[str, Any]]:
    """The demo's alarm rules as they stand in the file, by key."""
    text = (FOLDER / "alarms.toml").read_text(encoding="utf-8")
    return {rule["key"]: rule for rule in tomllib.loads(text)["rules"]}


def storm(begin: int = AT, length: int = HOUR, cut: int | None = None) -> Happening:
    """A storm over the first rain gauge, gas leaking at the nearest point."""
    rows = things()
    gauge = next(row for row in rows if row.kind == "rain_gauge")
    middle = Happening("storm", gauge.lon, gauge.lat, begin, begin + length, cut)
    gas = [row for row in rows if row.kind == "gas_point"]
    site = min(gas, key=lambda row: middle.distance(row.lon, row.lat)).code
    return Happening("storm", gauge.lon, gauge.lat, begin, begin + length, cut, site=site)


def fire(begin: int = AT, length: int = HOUR, cut: int | None = None) -> Happening:
    """A fire some hundred metres from the first front end."""
    end = next(row for row in things() if row.kind == "front_end")
    return Happening("fire", end.lon + 0.005, end.lat + 0.004, begin, begin + length, cut)
