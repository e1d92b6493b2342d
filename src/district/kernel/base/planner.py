"""What the database knows of its tables when it plans a query."""

from __future__ import annotations

from django.db import connection


def look_over_tables() -> None:
    """Count the tables anew; PostgreSQL does so by itself only minutes after a large load.

    Until then it takes every table for nearly empty, and pages read it row by row. May run inside
    a transaction. PostgreSQL is given our tables by name: without names it counts the catalogues
    that all databases of a server share too, and another database's load waits for ours.
    """
    tables: list[str] = []
    if connection.vendor == "postgresql":
        tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")
