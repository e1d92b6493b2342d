"""Columns of facts as the JSON texts that `SourceRecord.values` holds."""

from __future__ import annotations

import polars as pl

from district.systems.enterprises.rules.facts import BY_KEY, PLACES, Fact

_SCALE = 10**PLACES


def plain_texts(frame: pl.DataFrame) -> pl.Series:
    """For every row {"<fact key>": value, ...} of its facts that are known, as JSON, the values
    as `rules.facts.to_plain` writes them, in the order of the frame's columns."""
    facts = [BY_KEY[name] for name in frame.columns if name in BY_KEY]
    parts = [pl.lit(f'"{fact.key}": ') + _json(fact) for fact in facts]
    inside = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return frame.select((pl.lit("{") + inside + pl.lit("}")).alias("values")).to_series()


def _json(fact: Fact) -> pl.Expr:
    column = pl.col(fact.key)
    if fact.type == "decimal":
        return _quoted(decimal_text(column))
    if fact.type == "date":
        return _quoted(column.cast(pl.String))
    if fact.type == "integer":
        return column.cast(pl.String)
    if fact.type == "boolean":
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false"))
    escaped = column.str.replace_all("\\", "\\\\", literal=True)
    return _quoted(escaped.str.replace_all('"', '\\"', literal=True))


def _quoted(text: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit('"'), text, pl.lit('"'))


def decimal_text(scaled: pl.Expr) -> pl.Expr:
    """A number scaled by 10**6 as a text without exponent and trailing zeros."""
    size = scaled.abs()
    sign = pl.when(scaled < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = (size // _SCALE).cast(pl.String)
    rest = (size % _SCALE).cast(pl.String).str.zfill(PLACES).str.strip_chars_end("0")
    point = pl.when(rest == "").then(pl.lit("")).otherwise(pl.lit("."))
    return pl.concat_str(sign, whole, point, rest)
