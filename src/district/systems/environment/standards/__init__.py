"""The editions of standards, read from files: which one judged a day.

A newer edition is a new file here with the day from which it is in force; none is ever changed, so
that a day keeps the edition that it was judged by.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.utils.translation import get_language

from district.systems.environment.rules.air import AirStandard, Level, Pollutant, Validity
from district.systems.environment.rules.noise import Limits, NoiseStandard
from district.systems.environment.rules.water import Item, WaterStandard

_FOLDER = Path(__file__).parent
#: What rows keep of the air; an edition may leave one out, another one needs a column.
POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3")


class StandardError(Exception):
    """An edition's file that cannot be taken; the message names file and entry."""


class _Edition(Protocol):
    @property
    def in_force_from(self) -> date: ...

    @property
    def key(self) -> str: ...

    @property
    def digest(self) -> str: ...


Edition = TypeVar("Edition", bound=_Edition)


def read_air(data: Mapping[str, Any], digest: str) -> AirStandard:
    """An edition for the air; StandardError for break points that do not ascend or fit."""
    index = tuple(data["iaqi"])
    pollutants = tuple(_pollutant(row) for row in data["pollutants"])
    for one in pollutants:
        points = one.breakpoints
        if not 2 <= len(points) <= len(index) or sorted(set(points)) != list(points):
            raise StandardError(f"{data['key']}: {one.key}: break points must ascend")
        if one.key not in POLLUTANTS:
            raise StandardError(f"{data['key']}: {one.key}: no column keeps it")
    given = dict(data["validity"])
    share = Decimal(str(given.pop("station_share")))
    return AirStandard(
        **_head(data, digest),
        iaqi=index,
        good_up_to=data["good_up_to"],
        no_primary_up_to=data["no_primary_up_to"],
        validity=Validity(**given, station_share=share),
        levels=tuple(Level(**row) for row in data["levels"]),
        pollutants=pollutants,
    )


def _head(data: Mapping[str, Any], digest: str) -> dict[str, Any]:
    names = ("key", "title", "title_en", "source", "in_force_from")
    return {**{name: data[name] for name in names}, "digest": digest}


def _pollutant(row: Mapping[str, Any]) -> Pollutant:
    annual = row.get("annual")
    return Pollutant(
        row["key"],
        row["label"],
        tuple(row["names"]),
        row["unit"],
        row["places"],
        row["average"],
        tuple(Decimal(point) for point in row["breakpoints"]),
        Decimal(annual) if annual else None,
    )


def read_water(data: Mapping[str, Any], digest: str) -> WaterStandard:
    """An edition for rivers; StandardError for limits that are not five, or in no order."""
    items = tuple(
        Item(
            row["key"],
            row["label"],
            row.get("label_en", row["label"]),
            tuple(row["names"]),
            row["unit"],
            row.get("direction", "most"),
            tuple(Decimal(limit) for limit in row["limits"]),
            row.get("assessed", True),
        )
        for row in data["items"]
    )
    for item in items:
        wanted = sorted(item.limits, reverse=item.direction == "least")
        if len(item.limits) != (2 if item.direction == "range" else 5) or wanted != list(
            item.limits
        ):
            raise StandardError(f"{data['key']}: {item.key}: five limits from class I to V")
    return WaterStandard(
        **_head(data, digest),
        required=tuple(data["required"]),
        day_readings=data["day_readings"],
        undetected_share=Decimal(data["undetected_share"]),
        items=items,
    )


def read_noise(data: Mapping[str, Any], digest: str) -> NoiseStandard:
    """An edition for noise."""
    limits = {
        key: Limits(
            key,
            row["label"],
            row["label_en"],
            row["standard"],
            Decimal(row["day"]),
            Decimal(row["night"]),
            Decimal(row["night_peak_over"]) if "night_peak_over" in row else None,
            row.get("block_minutes", 0),
        )
        for key, row in data["limits"].items()
    }
    return NoiseStandard(
        **_head(data, digest),
        day_from=time.fromisoformat(data["day_from"]),
        night_from=time.fromisoformat(data["night_from"]),
        places=data["places"],
        least_coverage=Decimal(data["least_coverage"]),
        limits=limits,
    )


_READERS: Mapping[str, Callable[[Mapping[str, Any], str], Any]] = {
    "air": read_air,
    "water": read_water,
    "noise": read_noise,
}


def read_editions(folder: Path) -> dict[str, list[Any]]:
    """All editions of a folder by kind, the oldest first; StandardError names the file."""
    found: dict[str, list[Any]] = {kind: [] for kind in _READERS}
    for path in sorted(folder.glob("*.toml")):
        raw = path.read_bytes()
        try:
            data = tomllib.loads(raw.decode())
            edition = _READERS[data["kind"]](data, hashlib.sha256(raw).hexdigest()[:16])
        except (KeyError, TypeError, ValueError, ArithmeticError, StandardError) as error:
            raise StandardError(f"{path}: {error}") from error
        found[data["kind"]].append(edition)
    for known in found.values():
        known.sort(key=lambda one: one.in_force_from)
    return found


@lru_cache(maxsize=1)
def _editions() -> dict[str, list[Any]]:
    return read_editions(_FOLDER)


def _in_force(known: Sequence[Edition], day: date) -> Edition:
    """The newest edition that was in force; the oldest for days before all of them."""
    return next((one for one in reversed(known) if one.in_force_from <= day), known[0])


def air_standard(day: date) -> AirStandard:
    """The edition that judges the air of a day."""
    found: AirStandard = _in_force(_editions()["air"], day)
    return found


def water_standard(day: date) -> WaterStandard:
    """The edition that judges the water of a day."""
    found: WaterStandard = _in_force(_editions()["water"], day)
    return found


def noise_standard(day: date) -> NoiseStandard:
    """The edition that judges the noise of a day."""
    found: NoiseStandard = _in_force(_editions()["noise"], day)
    return found


def editions(kind: str) -> tuple[Any, ...]:
    """All editions of a kind, the oldest first."""
    return tuple(_editions()[kind])


def edition_of(kind: str, key: str) -> Any:
    """The edition of that key; None where its file is gone."""
    return next((one for one in _editions()[kind] if one.key == key), None)


def digest_of(kind: str) -> str:
    """The digests of all editions of a kind: another file makes everything be computed anew."""
    return "".join(one.digest for one in _editions()[kind])


def worded(row: Any, field: str = "title") -> str:
    """A text of an edition in the language of the page."""
    english = (get_language() or "").startswith("en")
    return str(getattr(row, f"{field}_en" if english else field) or getattr(row, field))
