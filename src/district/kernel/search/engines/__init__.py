"""How each database finds grams: FTS5 on SQLite, GIN on PostgreSQL, with one meaning."""

from __future__ import annotations

from django.db import connection

from district.kernel.search.engines.base import Engine, NewDocument, Stream
from district.kernel.search.engines.postgresql import OnPostgresql
from district.kernel.search.engines.sqlite import OnSqlite

__all__ = ["Engine", "NewDocument", "Stream", "engine"]


def engine() -> Engine:
    """The engine of the database in use."""
    return OnPostgresql() if connection.vendor == "postgresql" else OnSqlite()
