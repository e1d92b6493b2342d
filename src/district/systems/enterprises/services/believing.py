"""What is believed of enterprises, written: the one way, for one enterprise or a million."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import polars as pl
from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.frames import read_frame
from district.kernel.matching.public import note_changed
from district.kernel.search.public import index
from district.systems.enterprises.importing.raw import update_frame
from district.systems.enterprises.models import Enterprise, NameRecord
from district.systems.enterprises.names import ENTERPRISES, POPULATION
from district.systems.enterprises.rules.facts import BY_KEY, FACTS
from district.systems.enterprises.rules.plain import (
    as_kept,
    json_object,
    json_value,
    plain_columns,
)
from district.systems.enterprises.rules.weighing import ENTERPRISE, KEYS, believed
from district.systems.enterprises.selectors.catalogue import service_unit
from district.systems.enterprises.selectors.sources import tellings_frame
from district.systems.enterprises.services.past import keep_past

_BATCH = 5000


def weigh_anew_later() -> None:
    """Leave it to the worker to weigh every enterprise anew."""
    from district.systems.enterprises import jobs  # which calls what stands here

    jobs.weigh_all_anew.enqueue()


def weigh_all_anew() -> int:
    """Weigh every enterprise anew, some in each transaction; returns how many changed.

    What is weighed already changes nothing, so it may be ended and begun again.
    """
    return sum(weigh_anew(keys) for keys in _batches())


def _batches() -> Iterator[list[UUID]]:
    after: UUID | None = None
    while True:
        rows = Enterprise.objects.order_by("pk")
        rows = rows.filter(pk__gt=after) if after else rows
        keys = list(rows.values_list("pk", flat=True)[:_BATCH])
        if not keys:
            return
        yield keys
        after = keys[-1]


@transaction.atomic
def weigh_anew(keys: Sequence[UUID]) -> int:
    """Write what is believed of some enterprises, and tell of it; returns how many changed."""
    changed = weigh(keys)
    note_changed(POPULATION, changed)
    index(ENTERPRISES, changed)
    return len(changed)


def weigh(keys: Sequence[UUID]) -> list[UUID]:
    """Weigh what every source says of some enterprises; inside a transaction, telling nobody.

    Returns those that changed.
    """
    return believe(believed(tellings_frame(keys)), clock.today(), service_unit())


def believe(found: pl.DataFrame, today: date, nobody: str) -> list[UUID]:
    """Write what is believed of some enterprises, and keep what it replaces; returns the keys of
    those that changed.

    `found` is what `rules.weighing.believed` gives. A name that nobody says any more stays.
    `nobody` is the unit that serves enterprises of no known street. Inside a transaction; the
    rows are locked. A few statements however many they are, and one prepared one of those that
    changed.
    """
    if not found.height:
        return []
    turned = _turned(found, nobody)
    if not turned.height:
        return []
    keys = [UUID(key) for key in turned[ENTERPRISE].to_list()]
    changed = [key for key in KEYS if turned[f"changed.{key}"].any()]
    update_frame(
        Enterprise,
        turned.select(
            pl.col(ENTERPRISE).alias("id"),
            pl.col("new.lead_unit").alias("lead_unit_id"),
            pl.col("version") + 1,
            *(as_kept(BY_KEY[key], pl.col(f"new.{key}")).alias(BY_KEY[key].column)
              for key in changed),
        ),
    )  # fmt: skip
    _keep_past(turned, changed, today)
    _keep_names(turned, today)
    return keys


def _turned(found: pl.DataFrame, nobody: str) -> pl.DataFrame:
    """Those of whom something else is believed now: each fact as it is, as `new.<key>` it is to
    be, and as `changed.<key>` whether these differ."""
    new = found.select(ENTERPRISE, *(pl.col(key).alias(f"new.{key}") for key in KEYS))
    both = _known([UUID(key) for key in found[ENTERPRISE].to_list()]).join(
        new, on=ENTERPRISE, maintain_order="left"
    )
    both = both.with_columns(
        pl.coalesce("new.name", "name").alias("new.name"),
        pl.coalesce("new.street", pl.lit(nobody)).alias("new.lead_unit"),
    )
    both = both.with_columns(
        pl.col(f"new.{key}").ne_missing(pl.col(key)).alias(f"changed.{key}") for key in KEYS
    )
    differs = pl.any_horizontal(*(f"changed.{key}" for key in KEYS))
    return both.filter(differs | (pl.col("new.lead_unit") != pl.col("lead_unit_id")))


def _known(keys: Sequence[UUID]) -> pl.DataFrame:
    """What is believed of them so far, in plain form; locks the rows, lowest key first."""
    rows = Enterprise.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    columns = {fact.column: fact.key for fact in FACTS}
    frame = read_frame(rows, ["pk", "lead_unit_id", "added_on", "version", *columns])
    return plain_columns(frame.rename({"pk": ENTERPRISE, **columns}))


def _keep_past(turned: pl.DataFrame, changed: Sequence[str], today: date) -> None:
    if not changed:
        return
    differs = pl.any_horizontal(*(f"changed.{key}" for key in changed))
    rows = turned.filter(differs & (pl.col("added_on") < today))
    parts = [
        pl.when(f"changed.{key}").then(
            pl.lit(f'"{key}": ') + pl.coalesce(json_value(BY_KEY[key], pl.col(key)), pl.lit("null"))
        )
        for key in changed
    ]
    taken = rows.select(ENTERPRISE, json_object(parts).alias("values"))
    keep_past({UUID(key): text for key, text in taken.iter_rows()}, today)


def _keep_names(turned: pl.DataFrame, today: date) -> None:
    renamed = turned.filter("changed.name").select(ENTERPRISE, "name")
    until = today - timedelta(days=1)
    NameRecord.objects.bulk_create(
        (
            NameRecord(enterprise_id=UUID(key), name=name, until=until)
            for key, name in renamed.iter_rows()
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
