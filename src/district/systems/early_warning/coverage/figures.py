"""The figures of coverage: shares, what is lost with any one station, cells nobody sees. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from district.systems.early_warning.coverage.sight import Booleans, Surface, seen
from district.systems.early_warning.coverage.stations import Kind, Nest, Sensor, reached
from district.systems.early_warning.coverage.woodland import Cells, Integers

#: The manner of computing; another one makes every kept figure out of date.
METHOD = "1"


@dataclass(frozen=True)
class Assumptions:
    """What is assumed: size of a cell, canopy and what shows above it in metres, coefficient of
    refraction, minutes within which a drone must be there."""

    cell_m: float = 100.0
    canopy_m: float = 12.0
    target_m: float = 5.0
    refraction: float = 0.13
    minutes: float = 5.0


@dataclass(frozen=True)
class Cover:
    """Which stations cover which cells: numbers of cells by station."""

    cells: Cells = field(repr=False)
    sensors: tuple[Sensor, ...]
    nests: tuple[Nest, ...]
    seen: tuple[Integers, ...] = field(repr=False)
    reached: tuple[Integers, ...] = field(repr=False)

    def counts(self, kind: Kind) -> Integers:
        """How many sensors see, or nests reach, each cell."""
        parts = self.seen if kind == "sensor" else self.reached
        if not parts:
            return np.zeros(len(self.cells), dtype=np.int64)
        return np.bincount(np.concatenate(parts), minlength=len(self.cells)).astype(np.int64)


def cover_of(
    cells: Cells,
    surface: Surface | None,
    sensors: Sequence[Sensor],
    nests: Sequence[Nest],
    given: Assumptions,
) -> Cover:
    """What the stations cover. Without a surface, sensors see as far as they reach."""
    views = tuple(
        seen(
            one.eye(cells.frame),
            cells,
            surface,
            canopy=given.canopy_m,
            target=given.target_m,
            refraction=given.refraction,
        )
        for one in sensors
    )
    flown = tuple(reached(one, cells, given.minutes * 60) for one in nests)
    return Cover(cells, tuple(sensors), tuple(nests), views, flown)


@dataclass(frozen=True)
class Part:
    """Some cells: how many, and what share of all woodland they are, by area and by weight."""

    cells: int
    share: float
    weighted: float


@dataclass(frozen=True)
class Loss:
    """What would be lost with one station: cells that no other of its kind covers (`alone`), and
    of these those that no station of either kind covers then (`bare`)."""

    kind: Kind
    code: str
    name: str
    lon: float
    lat: float
    covers: Part
    alone: Part
    bare: Part


def parts_of(cover: Cover) -> dict[str, Part]:
    """The parts of the woodland by name: all, seen, reached, any, both, seen_twice,
    reached_twice, none."""
    sensors, nests = cover.counts("sensor"), cover.counts("nest")
    masks: Mapping[str, Booleans] = {
        "all": np.ones(len(cover.cells), dtype=bool),
        "seen": sensors > 0,
        "reached": nests > 0,
        "any": (sensors > 0) | (nests > 0),
        "both": (sensors > 0) & (nests > 0),
        "seen_twice": sensors > 1,
        "reached_twice": nests > 1,
        "none": (sensors == 0) & (nests == 0),
    }
    return {key: part_of(cover.cells, mask) for key, mask in masks.items()}


def part_of(cells: Cells, which: Booleans | Integers) -> Part:
    """Some cells as a part of all."""
    weight = cells.weight[which]
    number = int(weight.size)
    return Part(number, number / len(cells), float(weight.sum() / cells.weight.sum()))


def losses_of(cover: Cover) -> Iterator[Loss]:
    """The loss of every station, sensors first, each kind in its order."""
    sensors, nests = cover.counts("sensor"), cover.counts("nest")
    for one, mine in zip(cover.sensors, cover.seen, strict=True):
        yield _loss("sensor", one, mine, sensors, nests, cover.cells)
    for each, mine in zip(cover.nests, cover.reached, strict=True):
        yield _loss("nest", each, mine, nests, sensors, cover.cells)


def _loss(
    kind: Kind,
    station: Sensor | Nest,
    mine: Integers,
    own: Integers,
    other: Integers,
    cells: Cells,
) -> Loss:
    alone = mine[own[mine] == 1]
    bare = alone[other[alone] == 0]
    return Loss(
        kind,
        station.code,
        station.name,
        station.lon,
        station.lat,
        part_of(cells, mine),
        part_of(cells, alone),
        part_of(cells, bare),
    )


def digest_of(
    ground: Mapping[str, str],
    sensors: Sequence[Sensor],
    nests: Sequence[Nest],
    given: Assumptions,
) -> str:
    """The digest of everything that the figures depend on; `ground` are digests by kind of data.

    Names change no figure, so they are left out.
    """
    plain = {
        "method": METHOD,
        "ground": dict(ground),
        "assumptions": asdict(given),
        "sensors": [_bare(one) for one in sensors],
        "nests": [_bare(one) for one in nests],
    }
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _bare(station: Sensor | Nest) -> dict[str, object]:
    found = asdict(station)
    del found["name"]
    return found
