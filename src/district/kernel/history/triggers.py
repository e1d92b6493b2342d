"""The database itself refuses to change or delete what history has written.

The statements are kept here so that the migration and the tests speak of the same ones.
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("kernel_history_event", "kernel_history_sealedevent", "kernel_history_sealbatch")
_REFUSAL = "history is append-only"


def statements(vendor: str) -> list[str]:
    """The SQL that installs the guards on `vendor` (sqlite or postgresql)."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{word.lower()} BEFORE {word} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for table in TABLES
            for word in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION kernel_history_refuse() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$ LANGUAGE plpgsql"
    )
    guards = []
    for table in TABLES:
        guards.append(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION kernel_history_refuse()"
        )
        guards.append(
            f"CREATE TRIGGER {table}_guard_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kernel_history_refuse()"
        )
    return [function, *guards]


def removals(vendor: str) -> list[str]:
    """The SQL that takes the guards away: for reversing the migration, and between tests."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_{word}"
            for table in TABLES
            for word in ("update", "delete")
        ]
    return [
        f"DROP TRIGGER IF EXISTS {table}_guard{suffix} ON {table}"
        for table in TABLES
        for suffix in ("", "_truncate")
    ]


def install(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step: put the guards up."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def remove(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Migration step backwards: take the guards down."""
    for statement in removals(schema_editor.connection.vendor):
        schema_editor.execute(statement)
