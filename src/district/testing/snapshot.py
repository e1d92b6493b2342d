"""All rows of a PostgreSQL database, kept and put back: a demo is loaded once for many tests.

What is put back replaces everything; the caller holds a transaction, so that keys may refer
forwards. The index of texts is no rows but follows from them, and is filled anew.
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

_NOT_ROWS = ("django_migrations", "kernel_search_")


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return sorted(name for name in names if not name.startswith(_NOT_ROWS))


def save(path: Path) -> None:
    """Write all rows to `path`."""
    path.write_bytes(pickle.dumps({name: _take(name) for name in _tables()}))


def _take(table: str) -> bytes:
    name = connection.ops.quote_name(table)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {name} TO STDOUT (FORMAT BINARY)") as copy,
    ):
        return b"".join(bytes(each) for each in copy)


def restore(path: Path) -> None:
    """Put the rows of `path` in the place of all that are there, inside a transaction."""
    # A file that a test of this very run has written.
    taken: dict[str, Any] = pickle.loads(path.read_bytes())  # noqa: S301  # as said above
    # Tables of a test's own may have stood beside the demo's in the process that kept them.
    present = set(_tables())
    taken = {table: rows for table, rows in taken.items() if table in present}
    with connection.cursor() as cursor:
        for table in taken:
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608  # the database's own name, quoted
        for table, rows in taken.items():
            name = connection.ops.quote_name(table)
            with cursor.copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
    ContentType.objects.clear_cache()
    cache.clear()
    fill_due()
