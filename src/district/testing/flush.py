"""Emptying tables between tests that commit: history's guards step aside for the flush, and what
migrations have filled stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from district.kernel.history import triggers

#: What Django fills after migrating, and would fill anew after every flush: four hundred kinds of
#: rows and what may be done to each, which took twelve times as long as the flush itself.
_OF_MIGRATIONS = ("auth_permission", "django_content_type")


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
    a thousand files on PostgreSQL. What migrations have filled stays where no test has changed it.
    """

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: Any) -> Any:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        left = _OF_MIGRATIONS if _as_migrated() else ()
        emptied = [name for name in names if name not in left]
        with guards_down(), transaction.atomic():
            _execute([f"DELETE FROM {self.quote_name(name)}" for name in filled(emptied)])  # noqa: S608  # the database's own names, quoted

    def emit(verbosity: int, interactive: bool, db: str, **more: Any) -> None:
        ContentType.objects.clear_cache()
        if not _as_migrated():
            emit_post_migrate_signal(verbosity, interactive, db, **more)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]  # the one seam that the flush offers
    setattr(flush, "emit_post_migrate_signal", emit)  # noqa: B010  # the command imports it, and declares it to nobody


def _as_migrated() -> bool:
    """Whether kinds and permissions are those that Django's own handlers would make."""
    kinds: set[tuple[str, str | None]] = set()
    may: set[tuple[str, str | None, str]] = set()
    for model in apps.get_models():
        kind = (model._meta.app_label, model._meta.model_name)
        kinds.add(kind)
        own = [codename for codename, _name in model._meta.permissions]
        usual = [
            get_permission_codename(each, model._meta) for each in model._meta.default_permissions
        ]
        may.update((*kind, codename) for codename in (*own, *usual))
    names = ("content_type__app_label", "content_type__model", "codename")
    return kinds == set(ContentType.objects.values_list("app_label", "model")) and may == set(
        Permission.objects.values_list(*names)
    )


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
