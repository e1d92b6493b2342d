"""SQLite: an FTS5 table over grams that we write, beside the table of documents.

Its row numbers are the places, so it gives hits in their order and stops at the last that is
wanted: a gram of half a million rows costs no more than a rare one. FTS5's own tokenizers find no
word of two characters; here each gram is a token (`ascii`: whatever lies beyond ASCII is a letter).

What is removed from the documents is removed here by a trigger. What is added is not: within a
trigger FTS5 writes its tables anew for every row (some forty times slower).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import F

from district.kernel.search.engines.base import DOCUMENT, Engine, NewDocument, Sql, Stream
from district.kernel.search.models import Serial
from district.kernel.search.rules.texts import asked_grams, grams

_TABLE = "kernel_search_gram"
_PRIVATE = 0xE000  # characters that no folded text holds; one for each searchable

#: What the migration makes beside Django's own tables.
SCHEMA = (
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5(grams, content='{DOCUMENT}', "
    "content_rowid='place', columnsize=0, detail=none, tokenize='ascii')",
    f"CREATE TRIGGER kernel_search_removed AFTER DELETE ON {DOCUMENT} BEGIN INSERT INTO {_TABLE}"  # noqa: S608  # our own names
    f"({_TABLE}, rowid, grams) VALUES ('delete', old.place, old.grams); END",
    f"CREATE TRIGGER kernel_search_changed BEFORE UPDATE OF place, grams ON {DOCUMENT} BEGIN "
    "SELECT RAISE(ABORT, 'documents are removed and added, not changed'); END",
)
DROP = (f"DROP TABLE {_TABLE}",)  # the triggers go with the table of documents


class OnSqlite(Engine):
    """FTS5."""

    def selected(self, stream: Stream, columns: str) -> Sql:
        own = chr(_PRIVATE + stream.number)
        match = " AND ".join(f'"{own}{gram}"' for gram in asked_grams(stream.needed, stream.common))
        holds = " AND instr(d.text, %s) > 0" * len(stream.needed)
        scope, values = stream.scope
        return (
            f"(SELECT {columns} FROM {_TABLE} JOIN {DOCUMENT} d ON d.place = {_TABLE}.rowid "  # noqa: S608  # our own names
            f"WHERE {_TABLE} MATCH %s{holds}{scope} ORDER BY {_TABLE}.rowid LIMIT %s)",
            [match, *stream.needed, *values, stream.most],
        )

    def among(self, names: Sequence[str]) -> tuple[str, Any]:
        return "IN (SELECT value FROM json_each(%s))", json.dumps(names)

    def serials(self, count: int) -> Sequence[int]:
        # The only writer: a transaction takes SQLite's lock at its start.
        Serial.objects.get_or_create(pk=1)
        Serial.objects.filter(pk=1).update(last=F("last") + count)
        last = Serial.objects.values_list("last", flat=True).get(pk=1)
        return range(last - count + 1, last + 1)

    def add(self, documents: Sequence[NewDocument]) -> None:
        rows = [(*one, _words(one)) for one in documents]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {DOCUMENT} (place, searchable, tier, object_id, text, grams) "  # noqa: S608  # our own name
                "VALUES (%s, %s, %s, %s, %s, %s)",
                rows,
            )
            cursor.executemany(
                f"INSERT INTO {_TABLE} (rowid, grams) VALUES (%s, %s)",  # noqa: S608  # our own name
                [(row[0], row[-1]) for row in rows],
            )

    def lock(self, number: int, *, alone: bool) -> None:
        """Nothing to do: there is one writer."""

    def settle(self) -> None:
        """Nothing to do: FTS5 merges as it goes."""


def _words(document: NewDocument) -> str:
    own = chr(_PRIVATE + document.searchable)
    return " ".join(own + gram for gram in grams(document.text))
