"""Rows read in columns, as the database keeps them: a million rows without a million objects.

Django makes a Decimal, a date or a UUID of every cell, one at a time. Where whole columns are
wanted, the cells are taken as the driver gives them and understood a column at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

import polars as pl
from django.db import models
from django.db.models import Field, QuerySet

from district.kernel.base.exact import ExactDecimalField

#: Rows that are taken from the driver together.
PART = 50_000
Cells = Sequence[Any]
#: A column of some rows: a series where the field is one of those of `read_parts`, else a list.
Column = pl.Series | list[Any]


def read_parts(
    rows: QuerySet[Any], paths: Sequence[str], *, listed: Collection[str] = ()
) -> Iterator[list[Column]]:
    """The values at these lookup paths, some thousand rows at a time, a column for each path.

    A series holds exact decimals as scaled integers (of the field's own places), keys of the
    type UUID as 32 hexadecimal digits, JSON as text, and dates, booleans, whole numbers and texts
    as they are. Any other field's column, and that of a path in `listed`, is a list of what
    Django makes of its values. Rows come in the order of `rows`; no path passes through a
    relation to many. One statement.
    """
    compiler = rows.values_list(*paths).query.get_compiler(rows.db)
    parts = compiler.execute_sql(chunked_fetch=True, chunk_size=PART)
    expressions = [selected[0] for selected in (compiler.select or ())[: len(paths)]]
    converters = compiler.get_converters(expressions)
    readers = [
        None if path in listed else _reader(_own(expression.output_field))
        for path, expression in zip(paths, expressions, strict=True)
    ]
    for part in parts:
        columns: list[Column] = []
        for at, cells in enumerate(zip(*part, strict=True)):
            reader = readers[at]
            if reader is not None:
                columns.append(reader(cells))
                continue
            functions, expression = converters.get(at, ((), None))
            for convert in functions:
                cells = tuple(convert(cell, expression, compiler.connection) for cell in cells)
            columns.append(list(cells))
        yield columns


def fields_of(rows: QuerySet[Any], paths: Sequence[str]) -> list[Field[Any, Any]]:
    """The field that each path leads to; of a foreign key the field that it refers to."""
    compiler = rows.values_list(*paths).query.get_compiler(rows.db)
    compiler.setup_query()
    return [_own(selected[0].output_field) for selected in (compiler.select or ())[: len(paths)]]


def read_frame(rows: QuerySet[Any], paths: Sequence[str]) -> pl.DataFrame:
    """The columns of `read_parts` of all rows at once, named by their paths.

    Raises TypeError for a field whose column would be a list.
    """
    readers = {
        path: _reader(field) for path, field in zip(paths, fields_of(rows, paths), strict=True)
    }
    empty = {path: reader(()) for path, reader in readers.items() if reader is not None}
    if len(empty) < len(paths):
        raise TypeError(f"not read in columns: {sorted(set(paths) - set(empty))}")
    parts = read_parts(rows, paths)
    return pl.concat(
        [
            pl.DataFrame(empty),
            *(pl.DataFrame(dict(zip(paths, part, strict=True))) for part in parts),
        ]
    )


def _own(field: Field[Any, Any]) -> Field[Any, Any]:
    while (target := getattr(field, "target_field", None)) is not None:
        field = target
    return field


def _reader(field: Field[Any, Any]) -> Callable[[Cells], pl.Series] | None:
    """How a column of the field is understood; None where Django's own converters are needed."""
    return next((read for kinds, read in _READERS if type(field) in kinds), None)


def _whole(cells: Cells) -> pl.Series:
    return pl.Series(cells, dtype=pl.Int64)


def _texts(cells: Cells) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


def _booleans(cells: Cells) -> pl.Series:
    # SQLite keeps 0 and 1.
    return pl.Series([None if cell is None else bool(cell) for cell in cells], dtype=pl.Boolean)


def _dates(cells: Cells) -> pl.Series:
    if any(isinstance(cell, str) for cell in cells):  # as SQLite keeps them
        return pl.Series(cells, dtype=pl.String).str.to_date("%Y-%m-%d")
    return pl.Series(cells, dtype=pl.Date)


def _keys(cells: Cells) -> pl.Series:
    return pl.Series(
        [cell.hex if isinstance(cell, UUID) else cell for cell in cells], dtype=pl.String
    )


#: Exact classes, because a field of ours may keep its values otherwise than the one it is made of.
_READERS: tuple[tuple[tuple[type[Any], ...], Callable[[Cells], pl.Series]], ...] = (
    (
        (
            ExactDecimalField, models.IntegerField, models.BigIntegerField,
            models.SmallIntegerField, models.PositiveIntegerField,
            models.PositiveBigIntegerField, models.PositiveSmallIntegerField,
            models.AutoField, models.BigAutoField, models.SmallAutoField,
        ),
        _whole,
    ),
    ((models.CharField, models.TextField, models.SlugField, models.JSONField), _texts),
    ((models.BooleanField,), _booleans),
    ((models.DateField,), _dates),
    ((models.UUIDField,), _keys),
)  # fmt: skip
