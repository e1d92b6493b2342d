"""Good rows of a file into the register, some thousand in each transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import polars as pl

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.frames import read_frame
from district.systems.enterprises.importing.checking import ROW
from district.systems.enterprises.importing.columns import CODE
from district.systems.enterprises.importing.raw import insert_frame, update_frame
from district.systems.enterprises.models import Enterprise, Source, SourceRecord
from district.systems.enterprises.rules.facts import FACTS
from district.systems.enterprises.rules.plain import json_texts, plain_columns
from district.systems.enterprises.rules.resolving import Telling
from district.systems.enterprises.rules.weighing import (
    ENTERPRISE,
    PLAIN,
    News,
    believed,
    news,
)
from district.systems.enterprises.selectors.sources import tellings_frame
from district.systems.enterprises.services.believing import believe


@dataclass(frozen=True)
class Terms:
    """What is the same for every row of a run: who said it, as of when, and what day it is.

    `nobody` is the unit that serves enterprises of no known street.
    """

    source: Source
    told_on: date
    today: date
    nobody: str


@dataclass
class Written:
    """What a batch did; `ids` are the enterprises that are new or changed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ids: list[UUID] = field(default_factory=list)


def write_batch(rows: pl.DataFrame, terms: Terms) -> Written:
    """Write some good rows; inside a transaction. The same rows again change nothing: rows are
    known by source, code and day."""
    rows = rows.drop(ROW)
    known = Enterprise.objects.filter(code__in=rows[CODE].to_list())
    there = read_frame(known, ["code", "pk"]).rename({"pk": ENTERPRISE})
    written = Written()
    _add(rows.join(there, on=CODE, how="anti", maintain_order="left"), terms, written)
    if there.height:
        again = plain_columns(rows.join(there, on=CODE, maintain_order="left"))
        _tell(again, terms, written)
    return written


def _add(new: pl.DataFrame, terms: Terms, written: Written) -> None:
    """Enterprises that nobody knew: what the one source says is what is believed."""
    keys = [time_ordered_uuid() for _row in range(new.height)]
    ids = pl.Series("id", [key.hex for key in keys], pl.String)
    insert_frame(Enterprise, _columns(new, terms).with_columns(ids))
    records = (
        json_texts(plain_columns(new))
        .to_frame()
        .with_columns(
            ids.alias("enterprise_id"),
            pl.lit(terms.source.pk).alias("source_id"),
            pl.lit(terms.told_on).alias("told_on"),
        )
    )
    insert_frame(SourceRecord, records)
    written.added += len(keys)
    written.ids += keys


def _columns(new: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Every column of `Enterprise` but its key."""
    columns = [pl.col(CODE)]
    for fact in FACTS:
        if fact.key not in new.columns:
            columns.append(pl.lit(fact.nothing).alias(fact.column))
        elif fact.is_textual:
            columns.append(pl.col(fact.key).fill_null("").alias(fact.column))
        else:
            columns.append(pl.col(fact.key).alias(fact.column))
    street = pl.col("street") if "street" in new.columns else pl.lit(None, pl.String)
    return new.select(
        *columns,
        pl.coalesce(street, pl.lit(terms.nobody)).alias("lead_unit_id"),
        pl.lit("[]").alias("qualifications"),
        pl.lit(terms.today).alias("added_on"),
        pl.lit(0).alias("version"),
    )


def _tell(rows: pl.DataFrame, terms: Terms, written: Written) -> None:
    """Enterprises that the register knows ({enterprise, facts in plain form}): what is said anew
    is weighed against the others."""
    silent = [pl.lit(None, kind).alias(key) for key, kind in PLAIN.items() if key not in rows]
    told = rows.with_columns(silent).select(ENTERPRISE, *PLAIN)
    by = Telling(terms.source.key, terms.source.rank, terms.told_on, {})
    kept = tellings_frame([UUID(key) for key in told[ENTERPRISE].to_list()])
    found = news(told, kept, by)
    changed = believe(believed(found.weighed), terms.today, terms.nobody)
    _keep(found, terms)
    written.changed += len(changed)
    written.unchanged += told.height - len(changed)
    written.ids += changed


def _keep(found: News, terms: Terms) -> None:
    """Note what was said: over a record that it supersedes where there is one, else beside."""
    told = found.told.select(ENTERPRISE, "told_on", json_texts(found.told))
    over = found.superseded.group_by(ENTERPRISE).agg(pl.col("pk").min().alias("id"))
    gone = found.superseded.join(over, left_on="pk", right_on="id", how="anti")["pk"].to_list()
    # First those that are superseded twice over: two records of a day may not stand side by side.
    for at in range(0, len(gone), 500):
        SourceRecord.objects.filter(pk__in=gone[at : at + 500]).delete()
    update_frame(SourceRecord, told.join(over, on=ENTERPRISE).drop(ENTERPRISE))
    beside = told.join(over, on=ENTERPRISE, how="anti").rename({ENTERPRISE: "enterprise_id"})
    insert_frame(SourceRecord, beside.with_columns(pl.lit(terms.source.pk).alias("source_id")))
