"""Emptying tables between tests that commit: history's guards step aside for the flush."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from district.kernel.history import triggers


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def guards_down() -> Iterator[None]:
    """History's triggers removed for a while; tests of tampering and the flush need it."""
    _execute(triggers.removals(connection.vendor))
    try:
        yield
    finally:
        _execute(triggers.statements(connection.vendor))


def flush_with_guards_down() -> None:
    """Make Django's flush (the end of every committing test) lower and raise the guards, and empty
    the tables that hold rows: a test fills some of three hundred, and truncating the others makes
    a thousand files on PostgreSQL."""

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: Any) -> Any:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        with guards_down(), transaction.atomic():
            _execute([f"DELETE FROM {self.quote_name(name)}" for name in filled(names)])  # noqa: S608  # the database's own names, quoted

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]  # the one seam that the flush offers


def filled(names: list[str]) -> list[str]:
    """Those of the tables that have rows."""
    quoted = connection.ops.quote_name
    asked = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quoted(name)})" for name in names]  # noqa: S608  # as above
    found: list[str] = []
    with connection.cursor() as cursor:
        # SQLite takes five hundred together.
        for at in range(0, len(asked), 400):
            cursor.execute(" UNION ALL ".join(asked[at : at + 400]))
            found += [row[0] for row in cursor.fetchall()]
    return found
