"""This process's copies of the populations, brought up to date by positions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import RLock

import polars as pl

from district.kernel.base.recent import forgets
from district.kernel.conditions.public import Schema, frame_of
from district.kernel.matching.positions import (
    Position,
    is_unfinished,
    moved_since,
    position_now,
)
from district.kernel.matching.reading import entities
from district.kernel.matching.store import Entity, Id, PopulationSpec, population_spec


@dataclass(frozen=True)
class Population:
    """The entities of a population in columns, as they were at a position; never changed."""

    schema: Schema
    ids: tuple[Id, ...]
    frame: pl.DataFrame
    at: Position = field(default_factory=Position)

    @classmethod
    def of(cls, schema: Schema, rows: Iterable[Entity], at: Position) -> Population:
        """The population of these entities."""
        found = list(rows)
        frame = frame_of((values for _one, values in found), schema)
        return cls(schema, tuple(one for one, _values in found), frame, at)

    @property
    def count(self) -> int:
        """How many entities."""
        return len(self.ids)

    @property
    def position(self) -> int:
        """The key of the newest change that is in it."""
        return self.at.last


_COPIES: dict[str, Population] = {}
_LOCK = RLock()


def population(key: str) -> Population:
    """This process's copy of the population, with every change that is committed by now.

    Inside a transaction that has changed the population it holds those changes too, and is not
    kept for others. Raises NotFound for an unknown key.
    """
    spec = population_spec(key)
    with _LOCK:
        known = _COPIES.get(key)
        now = _read(spec) if known is None else _caught_up(spec, known)
        if now is not known and not is_unfinished(key):
            _COPIES[key] = now
        return now


def forget_populations() -> None:
    """Drop this process's copies: they are read anew when they are asked for."""
    with _LOCK:
        _COPIES.clear()


forgets(forget_populations)


def _read(spec: PopulationSpec) -> Population:
    at = position_now(spec.key)
    return Population.of(spec.schema(), entities(spec), at)


def _caught_up(spec: PopulationSpec, known: Population) -> Population:
    moved = moved_since(spec.key, known.at)
    if moved.entities is None or moved.entities:
        return _read(spec)
    return known if moved.position == known.at else replace(known, at=moved.position)
