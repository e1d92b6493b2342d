"""What the database knows of its tables when it plans a query."""

from __future__ import annotations

from django.db import connection


def look_over_tables() -> None:
    """Count the tables anew; PostgreSQL does so by itself only minutes after a large load.

    Until then it takes every table for nearly empty, and pages read it row by row. May run inside
    a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
