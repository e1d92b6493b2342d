"""A population in columns: what conditions are asked of, as it was at one position."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from district.kernel.conditions.public import Schema, frame_of
from district.kernel.matching.rules.columns import Column, Places, Words, columns_of, packed
from district.kernel.matching.rules.keys import Keys

#: Rows that are turned into columns together.
_AT_ONCE = 50_000
#: Patches that are remembered, so that verdicts given before them can be mended.
_REMEMBERED = 32
_SERIALS = itertools.count(1)


@dataclass(frozen=True)
class Position:
    """What a copy contains: every change up to `last`, and none that was open below `floor`.

    `last` is the key of the newest change that was read (0: none) and `nonce` its nonce. On
    PostgreSQL `floor` is the least number of a transaction that was still open then: what it and
    later ones commit may have lower keys than `last`. `beyond` are the changes of such
    transactions that were read already.
    """

    last: int = 0
    nonce: str = ""
    floor: int = 0
    beyond: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Population:
    """The entities of a population in columns, as they were at a position; never changed.

    `ids` are the keys by place. A place whose entity counts no more stays, and is in no verdict;
    `alive` has a bit for each place that counts. `patches` are the serial numbers of populations
    that this one came from and the places that were written since each.
    """

    schema: Schema
    ids: Keys
    columns: Mapping[str, Column]
    alive: Words
    count: int
    at: Position = field(default_factory=Position)
    serial: int = field(default_factory=lambda: next(_SERIALS))
    patches: tuple[tuple[int, Places], ...] = ()

    @classmethod
    def of(
        cls,
        schema: Schema,
        rows: Iterable[tuple[Any, Mapping[str, Any]]],
        at: Position | None = None,
    ) -> Population:
        """The population of these entities (key, values by attribute key).

        TypeError on a value or key of another type, ValueError on a finer decimal.
        """
        ids: list[Any] = []
        frames = [frame_of((), schema)]
        for part in _parts(rows):
            ids += [one for one, _values in part]
            frames.append(frame_of((values for _one, values in part), schema))
        return cls.of_frame(schema, Keys.of(ids), pl.concat(frames), at)

    @classmethod
    def of_frame(
        cls, schema: Schema, ids: Keys, frame: pl.DataFrame, at: Position | None = None
    ) -> Population:
        """The population of a frame as `conditions.frame_of` makes it."""
        columns = columns_of(frame, schema)
        alive = packed(np.ones(len(ids), np.bool_))
        return cls(schema, ids, columns, alive, len(ids), at or Position())

    @property
    def position(self) -> int:
        """The key of the newest change that is in it."""
        return self.at.last

    @property
    def length(self) -> int:
        """How many places, those that count no more among them."""
        return len(self.ids)

    def moved_to(self, at: Position) -> Population:
        """The same entities at a later position."""
        return replace(self, at=at)

    def patched(
        self,
        rows: Mapping[Any, Mapping[str, Any]],
        gone: Collection[Any],
        at: Position | None = None,
    ) -> Population:
        """The population with these entities added or written, and without those of `gone`."""
        ids = list(rows)
        places = self.ids.places(ids)
        new = [one for one, place in zip(ids, places, strict=True) if place < 0]
        places[places < 0] = self.length + np.arange(len(new))
        out = self.ids.places(list(gone))
        out = out[out >= 0]
        order = np.argsort(places)
        places = places[order]
        frame = frame_of([rows[ids[at]] for at in order.tolist()], self.schema)
        columns = {key: column.written(places, frame[key]) for key, column in self.columns.items()}
        keys = self.ids.and_more(new) if new else self.ids
        alive = np.zeros(-(-len(keys) // 64), np.uint64)
        alive[: len(self.alive)] = self.alive
        _set(alive, places, value=True)
        _set(alive, out, value=False)
        written = np.unique(np.concatenate([places, out]))
        return Population(
            self.schema,
            keys,
            columns,
            alive,
            int(np.bitwise_count(alive).sum()),
            at or self.at,
            patches=(*self.patches, (self.serial, written))[-_REMEMBERED:],
        )

    def written_since(self, serial: int) -> Places | None:
        """The places that were written since the population of that serial number; None where
        that is not known."""
        if serial == self.serial:
            return np.empty(0, np.intp)
        serials = [one for one, _places in self.patches]
        if serial not in serials:
            return None
        later = [places for _one, places in self.patches[serials.index(serial) :]]
        return np.unique(np.concatenate(later))


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while part := list(itertools.islice(left, _AT_ONCE)):
        yield part


def _set(words: Words, places: Places, *, value: bool) -> None:
    bits = np.uint64(1) << (places % 64).astype(np.uint64)
    if value:
        np.bitwise_or.at(words, places // 64, bits)
    else:
        np.bitwise_and.at(words, places // 64, ~bits)
