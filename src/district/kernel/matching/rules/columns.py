"""A population in columns: one array of whole numbers for each attribute, unknowns among them.

A number is its scaled integer, a date its day since 1970, a date-time its microsecond; the least
number of the array's type stands for unknown. A text, choice, code, boolean or set is its place in
a dictionary of what occurs; place 0 is unknown. Conditions compare places with places: the
dictionary alone is asked by the condition language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from district.kernel.conditions.public import Attribute, Compare, Schema, evaluate

Cells = npt.NDArray[Any]
Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]

#: A dictionary up to this size is searched when values are written; a longer one only grows.
_SEARCHED = 100_000
#: What was written is kept apart up to a thirtieth of the cells.
_FEW = 30
#: Between the members of a set in one text; no database keeps it within a text.
_BETWEEN = "\x00"
_NUMBERS: dict[str, np.dtype[Any]] = {
    "integer": np.dtype(np.int64),
    "decimal": np.dtype(np.int64),
    "date": np.dtype(np.int32),
    "datetime": np.dtype(np.int64),
}


class Dictionary:
    """What occurs in a column, in the order of the places; place 0 is unknown."""

    def __init__(self, attribute: Attribute, values: pl.Series) -> None:
        self.attribute, self.values = attribute, values
        self._selected: dict[Compare, npt.NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.values)

    def selected(self, leaf: Compare) -> npt.NDArray[np.bool_]:
        """The places whose value the comparison holds for."""
        found = self._selected.get(leaf)
        if found is None:
            frame = pl.DataFrame({self.attribute.key: self.values})
            found = evaluate(leaf, frame).true.to_numpy()
            self._selected[leaf] = found
        return found

    @cached_property
    def _places(self) -> dict[Any, int]:
        return {_plain(value): place for place, value in enumerate(self.values.to_list())}

    def places_of(self, cells: pl.Series) -> tuple[Dictionary, Cells]:
        """The places of these values, in this dictionary or in one with those that are new."""
        if len(self) > _SEARCHED:
            places = np.where(cells.is_null(), 0, len(self) + np.arange(len(cells)))
            more = pl.concat([self.values, cells.alias(self.values.name)])
            return Dictionary(self.attribute, more), places
        plain = cells.to_list()
        if self.attribute.type == "set":
            plain = [_plain(value) for value in plain]
        new = [one for one in dict.fromkeys(plain) if one not in self._places]
        if not new:
            return self, np.array([self._places[one] for one in plain], np.intp)
        known = self._places | {one: len(self) + at for at, one in enumerate(new)}
        found = [known[one] for one in plain]
        values = [list(one) if isinstance(one, tuple) else one for one in new]
        more = pl.concat([self.values, pl.Series(self.values.name, values, self.values.dtype)])
        return Dictionary(self.attribute, more), np.array(found, np.intp)


def _plain(value: Any) -> Any:
    return tuple(sorted(set(value))) if isinstance(value, list) else value


@dataclass(frozen=True)
class Written:
    """Cells that were written over others, which stay as they are: few over many.

    `places` are in order and without doubles; they may lie beyond the end of `base`.
    """

    base: Cells
    places: Places
    cells: Cells
    length: int

    def joined(self, kind: np.dtype[Any]) -> Cells:
        """All cells, as numbers of that type."""
        made = np.empty(self.length, kind)
        made[: len(self.base)] = self.base
        made[self.places] = self.cells
        return made

    def at(self, places: Places, kind: np.dtype[Any]) -> Cells:
        """The cells at these places alone."""
        made: Cells = np.take(self.base, places, mode="clip").astype(kind)
        if not len(self.places):
            return made
        found = np.minimum(np.searchsorted(self.places, places), len(self.places) - 1)
        here = self.places[found] == places
        made[here] = self.cells[found[here]]
        return made

    def and_more(self, places: Places, cells: Cells, length: int) -> Written:
        """These cells with later ones over them, of the same places or of others, in order."""
        if not len(self.places):
            return Written(self.base, places, cells, length)
        both = np.concatenate([places, self.places])
        kept, first = np.unique(both, return_index=True)  # of equal places the later written
        return Written(self.base, kept, np.concatenate([cells, self.cells])[first], length)


class Column:
    """The cells of one attribute, and what their places mean where they are places.

    What was written since is put among the others only when all of them are asked for: a change
    of a thousand entities then costs a thousand cells, not a million.
    """

    def __init__(
        self,
        attribute: Attribute,
        cells: Cells | Written,
        dictionary: Dictionary | None = None,
        kind: np.dtype[Any] | None = None,
    ) -> None:
        self.attribute, self.dictionary = attribute, dictionary
        self._given = cells
        self.kind = kind or (cells.base if isinstance(cells, Written) else cells).dtype

    def __len__(self) -> int:
        return self._given.length if isinstance(self._given, Written) else len(self._given)

    @cached_property
    def cells(self) -> Cells:
        """All cells, by place."""
        given = self._given
        if isinstance(given, Written):
            # From here on the others need not be kept beside them.
            given = self._given = given.joined(self.kind)
        return given

    @property
    def unknown(self) -> int:
        """The cell that stands for unknown; every other is greater."""
        return 0 if self.dictionary is not None else int(np.iinfo(self.kind).min)

    @cached_property
    def known(self) -> Words:
        """A bit for each cell, set where it is known."""
        return packed(self.cells > self.unknown)

    def at(self, places: Places) -> Column:
        """The cells at these places alone."""
        given = self._given
        here = given.at(places, self.kind) if isinstance(given, Written) else given[places]
        return Column(self.attribute, here, self.dictionary)

    def written(self, places: Places, cells: pl.Series) -> Column:
        """The column with these cells, as `conditions.frame_of` makes them, at these places, in
        order and each of them once; places beyond its end lengthen it."""
        dictionary = self.dictionary
        if dictionary is None:
            fresh = _numbers(self.attribute, cells)
        else:
            dictionary, fresh = dictionary.places_of(cells)
        kind = self.kind if dictionary is None else _least(len(dictionary))
        kind = np.promote_types(self.kind, kind)
        length = max(len(self), int(places.max()) + 1 if len(places) else 0)
        given = self._given
        if not isinstance(given, Written):
            given = Written(given, places[:0], fresh[:0], len(given))
        made = given.and_more(places, fresh, length)
        few = len(made.places) * _FEW <= len(made.base)
        return Column(self.attribute, made if few else made.joined(kind), dictionary, kind)


def packed(bits: npt.NDArray[np.bool_]) -> Words:
    """Booleans as words of 64 bits, the first in the lowest bit; the rest of the last is unset."""
    words = np.zeros(-(-len(bits) // 64), np.uint64)
    found = np.packbits(bits, bitorder="little")
    words.view(np.uint8)[: len(found)] = found
    return words


def unpacked(words: Words, count: int) -> npt.NDArray[np.bool_]:
    """The first `count` bits of the words as booleans."""
    bits = np.unpackbits(words.view(np.uint8), count=count, bitorder="little")
    return bits.view(np.bool_)


def columns_of(frame: pl.DataFrame, schema: Schema) -> dict[str, Column]:
    """The columns of a frame as `conditions.frame_of` makes it, one for each attribute."""
    return {
        attribute.key: _column(attribute, frame[attribute.key]) for attribute in schema.attributes
    }


def dictionary_type(attribute: Attribute) -> pl.DataType | None:
    """Of which type the dictionary's values are; None where the cells are numbers."""
    if attribute.type in _NUMBERS:
        return None
    others = {"boolean": pl.Boolean(), "set": pl.List(pl.String)}
    return others.get(attribute.type, pl.String())


def _column(attribute: Attribute, series: pl.Series) -> Column:
    if attribute.type in _NUMBERS:
        return Column(attribute, _numbers(attribute, series))
    if attribute.type == "boolean":
        values = pl.Series([None, False, True], dtype=pl.Boolean)
        cells = (series.cast(pl.UInt8) + 1).fill_null(0).to_numpy()
    elif attribute.type == "set":
        values, cells = _coded_sets(series)
    else:
        values, cells = _coded(_cleaned(attribute, series))
    return Column(attribute, cells.astype(_least(len(values))), Dictionary(attribute, values))


def _coded(texts: pl.Series) -> tuple[pl.Series, Cells]:
    """A dictionary in order, so that a range of codes is a range of places; and the places."""
    found = texts.drop_nulls().unique().sort()
    cells = (texts.cast(pl.Enum(found)).to_physical().cast(pl.UInt32) + 1).fill_null(0).to_numpy()
    return pl.concat([pl.Series(texts.name, [None], pl.String), found]), cells


def _coded_sets(series: pl.Series) -> tuple[pl.Series, Cells]:
    """The same for sets, which Polars is slow to tell apart: by their members in one text."""
    lengths = series.list.len()
    joined = series.list.join(_BETWEEN)
    if ((joined.str.count_matches(_BETWEEN, literal=True) + 1 != lengths) & (lengths > 0)).any():
        return _coded_one_by_one(series)
    texts, cells = _coded(joined)
    members = texts.str.split(_BETWEEN).to_list()
    values = [[] if each == [""] else each for each in members]
    return pl.Series(series.name, values, pl.List(pl.String)), cells


def _coded_one_by_one(series: pl.Series) -> tuple[pl.Series, Cells]:
    known: dict[Any, int] = {None: 0}
    cells = [known.setdefault(_plain(each), len(known)) for each in series.to_list()]
    values = [None if each is None else list(each) for each in known]
    return pl.Series(series.name, values, pl.List(pl.String)), np.array(cells, np.uint32)


def _cleaned(attribute: Attribute, series: pl.Series) -> pl.Series:
    if attribute.type in ("set", "boolean"):
        return series
    return pl.DataFrame({"v": series}).select(pl.when(pl.col("v") != "").then("v")).to_series()


def _numbers(attribute: Attribute, series: pl.Series) -> Cells:
    kind = _NUMBERS[attribute.type]
    return series.to_physical().fill_null(np.iinfo(kind).min).to_numpy().astype(kind, copy=False)


def _least(length: int) -> np.dtype[Any]:
    return np.min_scalar_type(max(length - 1, 1))
