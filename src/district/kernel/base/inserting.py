"""Writing rows that are new in a transaction in as few statements as the database allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_GATHERED: ContextVar[list[models.Model] | None] = ContextVar("rows to insert", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Write all rows that `insert` is given inside when the block ends, none when it raises.

    On PostgreSQL they are one statement: a round trip costs as much as the rows do. On SQLite,
    which has none, one a table. Until then the rows are not in the database: what is read inside
    does not see them. A block within a block is part of the outer one.
    """
    if _GATHERED.get() is not None:
        yield
        return
    rows: list[models.Model] = []
    token = _GATHERED.set(rows)
    try:
        yield
    finally:
        _GATHERED.reset(token)
    _write(rows)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows, in the order given: at once, or at the end of the `together` around it.

    Means the same as `bulk_create` (no signals are sent) without building the statement anew
    each time. A key that the database gives is set on a row that is alone of its model; a row may
    refer to such a one that is given before it. IntegrityError as by any insert.
    """
    gathered = _GATHERED.get()
    if gathered is None:
        _write(rows)
    else:
        gathered.extend(rows)


def insert_now(rows: Sequence[models.Model]) -> None:
    """As `insert`, also within `together` at once: for what may refuse to be inserted."""
    _write(rows)


def _write(rows: Sequence[models.Model]) -> None:
    groups: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    if not groups:
        return
    connection = connections[router.db_for_write(next(iter(groups)))]
    at_once = connection.vendor == "postgresql"
    with transaction.atomic(using=connection.alias, savepoint=False):
        for part in [list(groups.values())] if at_once else [[one] for one in groups.values()]:
            _Statement(connection).run(part)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


class _Statement:
    """One statement that inserts the rows of one model or several."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.values: list[Any] = []
        #: Rows whose keys the database gives, and the words that stand for the key meanwhile.
        self.keyed: list[models.Model] = []
        self.stand_ins: dict[int, str] = {}

    def run(self, groups: Sequence[list[models.Model]]) -> None:
        """Insert lists of rows, each of one model, and tell the rows the keys they were given."""
        parts = [self._part(f"r{at}", group) for at, group in enumerate(groups)]
        if len(parts) == 1:
            sql = parts[0]
        else:
            named = ", ".join(f"r{at} AS ({part})" for at, part in enumerate(parts))
            sql = f"WITH {named} SELECT {', '.join(self.stand_ins.values()) or 'NULL'}"
        with self.connection.cursor() as cursor:
            cursor.execute(sql, self.values)
            keys = cursor.fetchone() if self.keyed else ()
        for row, key in zip(self.keyed, keys or (), strict=True):
            row.pk = key

    def _part(self, name: str, group: Sequence[models.Model]) -> str:
        head, fields, key = _table(type(group[0]))
        sql = f"{head} VALUES {', '.join(self._line(row, fields) for row in group)}"
        if not key or len(group) > 1:
            return sql
        self.keyed.append(group[0])
        self.stand_ins[id(group[0])] = f"(SELECT {key} FROM {name})"  # noqa: S608  # our own names
        return f"{sql} RETURNING {key}"

    def _line(self, row: models.Model, fields: Iterable[models.Field[Any, Any]]) -> str:
        """The places of a row's values, which are put behind those of the rows before."""
        places = []
        for field in fields:
            value = field.pre_save(row, add=True)
            owner = row._state.fields_cache.get(field.name) if value is None else None
            value = value if owner is None else owner.pk
            if owner is not None and value is None:
                places.append(self.stand_ins[id(owner)])
            else:
                places.append("%s")
                self.values.append(field.get_db_prep_save(value, self.connection))
        return f"({', '.join(places)})"


@cache
def _table(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...], str]:
    """How a model's insert begins, the fields whose values follow, and the column of a key that
    the database gives ("" where rows bring theirs)."""
    quote = connections[router.db_for_write(model)].ops.quote_name
    meta = model._meta
    given = isinstance(meta.pk, models.AutoField)
    fields = tuple(field for field in meta.concrete_fields if not (given and field.primary_key))
    columns = ", ".join(quote(str(field.column)) for field in fields)
    # Names of tables and columns are the model's own; values are parameters.
    head = f"INSERT INTO {quote(meta.db_table)} ({columns})"
    return head, fields, quote(str(meta.pk.column)) if given else ""
