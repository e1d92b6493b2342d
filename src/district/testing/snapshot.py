"""All rows of the database, kept and put back: a demo is loaded once and used by many tests.

On PostgreSQL through COPY, on SQLite row by row; both take a second for the demo. What is put
back replaces everything; the caller holds a transaction, so that keys may refer forwards. The
index of texts is no rows but follows from them, and is filled anew.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection

from district.kernel.search.services import fill_due

_NOT_ROWS = ("django_migrations", "sqlite_", "kernel_search_")


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return sorted(name for name in names if not name.startswith(_NOT_ROWS))


def save(path: Path) -> None:
    """Write all rows to `path`, for the same kind of database."""
    taken = {name: _take(name) for name in _tables()}
    path.write_bytes(pickle.dumps((connection.vendor, taken)))


def _take(table: str) -> Any:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {name} TO STDOUT (FORMAT BINARY)") as copy:
                return b"".join(bytes(each) for each in copy)
        # The name is the database's own, quoted.
        cursor.execute(f"SELECT * FROM {name}")  # noqa: S608  # as said above
        return cursor.fetchall()


def restore(path: Path) -> None:
    """Put the rows of `path` in the place of all that are there, inside a transaction."""
    # A file that a test of this very run has written.
    vendor, taken = pickle.loads(path.read_bytes())  # noqa: S301  # as said above
    if vendor != connection.vendor:
        raise ValueError(f"the rows are of {vendor}, this is {connection.vendor}")
    # Tables of a test's own may have stood beside the demo's in the process that kept them.
    present = set(_tables())
    taken = {table: rows for table, rows in taken.items() if table in present}
    with connection.cursor() as cursor:
        for table in taken:
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608  # the database's own name, quoted
        for table, rows in taken.items():
            _put(cursor, table, rows)
        if connection.vendor == "postgresql":
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)
    ContentType.objects.clear_cache()
    cache.clear()
    fill_due()


def _put(cursor: Any, table: str, rows: Any) -> None:
    name = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(rows)
    elif rows:
        marks = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608  # as above
