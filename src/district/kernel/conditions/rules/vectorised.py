"""A condition over a whole population at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.explaining import known_value
from district.kernel.conditions.rules.normal import by_instants, resolve
from district.kernel.conditions.rules.schema import Attribute, Schema, Type
from district.kernel.conditions.rules.tree import All, Compare, Condition, Not

_DTYPES: dict[Type, pl.DataType] = {
    "text": pl.String(), "choice": pl.String(), "code": pl.String(),
    "integer": pl.Int64(), "decimal": pl.Int64(), "boolean": pl.Boolean(),
    "date": pl.Date(), "datetime": pl.Datetime("us", "UTC"), "set": pl.List(pl.String()),
}  # fmt: skip


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of a population, in the frame's order; what is in neither is False.

    `true` and `unknown` are boolean series without nulls, never both true on a row.
    """

    true: pl.Series
    unknown: pl.Series

    @property
    def false(self) -> pl.Series:
        """Where the condition fails."""
        return ~(self.true | self.unknown)


def frame_of(rows: Iterable[Mapping[str, Any]], schema: Schema) -> pl.DataFrame:
    """Rows (values by attribute key) as the frame that `evaluate` takes.

    Decimals become integers scaled by 10**places of their attribute, so that no column holds an
    inexact number; times are in UTC. Raises TypeError on a value of another type.
    """
    held = list(rows)
    return pl.DataFrame(
        [
            _series(attribute, [row.get(attribute.key) for row in held])
            for attribute in schema.attributes
        ]
    )


#: Values that need no second look when all of a column are of exactly these types.
_EXACTLY: dict[Type, set[type]] = {
    "text": {str}, "choice": {str}, "code": {str}, "integer": {int}, "boolean": {bool},
    "date": {date},
}  # fmt: skip


def _series(attribute: Attribute, values: list[Any]) -> pl.Series:
    """The values of one attribute as a column; TypeError on one of another type."""
    dtype = _dtype(attribute)
    found = set(map(type, values)) - {type(None)}
    if attribute.type == "decimal" and found <= {Decimal, int}:
        return pl.Series(attribute.key, _scaled(attribute, values), dtype)
    if found <= _EXACTLY.get(attribute.type, set()):
        if rules.is_textual(attribute):
            values = [value or None for value in values]
        return pl.Series(attribute.key, values, dtype)
    known = [known_value(attribute, value) for value in values]
    cells = [None if value is None else _cell(attribute, value) for value in known]
    if attribute.type != "set":
        return pl.Series(attribute.key, cells, dtype)
    # Polars is slow with lists, and most sets are like others.
    places: dict[tuple[str, ...] | None, int] = {}
    at = [places.setdefault(cell if cell is None else tuple(cell), len(places)) for cell in cells]
    distinct = [cell if cell is None else list(cell) for cell in places]
    return pl.Series(attribute.key, distinct, dtype).gather(at)


def _dtype(attribute: Attribute) -> pl.DataType:
    return _DTYPES[attribute.type]


def _cell(attribute: Attribute, value: Any) -> Any:
    if attribute.type == "decimal":
        return scaled(attribute, value)
    if attribute.type == "datetime":
        return value.astimezone(UTC)
    return sorted(value) if attribute.type == "set" else value


def scaled(attribute: Attribute, value: Decimal | int) -> int:
    """A decimal as an integer scaled by 10**places; raises ValueError when it is finer."""
    number = Decimal(value).scaleb(attribute.places)
    whole = int(number)
    if number != whole:
        raise ValueError(f"{attribute.key}: {value} has more than {attribute.places} places")
    return whole


def _scaled(attribute: Attribute, values: list[Any]) -> list[int | None]:
    """The same of many, None where nothing is known."""
    places = attribute.places
    numbers = [None if value is None else Decimal(value).scaleb(places) for value in values]
    whole = [None if number is None else int(number) for number in numbers]
    if numbers != whole:  # one of them is finer, and says which
        return [None if value is None else scaled(attribute, value) for value in values]
    return whole


def evaluate(condition: Condition, frame: pl.DataFrame, *, today: date | None = None) -> Verdicts:
    """The verdicts of `condition` on every row of `frame`.

    Columns are named by attribute key and typed as `frame_of` types them (a decimal column may
    also be polars' Decimal); a column that is absent is unknown. Raises TypeError on another
    column type, and ValueError when a relative date meets no `today`.
    """
    concrete = by_instants(resolve(condition, today))
    verdict = frame.select(verdict=_expression(concrete, frame.schema))["verdict"]
    if len(verdict) != frame.height:  # a condition of constants alone has one row
        verdict = pl.Series("verdict", [verdict[0]] * frame.height, dtype=pl.Boolean)
    return Verdicts(verdict.fill_null(False).alias("true"), verdict.is_null().alias("unknown"))


def _expression(condition: Condition, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    """The verdict as a polars expression; its & | ~ are Kleene's, null being unknown."""
    if isinstance(condition, Compare):
        return _comparison(condition, columns)
    if isinstance(condition, Not):
        return ~_expression(condition.clause, columns)
    conjunction = isinstance(condition, All)
    return reduce(
        and_ if conjunction else or_,
        (_expression(clause, columns) for clause in condition.clauses),
        pl.lit(conjunction, dtype=pl.Boolean),
    )


def _comparison(leaf: Compare, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    attribute = leaf.attribute
    column = _column(attribute, columns)
    if leaf.operator == "known":
        return column.is_not_null()
    values = [_literal(attribute, value) for value in leaf.values]
    first = values[0]
    if attribute.type == "code":
        return _code(leaf, column)
    if leaf.operator == "in":
        return column.is_in(pl.Series(values, dtype=_dtype(attribute)).implode())
    if leaf.operator == "between":
        return (column >= _lit(attribute, first)) & (column <= _lit(attribute, values[1]))
    if leaf.operator == "contains":
        return column.str.contains(str(first), literal=True)
    if leaf.operator == "starts_with":
        return column.str.starts_with(str(first))
    if leaf.operator == "has":
        return column.list.contains(pl.lit(first, dtype=pl.String))
    compared = _lit(attribute, first)
    simple = {
        "=": column == compared, "!=": column != compared,
        "<": column < compared, "<=": column <= compared,
        ">": column > compared, ">=": column >= compared,
    }  # fmt: skip
    return simple[leaf.operator]


def _code(leaf: Compare, column: pl.Expr) -> pl.Expr:
    values = [str(value) for value in leaf.values]
    by_path = leaf.attribute.hierarchy == "path"
    if leaf.operator == "under":
        if by_path:
            return column.str.contains(f"/{values[0]}/", literal=True)
        return column.str.starts_with(values[0])
    own = column.str.strip_chars_end("/").str.split("/").list.last() if by_path else column
    found = own.is_in(pl.Series(values, dtype=pl.String).implode())
    return ~found if leaf.operator == "!=" else found


def _column(attribute: Attribute, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    wanted = _dtype(attribute)
    actual = columns.get(attribute.key)
    if actual is None or actual == pl.Null():
        return pl.lit(None, dtype=wanted)
    column = pl.col(attribute.key)
    if attribute.type == "decimal" and isinstance(actual, pl.Decimal):
        scale = pl.lit(Decimal(10**attribute.places), dtype=pl.Decimal(38, 0))
        return (column.cast(pl.Decimal(38, attribute.places)) * scale).cast(pl.Int64)
    if attribute.type == "integer" and actual.is_integer():
        return column.cast(pl.Int64)
    if attribute.type == "datetime" and isinstance(actual, pl.Datetime) and actual.time_zone:
        return column.dt.convert_time_zone("UTC").dt.cast_time_unit("us")
    if actual != wanted:
        raise TypeError(
            f"{attribute.key}: column of {actual}, type {attribute.type} needs {wanted}"
        )
    if rules.is_textual(attribute):
        return pl.when(column != "").then(column)
    return column


def _literal(attribute: Attribute, value: Any) -> Any:
    if attribute.type == "decimal":
        return scaled(attribute, value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _lit(attribute: Attribute, value: Any) -> pl.Expr:
    return pl.lit(value, dtype=_dtype(attribute))
