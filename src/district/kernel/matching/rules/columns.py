"""A population in columns: one array of whole numbers for each attribute, unknowns among them.

A number is its scaled integer, a date its day since 1970, a date-time its microsecond; the least
number of the array's type stands for unknown. A text, choice, code, boolean or set is its place in
a dictionary of what occurs; place 0 is unknown. Conditions compare places with places: the
dictionary alone is asked by the condition language.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
        known = dict(self._places)
        new: list[Any] = []
        found: list[int] = []
        for value in cells.to_list():
            plain = _plain(value)
            if plain not in known:
                known[plain] = len(self) + len(new)
                new.append(value)
            found.append(known[plain])
        if not new:
            return self, np.array(found, np.intp)
        more = pl.concat([self.values, pl.Series(self.values.name, new, self.values.dtype)])
        return Dictionary(self.attribute, more), np.array(found, np.intp)


def _plain(value: Any) -> Any:
    return tuple(sorted(set(value))) if isinstance(value, list) else value


@dataclass(frozen=True)
class Column:
    """The cells of one attribute, and what their places mean where they are places."""

    attribute: Attribute
    cells: Cells
    dictionary: Dictionary | None = None

    @property
    def unknown(self) -> int:
        """The cell that stands for unknown; every other is greater."""
        return 0 if self.dictionary is not None else int(np.iinfo(self.cells.dtype).min)

    @cached_property
    def known(self) -> Words:
        """A bit for each cell, set where it is known."""
        return packed(self.cells > self.unknown)

    def at(self, places: Places) -> Column:
        """The cells at these places alone."""
        return replace(self, cells=self.cells[places])

    def written(self, places: Places, cells: pl.Series) -> Column:
        """The column with these cells at these places; places beyond its end lengthen it."""
        dictionary = self.dictionary
        if dictionary is None:
            written = _numbers(self.attribute, cells)
        else:
            dictionary, written = dictionary.places_of(_cleaned(self.attribute, cells))
        kind = np.promote_types(
            self.cells.dtype, written.dtype if dictionary is None else _least(len(dictionary))
        )
        length = max(len(self.cells), int(places.max()) + 1 if len(places) else 0)
        made = np.empty(length, kind)
        made[: len(self.cells)] = self.cells
        made[places] = written
        return Column(self.attribute, made, dictionary)


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
