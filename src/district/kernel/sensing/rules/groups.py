"""What a rule is applied to: groups of streams, each stream in a role. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from district.kernel.sensing.rules.tree import ITSELF


@dataclass(frozen=True, slots=True)
class Member:
    """A datastream's number, its role in the group, and its declared lateness (microseconds)."""

    stream: int
    role: str = ITSELF
    lateness: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The streams at one place that a rule reads together; the id names the place for good."""

    id: str
    members: tuple[Member, ...]

    def in_roles(self, roles: Sequence[str]) -> tuple[Member, ...]:
        """The members that a rule which names these roles reads."""
        return tuple(member for member in self.members if member.role in roles)


class Groups(Sequence[Group]):
    """The groups of one rule.

    A hundred thousand groups of one stream each are two columns; their ids are the streams'
    numbers.
    """

    def __init__(self, groups: Sequence[Group] = ()) -> None:
        ids = [group.id for group in groups]
        if len(set(ids)) != len(ids):
            raise ValueError("two groups of a rule have the same id")
        self._groups: tuple[Group, ...] | None = tuple(groups)
        self.streams = np.empty(0, np.int64)
        self.lateness = np.empty(0, np.int64)

    @classmethod
    def of_streams(cls, streams: npt.ArrayLike, lateness: npt.ArrayLike = 0) -> Groups:
        """A group of its own for each stream; lateness in microseconds, one for all or each."""
        found = cls()
        found._groups = None
        found.streams = np.asarray(streams, np.int64)
        found.lateness = np.broadcast_to(np.asarray(lateness, np.int64), found.streams.shape)
        ordered = np.sort(found.streams)  # quicker than numpy's unique by far
        if (ordered[1:] == ordered[:-1]).any():
            raise ValueError("a stream is named twice")
        return found

    @property
    def single(self) -> bool:
        """Whether the groups are columns of streams, one each."""
        return self._groups is None

    def __len__(self) -> int:
        return len(self.streams) if self._groups is None else len(self._groups)

    @overload
    def __getitem__(self, at: int) -> Group: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Group, ...]: ...

    def __getitem__(self, at: int | slice) -> Group | tuple[Group, ...]:
        if isinstance(at, slice):
            return tuple(self[one] for one in range(*at.indices(len(self))))
        if self._groups is not None:
            return self._groups[at]
        stream = int(self.streams[at])
        return Group(str(stream), (Member(stream, ITSELF, int(self.lateness[at])),))

    def id_of(self, at: int) -> str:
        """The id of a group, without the group."""
        return str(self.streams[at]) if self._groups is None else self._groups[at].id

    def __iter__(self) -> Iterator[Group]:
        return (self[at] for at in range(len(self)))
