"""Columns of facts in the three ways that they are written: as the database keeps them, in the
plain form of `rules.facts`, and as the JSON texts of `SourceRecord` and `PastState`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from district.systems.enterprises.rules.facts import BY_KEY, PLACES, Fact

_SCALE = 10**PLACES
#: What JSON does not take within a text as it is.
_ESCAPED = {"\\": "\\\\", '"': '\\"', **{chr(n): f"\\u{n:04x}" for n in range(32)}}


def plain_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame whose facts are as the database keeps them, with these in plain form: what
    `rules.facts.to_plain` writes, null where nothing is known. Other columns stay."""
    return frame.with_columns(_plain(BY_KEY[name]) for name in frame.columns if name in BY_KEY)


def _plain(fact: Fact) -> pl.Expr:
    column = pl.col(fact.key)
    if fact.type == "decimal":
        return decimal_text(column).alias(fact.key)
    if fact.type == "date":
        return column.cast(pl.String)
    if fact.type in ("integer", "boolean"):
        return column
    return pl.when(column != "").then(column).alias(fact.key)


def as_kept(fact: Fact, column: pl.Expr) -> pl.Expr:
    """A column in plain form as the database keeps the fact; the inverse of `plain_columns`."""
    if fact.type == "decimal":
        scaled: pl.Expr = column.str.to_decimal(scale=PLACES) * _SCALE
        return scaled.cast(pl.Int64)
    if fact.type == "date":
        return column.str.to_date("%Y-%m-%d")
    return column.fill_null(fact.nothing) if fact.is_textual else column


def json_texts(frame: pl.DataFrame) -> pl.Series:
    """For every row {"<fact key>": value, ...} of its facts in plain form that are known, as JSON,
    in the order of the frame's columns."""
    facts = [BY_KEY[name] for name in frame.columns if name in BY_KEY]
    parts = [pl.lit(f'"{fact.key}": ') + json_value(fact, pl.col(fact.key)) for fact in facts]
    return frame.select(json_object(parts).alias("values")).to_series()


def json_object(parts: Sequence[pl.Expr]) -> pl.Expr:
    """An object of the members that are not null."""
    inside = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return pl.lit("{") + inside + pl.lit("}")


def json_value(fact: Fact, column: pl.Expr) -> pl.Expr:
    """A column in plain form as JSON; null where nothing is known."""
    if fact.type == "integer":
        return column.cast(pl.String)
    if fact.type == "boolean":
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false"))
    escaped = column.str.replace_many(list(_ESCAPED), list(_ESCAPED.values()))
    return pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))


def decimal_text(scaled: pl.Expr) -> pl.Expr:
    """A number scaled by 10**6 as a text without exponent and trailing zeros."""
    size = scaled.abs()
    sign = pl.when(scaled < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = (size // _SCALE).cast(pl.String)
    rest = (size % _SCALE).cast(pl.String).str.zfill(PLACES).str.strip_chars_end("0")
    point = pl.when(rest == "").then(pl.lit("")).otherwise(pl.lit("."))
    return pl.concat_str(sign, whole, point, rest)
