"""What the two engines share, and what they must offer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from django.db import connection

from district.kernel.search.models import Document

Sql = tuple[str, list[Any]]
DOCUMENT = Document._meta.db_table


class NewDocument(NamedTuple):
    """A row of `Document`, without its grams."""

    place: int
    searchable: int
    tier: int
    object_id: str
    text: str


@dataclass(frozen=True)
class Stream:
    """Documents of searchable `number` that hold all of `needed`, by place, at most `most`.

    `common` says of common grams in how many of a thousand texts they are. `scope` is SQL of a
    further condition on the document `d`, with its parameters.
    """

    number: int
    needed: tuple[str, ...]
    most: int
    common: Mapping[str, int] = field(default_factory=dict)
    scope: tuple[str, tuple[Any, ...]] = ("", ())


class Engine(ABC):
    """One database's way. All statements run on the default connection, in its transaction."""

    #: How many documents of a searchable lie before the second tier, the third, and so on.
    tiers: ClassVar[tuple[int, ...]] = ()

    @abstractmethod
    def selected(self, stream: Stream, columns: str) -> Sql:
        """SQL, in parentheses, that gives these columns of the stream's documents, by place."""

    def standing(self, number: int, names: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Place and text of the documents of these object ids; one statement."""
        among, listed = self.among(names)
        found = self.run(
            f"SELECT object_id, place, text FROM {DOCUMENT} "  # noqa: S608  # our own names
            f"WHERE searchable = %s AND object_id {among}",
            [number, listed],
        )
        return {name: (place, text) for name, place, text in found}

    @abstractmethod
    def among(self, names: Sequence[str]) -> tuple[str, Any]:
        """SQL, and its one parameter, that says whether what stands before it is among `names`."""

    @abstractmethod
    def serials(self, count: int) -> Sequence[int]:
        """So many numbers that were never given before, ascending."""

    @abstractmethod
    def add(self, documents: Sequence[NewDocument]) -> None:
        """Insert documents, which come by place, with their grams."""

    @abstractmethod
    def lock(self, number: int, *, alone: bool) -> None:
        """Until the transaction ends: nobody else indexes this searchable, or (not `alone`)
        nobody indexes all of it."""

    @abstractmethod
    def settle(self) -> None:
        """Make ready for questions what was added in bulk."""

    def rows(self, streams: Sequence[Stream], columns: str) -> list[tuple[Any, ...]]:
        """The rows of all streams; one statement."""
        parts = [self.selected(stream, columns) for stream in streams]
        return self.run(
            " UNION ALL ".join(f"SELECT * FROM {sql} s" for sql, _parameters in parts),  # noqa: S608  # our own SQL
            [one for _sql, parameters in parts for one in parameters],
        )

    def reaches(self, stream: Stream) -> bool:
        """Whether the stream gives as many documents as it may at most; one statement."""
        sql, parameters = self.selected(stream, "d.place")
        counted: int = self.run(f"SELECT count(*) FROM {sql} s", parameters)[0][0]  # noqa: S608  # our own SQL
        return counted >= stream.most

    @staticmethod
    def run(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a statement and fetch what it gives."""
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []
