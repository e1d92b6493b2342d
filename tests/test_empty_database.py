"""An empty database gets at once the tables that its migrations lead to, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from district.kernel.base import tables
from district.testing import switching

Empty = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Empty]:
    """`with empty("a"):` the connection leads to a new database without any table."""

    @contextmanager
    def leading(name: str) -> Iterator[None]:
        place = str(tmp_path / f"{name}.sqlite3")
        if connection.vendor == "postgresql":
            place = f"{connection.settings_dict['NAME']}_{name}"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{place}"')
        with switching.leading_to(place):
            yield

    with django_db_blocker.unblock():
        yield leading


@pytest.mark.slow
@pytest.mark.timeout(900)  # all later migrations one by one, and a machine may be slow
def test_the_tables_made_at_once_are_those_that_the_migrations_lead_to(empty: Empty) -> None:
    with empty("at_once"):
        assert tables.make_tables(connection)
        at_once, noted = _described(), _noted()
    with empty("by_steps"):
        # At once as far as every part's first migration; all later ones find tables there.
        graph = MigrationExecutor(connection).loader.graph
        assert tables.make_tables(connection, graph.root_nodes())
        steps = MigrationExecutor(connection)
        assert len(steps.migration_plan(graph.leaf_nodes())) > 20
        steps.migrate(graph.leaf_nodes())
        by_steps = _described()
        assert _noted() == noted
    assert at_once.keys() == by_steps.keys()
    differing = {name: (each, by_steps[name]) for name, each in at_once.items()}
    del differing["django_migrations"]  # a squashed one of others is noted once more later
    assert {name: two for name, two in differing.items() if two[0] != two[1]} == {}


def test_nothing_is_left_to_migrate_once_they_are_made(empty: Empty) -> None:
    with empty("made"):
        said = StringIO()
        call_command("migrate", stdout=said)
        assert "at once" in said.getvalue()
        call_command("migrate", check_unapplied=True, verbosity=0)


def test_a_step_that_fails_leaves_no_table_of_ours(empty: Empty) -> None:
    with empty("failed"):
        with (
            mock.patch("district.kernel.history.triggers.statements", return_value=["no SQL"]),
            pytest.raises(DatabaseError),
        ):
            tables.make_tables(connection)
        assert tables.has_none_of_ours(connection)
        assert not _tables_of_ours()


def test_what_the_models_of_the_end_do_not_tell_is_left_to_the_steps(empty: Empty) -> None:
    with (
        empty("untold"),
        mock.patch.object(tables, "_is_told_by_its_end", return_value=False),
    ):
        assert not tables.make_tables(connection)
        assert not _tables_of_ours()


def test_a_database_where_a_table_of_ours_stands_is_left_to_the_steps(empty: Empty) -> None:
    with empty("standing"):
        assert tables.has_none_of_ours(connection)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kernel_history_event (number integer)")
        assert not tables.has_none_of_ours(connection)


def _tables_of_ours() -> list[str]:
    names = connection.introspection.table_names()
    return [name for name in names if name.startswith(("kernel_", "sys_"))]


def _noted() -> set[tuple[str, str]]:
    return set(MigrationExecutor(connection).loader.applied_migrations)


def _described() -> dict[str, Any]:
    """Columns, keys, checks, indexes, triggers and number of rows of every table. The order of
    columns is nobody's concern, nor are names that a database gives on its own."""
    with connection.cursor() as cursor:
        found = {
            name: _table(cursor, name) for name in connection.introspection.table_names(cursor)
        }
        cursor.execute(_BESIDES[connection.vendor])
        found["besides"] = sorted(map(repr, cursor.fetchall()))
    return found


def _table(cursor: Any, name: str) -> Any:
    columns = connection.introspection.get_table_description(cursor, name)
    constraints = connection.introspection.get_constraints(cursor, name).values()
    cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608  # its own name
    return sorted(map(repr, columns)), sorted(map(repr, constraints)), cursor.fetchone()


_BESIDES = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' "
    "OR (type = 'index' AND sql IS NOT NULL) OR sql LIKE 'CREATE VIRTUAL%'",
    "postgresql": "SELECT tgname::text, tgrelid::regclass::text FROM pg_trigger "
    "WHERE NOT tgisinternal UNION ALL SELECT relname::text, "
    "concat(relpersistence, reloptions) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
}
