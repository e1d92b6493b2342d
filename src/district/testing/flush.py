"""Emptying tables between tests that commit: history's guards step aside for the flush."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
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
    """Make Django's flush (the end of every committing test) lower and raise the guards."""
    original = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: Any) -> Any:
        with guards_down():
            return original(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]  # the one seam that the flush offers
