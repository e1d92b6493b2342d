"""A condition as a SQL expression for engines beside the product's database.

For populations beyond one machine, or files that another engine reads: the same three-valued
meaning in DuckDB and in Spark SQL. The product's own rows are selected by `to_q`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.normal import by_instants, resolve
from district.kernel.conditions.rules.schema import Attribute
from district.kernel.conditions.rules.tree import All, Compare, Condition, Not, Value

Dialect = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class _Words:
    """How an engine writes what the others write differently."""

    name: Callable[[str], str]
    text: Callable[[str], str]
    instant: Callable[[datetime], str]
    contains: str
    starts: str
    ends: str
    has: str
    trimmed: str


def _duckdb_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _spark_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_DIALECTS: dict[Dialect, _Words] = {
    "duckdb": _Words(
        name=lambda key: '"' + key.replace('"', '""') + '"',
        text=_duckdb_text,
        instant=lambda moment: f"TIMESTAMPTZ '{moment:%Y-%m-%d %H:%M:%S.%f}+00'",
        contains="contains({column}, {value})",
        starts="starts_with({column}, {value})",
        ends="suffix({column}, {value})",
        has="list_contains({column}, {value})",
        trimmed="concat('/', rtrim({column}, '/'))",
    ),
    "spark": _Words(
        name=lambda key: "`" + key.replace("`", "``") + "`",
        text=_spark_text,
        instant=lambda moment: f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S.%f}Z'",
        contains="contains({column}, {value})",
        starts="startswith({column}, {value})",
        ends="endswith({column}, {value})",
        has="array_contains({column}, {value})",
        trimmed="concat('/', rtrim('/', {column}))",
    ),
}


def to_sql(condition: Condition, dialect: Dialect, *, today: date | None = None) -> str:
    """A boolean expression: TRUE, FALSE or NULL where the condition holds, fails or is unknown.

    Columns are named by attribute key: texts, choices and codes VARCHAR (an empty one says
    nothing), integers BIGINT, decimals DECIMAL(p, places), booleans, DATE, date-times TIMESTAMP
    WITH TIME ZONE (TIMESTAMP in Spark), sets arrays of VARCHAR without NULL in them. Texts are
    compared letter by letter, so columns need the engines' binary collation, which is their
    default. Values stand in the expression as literals, Spark's with its own escapes
    (`spark.sql.parser.escapedStringLiterals` off, as it is by default). Raises ValueError when a
    relative date meets no `today`.
    """
    return _expression(by_instants(resolve(condition, today)), _DIALECTS[dialect])


def _expression(condition: Condition, words: _Words) -> str:
    if isinstance(condition, Compare):
        return _comparison(condition, words)
    if isinstance(condition, Not):
        return f"(NOT {_expression(condition.clause, words)})"
    conjunction = isinstance(condition, All)
    parts = [_expression(clause, words) for clause in condition.clauses]
    if not parts:
        return "TRUE" if conjunction else "FALSE"
    return "(" + (" AND " if conjunction else " OR ").join(parts) + ")"


def _comparison(leaf: Compare, words: _Words) -> str:
    attribute = leaf.attribute
    column = words.name(attribute.key)
    if rules.is_textual(attribute):
        column = f"nullif({column}, '')"
    if leaf.operator == "known":
        return f"({column} IS NOT NULL)"
    if attribute.hierarchy == "path":
        return _chain(leaf, column, words)
    values = [_value(attribute, value, words) for value in leaf.values]
    function = {
        "contains": words.contains,
        "starts_with": words.starts,
        "under": words.starts,
        "has": words.has,
    }.get(leaf.operator)
    if function is not None:
        return function.format(column=column, value=values[0])
    if leaf.operator == "in":
        return f"({column} IN ({', '.join(values)}))"
    if leaf.operator == "between":
        return f"({column} >= {values[0]} AND {column} <= {values[1]})"
    operator = "<>" if leaf.operator == "!=" else leaf.operator
    return f"({column} {operator} {values[0]})"


def _chain(leaf: Compare, column: str, words: _Words) -> str:
    """A code by its chain: somewhere in it, or the last of it."""
    if leaf.operator == "under":
        return words.contains.format(column=column, value=words.text(f"/{leaf.value}/"))
    own = words.trimmed.format(column=column)
    ends = [words.ends.format(column=own, value=words.text(f"/{value}")) for value in leaf.values]
    # `concat` takes what is not there for an empty text in DuckDB.
    found = f"CASE WHEN {column} IS NOT NULL THEN ({' OR '.join(ends)}) END"
    return f"(NOT {found})" if leaf.operator == "!=" else f"({found})"


def _value(attribute: Attribute, value: Value, words: _Words) -> str:
    if isinstance(value, str):
        return words.text(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return words.instant(value.astimezone(UTC))
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, Decimal):
        return f"CAST('{value:f}' AS DECIMAL(38, {attribute.places}))"
    return str(value)
