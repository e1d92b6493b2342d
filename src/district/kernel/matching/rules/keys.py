"""The keys of a population's entities, kept small, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload
from uuid import UUID

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.intp]
_MIXER = np.uint64(0x9E3779B97F4A7C15)


class Keys(Sequence[Any]):
    """Whole numbers, UUIDs or texts, in the order of their places; all of one kind.

    `cells` are numbers, pairs of numbers, or texts.
    """

    def __init__(self, kind: str, cells: npt.NDArray[Any]) -> None:
        self.kind, self.cells = kind, cells

    @classmethod
    def of(cls, ids: Sequence[Any], kind: str = "") -> Keys:
        """The keys of these ids; TypeError when they are not of one kind."""
        kinds = {_kind(one) for one in set(map(type, ids))} or {kind or "text"}
        if len(kinds) > 1 or (kind and kinds != {kind}):
            raise TypeError(f"keys of several kinds: {sorted(kinds | {kind})}")
        (kind,) = kinds
        if kind == "uuid":
            whole = b"".join(one.bytes for one in ids)
            return cls(kind, np.frombuffer(whole, ">u8").astype(np.uint64).reshape(-1, 2))
        return cls(kind, np.array(ids, np.int64 if kind == "integer" else object))

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return self.at(np.arange(len(self))[place])
        return self.at(np.array([place], np.intp))[0]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.at(np.arange(len(self))))

    def at(self, places: Places) -> list[Any]:
        """The ids at these places."""
        cells = self.cells[places].tolist()
        if self.kind == "uuid":
            return [UUID(int=(high << 64) | low) for high, low in cells]
        return list(cells)

    def and_more(self, ids: Sequence[Any]) -> Keys:
        """The keys with these behind them."""
        more = Keys.of(ids, self.kind if len(self) else "")
        if not len(self):
            return more
        both = Keys(more.kind, np.concatenate([self.cells, more.cells]))
        if "_by_mark" in self.__dict__:  # put among what is in order, not brought into order anew
            order, marks = self._by_mark
            theirs, fresh = more._by_mark
            at = np.searchsorted(marks, fresh)
            both.__dict__["_by_mark"] = (
                np.insert(order, at, theirs + len(self)),
                np.insert(marks, at, fresh),
            )
        return both

    def places(self, ids: Sequence[Any]) -> Places:
        """Where each of the ids stands; -1 where there is no such key."""
        found = np.full(len(ids), -1, np.intp)
        if not len(self) or not ids:
            return found
        asked = Keys.of(ids)
        if asked.kind != self.kind:
            return found
        order, marks = self._by_mark
        first = np.searchsorted(marks, asked._marks, "left")
        last = np.searchsorted(marks, asked._marks, "right")
        for nth in range(int((last - first).max())):  # more than one only where marks collide
            at = np.flatnonzero(first + nth < last)
            places = order[first[at] + nth]
            same = self.cells[places] == asked.cells[at]
            same = same.all(axis=1) if same.ndim > 1 else same
            found[at[same]] = places[same]
        return found

    @cached_property
    def _marks(self) -> npt.NDArray[np.uint64]:
        """A number for each key, the same for equal keys and hardly ever for others."""
        if self.kind == "integer":
            return self.cells.view(np.uint64)
        if self.kind == "uuid":
            mixed: npt.NDArray[np.uint64] = self.cells[:, 0] * _MIXER ^ self.cells[:, 1]
            return mixed
        return np.array([hash(one) for one in self.cells], np.int64).view(np.uint64)

    @cached_property
    def _by_mark(self) -> tuple[Places, npt.NDArray[np.uint64]]:
        marks = self._marks
        if (marks[1:] >= marks[:-1]).all():
            return np.arange(len(marks)), marks
        order = np.argsort(marks)
        return order, marks[order]


def _kind(one: type) -> str:
    if issubclass(one, UUID):
        return "uuid"
    if issubclass(one, str):
        return "text"
    if issubclass(one, int) and one is not bool:
        return "integer"
    raise TypeError(f"{one.__name__} is no key: keys are whole numbers, UUIDs or texts")
