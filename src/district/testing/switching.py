"""Another database in the place of the tests' own, for every thread of the process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection

from district.kernel.base.recent import forget_all


def copy_to(file: Path) -> None:
    """Write all that the present database holds to `file`."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as made:
        connection.connection.backup(made)


@contextmanager
def leading_to(file: Path | str) -> Iterator[None]:
    """Within, the default connection leads to `file` (on PostgreSQL, to the database of that name);
    the caller holds no transaction."""
    before = connection.settings_dict["NAME"]
    _lead(file)
    try:
        yield
    finally:
        _lead(before)


def _lead(file: object) -> None:
    # Connections of other threads are made from the same settings.
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    ContentType.objects.clear_cache()
    cache.clear()
    forget_all()
