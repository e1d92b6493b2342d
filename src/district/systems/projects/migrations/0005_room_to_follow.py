from typing import Any

from django.db import migrations

#: Every night the rows of approvals and what was computed of projects are written anew. Where a
#: page has room for it, PostgreSQL puts the new row beside the old one and touches no index; what
#: is computed of a project stays in its row, where it is neither compressed nor moved out.
_ROOM = {
    "sys_projects_project": {"fillfactor": 50},
    "sys_projects_item": {"fillfactor": 50},
    "sys_projects_reckoning": {"fillfactor": 50, "toast_tuple_target": 8160},
}


def _leave_room(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, given in _ROOM.items():
        told = ", ".join(f"{name} = {value}" for name, value in given.items())
        schema_editor.execute(f"ALTER TABLE {table} SET ({told})")


def _as_before(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, given in _ROOM.items():
        schema_editor.execute(f"ALTER TABLE {table} RESET ({', '.join(given)})")


class Migration(migrations.Migration):
    dependencies = [
        ("sys_projects", "0004_shown"),
    ]

    operations = [
        migrations.RunPython(_leave_room, _as_before),
    ]
