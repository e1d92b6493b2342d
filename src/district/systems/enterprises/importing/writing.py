"""Good rows of a file into the register, some thousand in each transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl

from district.kernel.base.bulk import update_many
from district.kernel.base.fields import time_ordered_uuid
from district.systems.enterprises.importing.checking import ROW
from district.systems.enterprises.importing.columns import CODE
from district.systems.enterprises.importing.plain import plain_texts
from district.systems.enterprises.importing.raw import insert_frame
from district.systems.enterprises.models import Enterprise, Source, SourceRecord
from district.systems.enterprises.rules.facts import FACTS, Plain
from district.systems.enterprises.rules.resolving import (
    Telling,
    is_outdated,
    resolve,
    superseded,
)
from district.systems.enterprises.services.believing import Changes


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
    rows = rows.drop(ROW).with_columns(plain_texts(rows))
    codes = rows[CODE].to_list()
    there = dict(Enterprise.objects.filter(code__in=codes).values_list("code", "pk"))
    written = Written()
    new = rows.filter(~pl.col(CODE).is_in(list(there)))
    _add(new, terms, written)
    if there:
        values = dict(
            rows.filter(pl.col(CODE).is_in(list(there))).select(CODE, "values").iter_rows()
        )
        told = {there[code]: json.loads(text) for code, text in values.items()}
        _tell(told, terms, written)
    return written


def _add(new: pl.DataFrame, terms: Terms, written: Written) -> None:
    """Enterprises that nobody knew: what the one source says is what is believed."""
    keys = [time_ordered_uuid() for _row in range(new.height)]
    ids = pl.Series("id", [key.hex for key in keys], pl.String)
    insert_frame(Enterprise, _columns(new, terms).with_columns(ids))
    records = new.select("values").with_columns(
        ids.alias("enterprise_id"),
        pl.lit(terms.source.pk).alias("source_id"),
        pl.lit(terms.told_on).alias("told_on"),
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


def _tell(told: Mapping[UUID, Mapping[str, Plain]], terms: Terms, written: Written) -> None:
    """Enterprises that the register knows: what is said anew is weighed against the others."""
    kept = _kept(list(told))
    news: dict[UUID, Telling] = {}
    for key, values in told.items():
        new = Telling(terms.source.key, terms.source.rank, terms.told_on, values)
        if not _is_said(new, kept.get(key, ())):
            news[key] = new
    written.unchanged += len(told) - len(news)
    if not news:
        return
    for key, new in news.items():
        news[key] = _merged(new, kept.get(key, []))
    heard_of = [key for key, new in news.items() if _may_matter(new, kept.get(key, []))]
    rows = Enterprise.objects.select_for_update(of=("self",)).filter(pk__in=heard_of)
    changes = Changes(terms.today, terms.nobody)
    for row in rows.order_by("pk"):
        old, new = kept.get(row.pk, []), news[row.pk]
        gone = superseded(new, [one for _key, one in old])
        heard = [one for _key, one in old if one not in gone]
        believed = {key: one.value for key, one in resolve([new, *heard]).items()}
        changes.weigh(row, believed)
    changes.write()
    _keep(news, kept, terms)
    changed = [row.pk for row in changes.rows]
    written.changed += len(changed)
    written.unchanged += len(news) - len(changed)
    written.ids += changed


Kept = list[tuple[int, Telling]]


def _kept(keys: Sequence[UUID]) -> dict[UUID, Kept]:
    """What every source said of some enterprises, with the key of each record."""
    found: dict[UUID, Kept] = {}
    records = SourceRecord.objects.filter(enterprise_id__in=keys).values_list(
        "pk", "enterprise_id", "source__key", "source__rank", "told_on", "values"
    )
    for pk, enterprise, source, rank, told_on, values in records:
        found.setdefault(enterprise, []).append((pk, Telling(source, rank, told_on, values)))
    return found


def _is_said(new: Telling, kept: Sequence[tuple[int, Telling]]) -> bool:
    """Whether the source said exactly this, or more, on that day or said all of it anew later."""
    if is_outdated(new, [one for _key, one in kept]):
        return True
    return any(
        one.source == new.source
        and one.told_on == new.told_on
        and new.values.items() <= one.values.items()
        for _key, one in kept
    )


def _may_matter(new: Telling, kept: Sequence[tuple[int, Telling]]) -> bool:
    """Whether anything of it may be believed: not where others that are trusted more say all of
    it. What it supersedes then is not believed either, being of the same source and older."""
    others = [one for _key, one in kept if one.source != new.source and one.trust < new.trust]
    return not all(any(key in one.values for one in others) for key in new.values)


def _merged(new: Telling, kept: Sequence[tuple[int, Telling]]) -> Telling:
    """With what its source said on the same day in another file."""
    for _key, one in kept:
        if one.source == new.source and one.told_on == new.told_on:
            return Telling(new.source, new.rank, new.told_on, {**one.values, **new.values})
    return new


def _keep(news: Mapping[UUID, Telling], kept: Mapping[UUID, Kept], terms: Terms) -> None:
    """Note what was said: over a record that it supersedes where there is one, else beside."""
    over: list[SourceRecord] = []
    beside: list[SourceRecord] = []
    gone: list[int] = []
    for key, new in news.items():
        old = kept.get(key, [])
        past = superseded(new, [one for _key, one in old])
        keys = [pk for pk, one in old if one in past]
        values: dict[str, Any] = {"values": dict(new.values), "told_on": new.told_on}
        if keys:
            over.append(SourceRecord(pk=keys[0], **values))
            gone += keys[1:]
        else:
            beside.append(SourceRecord(enterprise_id=key, source=terms.source, **values))
    # First those that are superseded twice over: two records of a day may not stand side by side.
    for at in range(0, len(gone), 500):
        SourceRecord.objects.filter(pk__in=gone[at : at + 500]).delete()
    update_many(over, ["values", "told_on"])
    SourceRecord.objects.bulk_create(beside, batch_size=1000)
