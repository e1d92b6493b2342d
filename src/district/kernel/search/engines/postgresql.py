"""PostgreSQL: grams as numbers in an array, under GIN.

GIN gives hits in no order and all of them, so a gram of half a million rows would be read to its
end. Therefore the documents lie in tiers by their place, each with an index of its own and four
times as large as the one before: the question goes from tier to tier and stops when it has enough.
Of the first tier the hits come by place. Within each further one the index tells all hits, but as
many of their rows are read as are still wanted, in the order in which they lie, which is that of
their places until they are changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from district.kernel.search.engines.base import DOCUMENT, Engine, NewDocument, Sql, Stream
from district.kernel.search.rules.texts import asked_grams, grams

_SERIAL = "kernel_search_serial_no"
_LOCKS = 7_301  # our class of advisory locks
_TIERS = (4_000, 20_000, 84_000, 340_000)
# Every hit of a tier is looked up before the first row is read. The planner, which sees a limit,
# would rather walk the table until it has met so many, past all that hold nothing.
_PLANNED = "enable_seqscan", "max_parallel_workers_per_gather"
# New grams wait in a list that every question reads through; it is kept short.
_PENDING_KB = 512

SCHEMA = (
    f"CREATE SEQUENCE {_SERIAL}",
    *(
        f"CREATE INDEX kernel_search_grams_{tier} ON {DOCUMENT} USING gin (grams) "
        f"WITH (gin_pending_list_limit = {_PENDING_KB}) WHERE tier = {tier}"
        for tier in range(len(_TIERS) + 1)
    ),
)
DROP = (f"DROP SEQUENCE {_SERIAL}",)  # the indexes go with their table


class OnPostgresql(Engine):
    """GIN."""

    tiers = _TIERS

    def selected(self, stream: Stream, columns: str) -> Sql:
        return self._selected(stream, columns, ordered=len(_TIERS) + 1)

    def rows(self, streams: Sequence[Stream], columns: str) -> list[tuple[Any, ...]]:
        parts = [self._selected(stream, columns, ordered=1) for stream in streams]
        asked = " UNION ALL ".join(f"SELECT * FROM {sql} s" for sql, _parameters in parts)  # noqa: S608  # our own SQL
        # Sent together they are one transaction, where there is none.
        before = "".join(f"SET LOCAL {name} = 0; " for name in _PLANNED)
        after = "".join(f"; SET LOCAL {name} TO DEFAULT" for name in _PLANNED)
        with connection.cursor() as cursor:
            cursor.execute(
                before + asked + after, [one for _sql, parameters in parts for one in parameters]
            )
            for _setting in _PLANNED:
                cursor.nextset()
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _selected(self, stream: Stream, columns: str, *, ordered: int) -> Sql:
        """The stream, of the first `ordered` tiers strictly by place."""
        grams_asked = asked_grams(stream.needed, stream.common)
        wanted = [_number(stream.number, gram) for gram in grams_asked]
        holds = " AND strpos(d.text, %s) > 0" * len(stream.needed)
        scope, values = stream.scope
        # The order is of an expression, lest the planner walk the table by its key instead.
        by_place = [" ORDER BY d.place + 0" * (tier < ordered) for tier in range(len(_TIERS) + 1)]
        # A part with a limit is never read in parallel, so the tiers come one after the other.
        tiers = " UNION ALL ".join(
            f"(SELECT {columns} FROM {DOCUMENT} d WHERE d.tier = {tier} AND d.searchable = %s "  # noqa: S608  # our own names
            f"AND d.grams @> %s::bigint[]{holds}{scope}{by_place[tier]} LIMIT %s)"
            for tier in range(len(_TIERS) + 1)
        )
        one = [stream.number, wanted, *stream.needed, *values, stream.most]
        sql = f"(SELECT * FROM ({tiers}) t LIMIT %s)"  # noqa: S608  # as above
        return sql, [*one * (len(_TIERS) + 1), stream.most]

    def among(self, names: Sequence[str]) -> tuple[str, Any]:
        return "= ANY(%s)", list(names)

    def serials(self, count: int) -> Sequence[int]:
        sql = "SELECT nextval(%s) FROM generate_series(1, %s)"
        given = self.run(sql, [_SERIAL, count])
        return sorted(one for (one,) in given)

    def add(self, documents: Sequence[NewDocument]) -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(
                f"COPY {DOCUMENT} (place, searchable, tier, object_id, text, grams) "
                "FROM STDIN (FORMAT BINARY)"
            ) as copy,
        ):
            copy.set_types(["int8", "int2", "int2", "varchar", "text", "int8[]"])
            for one in documents:
                copy.write_row((*one, [_number(one.searchable, gram) for gram in grams(one.text)]))

    def lock(self, number: int, *, alone: bool) -> None:
        shared = "" if alone else "_shared"
        self.run(f"SELECT pg_advisory_xact_lock{shared}(%s, %s)", [_LOCKS, number])

    def settle(self) -> None:
        for tier in range(len(_TIERS) + 1):
            self.run("SELECT gin_clean_pending_list(%s::regclass)", [f"kernel_search_grams_{tier}"])
        self.run(f"ANALYZE {DOCUMENT}", [])


def _number(searchable: int, gram: str) -> int:
    """A gram as a number of its own: two characters of 21 bits, or three of 8."""
    if len(gram) == 2:
        return searchable << 44 | ord(gram[0]) << 21 | ord(gram[1])
    three = ord(gram[0]) << 16 | ord(gram[1]) << 8 | ord(gram[2])
    return searchable << 44 | 1 << 43 | three
