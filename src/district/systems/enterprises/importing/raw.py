"""Frames straight into the database: new rows by COPY on PostgreSQL and one prepared statement on
SQLite, changed ones by one prepared statement. Building a model object of every row would take
longer than everything else. What is written is what `kernel.base.frames.read_frame` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection, models
from django.db.models import BooleanField

_NULL = "\\N"


def insert_frame(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Insert the rows of a frame, whose columns are named by the model's attribute names.

    Values are as the database keeps them: exact decimals as scaled integers, keys as 32
    hexadecimal digits, JSON as text; every column of the model that has no value of the
    database's own must be there. IntegrityError as by any insert; no signals are sent.
    """
    if not frame.height:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = [fields[name] for name in frame.columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in columns)
    table = quote(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv, NULL '{_NULL}')", frame, columns)
        return
    places = ", ".join(["%s"] * len(columns))
    # Names of tables and columns are the model's own; values are parameters.
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608  # as said above
    dates = frame.with_columns(pl.col(pl.Date).cast(pl.String))
    with connection.cursor() as cursor:
        cursor.executemany(statement, dates.rows())


def _copy(statement: str, frame: pl.DataFrame, columns: Sequence[models.Field[Any, Any]]) -> None:
    texts = frame.with_columns(
        pl.col(field.attname).cast(pl.Boolean)
        for field in columns
        if isinstance(field, BooleanField)
    )
    # Every text is quoted, so that none is taken for the mark of nothing.
    lines = texts.write_csv(include_header=False, null_value=_NULL, quote_style="non_numeric")
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        copy.write(lines)


def update_frame(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Write the other columns of a frame into the rows that its column `id` names.

    Columns and values are as `insert_frame` takes them. A row that is gone by now is passed over;
    no signals are sent. Inside a transaction.
    """
    if not frame.height:
        return
    columns = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    names = [name for name in frame.columns if name != "id"]
    quote = connection.ops.quote_name
    places = ", ".join(f"{quote(columns[name])} = %s" for name in names)
    table = quote(model._meta.db_table)
    # Names of tables and columns are the model's own; values are parameters.
    statement = f"UPDATE {table} SET {places} WHERE {quote(columns['id'])} = %s"  # noqa: S608  # as said above
    rows = frame.select(*names, "id")
    if connection.vendor != "postgresql":
        rows = rows.with_columns(pl.col(pl.Date).cast(pl.String))
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows.rows())
