"""Whom to believe, for many enterprises at once: `rules.resolving` over whole columns.

A frame of tellings has the columns `enterprise` (its key as 32 hexadecimal digits), `source`,
`rank`, `told_on` and one for every fact, which holds the value in plain form, null where the
source did not say. A property test holds this module to `resolving` row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from district.systems.enterprises.rules.facts import FACTS, Fact
from district.systems.enterprises.rules.resolving import Telling

KEYS: tuple[str, ...] = tuple(fact.key for fact in FACTS)
ENTERPRISE = "enterprise"


def plain_type(fact: Fact) -> pl.DataType:
    """Of which type a fact's column in plain form is."""
    kinds: dict[str, pl.DataType] = {"boolean": pl.Boolean(), "integer": pl.Int64()}
    return kinds.get(fact.type, pl.String())


#: The facts' columns in plain form.
PLAIN: dict[str, pl.DataType] = {fact.key: plain_type(fact) for fact in FACTS}
#: The columns of a frame of tellings.
TELLINGS: dict[str, pl.DataType] = {
    ENTERPRISE: pl.String(), "source": pl.String(), "rank": pl.Int64(), "told_on": pl.Date(),
    **PLAIN,
}  # fmt: skip


def with_facts(frame: pl.DataFrame, texts: str = "values") -> pl.DataFrame:
    """The frame with a column for every fact instead of the column of JSON texts, in which what
    is no fact is passed over."""
    said = frame[texts].str.json_decode(pl.Struct(PLAIN))
    return frame.drop(texts).hstack(said.struct.unnest())


def believed(tellings: pl.DataFrame) -> pl.DataFrame:
    """What is believed of each enterprise that somebody speaks of: {enterprise, facts}."""
    trust = tellings.sort(
        ENTERPRISE, "rank", "told_on", "source", descending=[False, False, True, False]
    )
    return trust.group_by(ENTERPRISE, maintain_order=True).agg(
        pl.col(key).drop_nulls().first() for key in KEYS
    )


@dataclass(frozen=True)
class News:
    """What a file says that its source had not said.

    - `told`: its tellings, one of an enterprise, with what the source said in another file of
      that day.
    - `superseded`: {enterprise, pk} of the records that they say anew altogether.
    - `weighed`: every telling of the enterprises of which something else may be believed now.
    """

    told: pl.DataFrame
    superseded: pl.DataFrame
    weighed: pl.DataFrame


def news(told: pl.DataFrame, kept: pl.DataFrame, by: Telling) -> News:
    """Hold what one source says on a day against what is kept of the same enterprises.

    `told` has {enterprise, facts}, one row of an enterprise; `by` is the source, its rank and the
    day; `kept` is a frame of tellings with the key of each record as `pk`.
    """
    own = kept.filter(pl.col("source") == by.source)
    pairs = own.join(told.select(ENTERPRISE, *_renamed("new.")), on=ENTERPRISE)
    said = pairs.filter(
        ((pl.col("told_on") > by.told_on) & _all(_not_new(key) | _is_kept(key) for key in KEYS))
        | ((pl.col("told_on") == by.told_on) & _all(_not_new(key) | _is_same(key) for key in KEYS))
    )
    fresh = told.join(said, on=ENTERPRISE, how="anti", maintain_order="left")
    merged = _merged(fresh, own.filter(pl.col("told_on") == by.told_on))
    earlier = own.filter(pl.col("told_on") <= by.told_on).join(
        merged.select(ENTERPRISE, *_renamed("new.")), on=ENTERPRISE
    )
    superseded = earlier.filter(_all(~_is_kept(key) | ~_not_new(key) for key in KEYS))
    new = merged.select(
        pl.col(ENTERPRISE),
        pl.lit(by.source).alias("source"),
        pl.lit(by.rank, pl.Int64).alias("rank"),
        pl.lit(by.told_on).alias("told_on"),
        *KEYS,
    )
    others = kept.join(superseded, on="pk", how="anti").select(*TELLINGS)
    matter = _that_matter(merged, kept, by)
    return News(
        new,
        superseded.select(ENTERPRISE, "pk").sort(ENTERPRISE, "pk"),
        pl.concat([new, others]).join(matter, on=ENTERPRISE, how="semi"),
    )


def _merged(fresh: pl.DataFrame, same_day: pl.DataFrame) -> pl.DataFrame:
    """What is said, and where it is silent what the source said on the same day."""
    both = fresh.join(
        same_day.select(ENTERPRISE, *_renamed("old.")),
        on=ENTERPRISE,
        how="left",
        maintain_order="left",
    )
    return both.select(ENTERPRISE, *(pl.coalesce(key, f"old.{key}").alias(key) for key in KEYS))


def _that_matter(merged: pl.DataFrame, kept: pl.DataFrame, by: Telling) -> pl.DataFrame:
    """The enterprises of which something is said that nobody who is trusted more says.

    Of the others nothing else is believed: what the new words supersede is of the same source
    and older, so nobody believed that either.
    """
    day, rank = pl.col("told_on"), pl.col("rank")
    as_old = (day == by.told_on) & (pl.col("source") < by.source)
    better = (rank < by.rank) | ((rank == by.rank) & ((day > by.told_on) | as_old))
    others = kept.filter((pl.col("source") != by.source) & better)
    covered = others.group_by(ENTERPRISE).agg(
        pl.col(key).is_not_null().any().alias(f"covered.{key}") for key in KEYS
    )
    both = merged.join(covered, on=ENTERPRISE, how="left")
    open_ = (
        pl.col(key).is_not_null() & ~pl.col(f"covered.{key}").fill_null(value=False) for key in KEYS
    )
    return both.filter(pl.any_horizontal(open_)).select(ENTERPRISE)


def _renamed(prefix: str) -> Sequence[pl.Expr]:
    return [pl.col(key).alias(f"{prefix}{key}") for key in KEYS]


def _all(parts: Iterable[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(list(parts))


def _not_new(key: str) -> pl.Expr:
    return pl.col(f"new.{key}").is_null()


def _is_kept(key: str) -> pl.Expr:
    return pl.col(key).is_not_null()


def _is_same(key: str) -> pl.Expr:
    return (pl.col(key) == pl.col(f"new.{key}")).fill_null(value=False)
