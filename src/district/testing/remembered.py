"""What a fixture writes, written again in a few statements for the tests that come after.

Most tests begin with a small district, and making it through the services costs many times more
than the rows that come of it. `remembered(make)` makes it once in a process, by the services; the
next test is given the same rows, by bulk, and a copy of what `make` returned. Each test still
begins with its own and is rolled back by itself, on either database.

    @pytest.fixture
    def people(db: None) -> Iterator[People]:
        with standing("2025-09-22 10:00"):
            yield remembered(_people)

`make` must depend on nothing but its arguments, which must be hashable and are part of what is
looked for, and on what was remembered in the same test before it: a closure's other values are
not looked at. It writes rows and nothing else, no files; what it returns is data. Rows that a
test writes by other means before it would not be there for the next test: on SQLite, which counts
them, that is refused. Tests that commit make everything anew, and so do fixtures of more than one
test.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction

from district.kernel.base.recent import forget_all
from district.testing.flush import filled

R = TypeVar("R")
#: What migrations have filled, and tables of the index of texts that follow from its documents.
_LEFT_OUT = ("django_migrations", "django_content_type", "auth_permission", "sqlite_")
_GRAMS = "kernel_search_gram"
_DOCUMENTS = "kernel_search_document"

#: The rows of a table: by the whole row, where it stands (its key, its place on PostgreSQL).
_Rows = dict[Any, tuple[Any, ...]]


@dataclass(frozen=True)
class _Written:
    """What a `make` has left: its answer, keys of rows that went, new rows, what waits for the
    commit."""

    value: Any
    gone: Mapping[str, list[Any]]
    rows: Mapping[str, Any]
    waiting: tuple[Callable[[], object], ...]


class _Test:
    """The present test: what was remembered in it, and how many rows it had written by then."""

    def __init__(self) -> None:
        self.path: tuple[Hashable, ...] = ()
        self.written = _changes()
        self.making = False


_KEPT: dict[Hashable, _Written] = {}


@contextmanager
def one_test() -> Iterator[None]:
    """Within, a test runs that begins with the rows that are there."""
    global _test  # one test runs at a time
    before, _test = _test, _Test()
    try:
        yield
    finally:
        _test = before


def remembered(make: Callable[..., R], *arguments: Hashable) -> R:
    """What `make(*arguments)` returns, its rows written; see above."""
    test = _test
    if test is None or test.making or not connection.in_atomic_block:
        return make(*arguments)
    if _changes() != test.written:
        raise RuntimeError(f"rows were written before {make}: remember those, too")
    # A function within a function is a new one each time; its code is not.
    key = (*test.path, (getattr(make, "__code__", make), arguments))
    test.path = key
    kept = _KEPT.get(key)
    if kept is None:
        test.making = True
        try:
            kept = _KEPT[key] = _made(make, arguments)
        finally:
            test.making = False
    else:
        _write(kept)
        forget_all()
    test.written = _changes()
    value: R = deepcopy(kept.value)
    return value


def _made(make: Callable[..., Any], arguments: tuple[Hashable, ...]) -> _Written:
    before, waiting = _everything(), len(connection.run_on_commit)
    value = make(*arguments)
    after = _everything()
    rows, gone = {}, {}
    for table in before.keys() | after.keys():
        was, now = before.get(table, {}), after.get(table, {})
        if left := [place[0] for row, place in was.items() if row not in now]:
            gone[table] = left
        if new := {row: place for row, place in now.items() if row not in was}:
            rows[table] = _take(table, new)
    later = tuple(each[1] for each in connection.run_on_commit[waiting:])
    return _Written(deepcopy(value), gone, rows, later)


def _write(kept: _Written) -> None:
    with connection.cursor() as cursor:
        for table, keys in kept.gone.items():
            marks = ", ".join(["%s"] * len(keys))
            key = _quoted(_key_of(table))
            cursor.execute(
                f"DELETE FROM {_quoted(table)} WHERE CAST({key} AS text) IN ({marks})",  # noqa: S608  # the database's own names, quoted
                keys,
            )
        for table, rows in kept.rows.items():
            _put(cursor, table, rows)
    for each in kept.waiting:
        transaction.on_commit(each)


def _changes() -> int:
    """How many rows this connection has ever written; always 0 where nobody counts."""
    if connection.vendor != "sqlite" or connection.connection is None:
        return 0
    found: int = connection.connection.total_changes
    return found


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _key_of(table: str) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_primary_key_column(cursor, table)
    if found is None:
        raise RuntimeError(f"{table} has no key of one column")
    return str(found)


def _everything() -> dict[str, _Rows]:
    """Every row of every table that has any."""
    with connection.cursor() as cursor:
        names = [
            name
            for name in connection.introspection.table_names(cursor)
            if not name.startswith((*_LEFT_OUT, _GRAMS))
        ]
    found = {}
    for table in filled(names):
        found[table] = _rows_of(table)
    return found


def _rows_of(table: str) -> _Rows:
    name, key = _quoted(table), _quoted(_key_of(table))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT t::text, CAST({key} AS text), ctid::text FROM {name} t")  # noqa: S608  # as above
            return {row: (kept, place) for row, kept, place in cursor.fetchall()}
        cursor.execute(f"SELECT CAST({key} AS text), * FROM {name}")  # noqa: S608  # as above
        return {tuple(row[1:]): (row[0],) for row in cursor.fetchall()}


def _take(table: str, rows: _Rows) -> Any:
    """The rows as they are written again."""
    if connection.vendor != "postgresql":
        return list(rows)
    places = ", ".join(f"'{place[1]}'" for place in rows.values())
    asked = f"SELECT * FROM {_quoted(table)} WHERE ctid = ANY(ARRAY[{places}]::tid[])"  # noqa: S608  # as above
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({asked}) TO STDOUT (FORMAT BINARY)") as copy,
    ):
        return b"".join(bytes(each) for each in copy)


def _put(cursor: Any, table: str, rows: Any) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {_quoted(table)} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(rows)
        return
    marks = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {_quoted(table)} VALUES ({marks})", rows)  # noqa: S608  # as above
    if table == _DOCUMENTS:
        # What a trigger does not do: see the index's engine.
        cursor.executemany(
            f"INSERT INTO {_GRAMS} (rowid, grams) SELECT place, grams FROM {_DOCUMENTS} "  # noqa: S608  # our own names
            "WHERE place = %s",
            [(row[0],) for row in rows],
        )


_test: _Test | None = None
