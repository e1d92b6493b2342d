"""Facts weighed anew for many enterprises at once, as when a source is trusted otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.matching.public import note_changed
from district.kernel.search.public import index
from district.systems.enterprises.models import (
    Enterprise,
    NameRecord,
    PastState,
    SourceRecord,
)
from district.systems.enterprises.names import ENTERPRISES, POPULATION
from district.systems.enterprises.rules.facts import FACTS, Plain, from_plain, values_of
from district.systems.enterprises.rules.resolving import Telling, resolve
from district.systems.enterprises.selectors.catalogue import service_unit

_BATCH = 1000
#: Fields that every change writes; beside them only those that changed in some row.
_ALWAYS = ("lead_unit", "version")


def weigh_anew_later() -> None:
    """Leave it to the worker to weigh every enterprise anew."""
    from district.systems.enterprises import jobs  # which calls what stands here

    jobs.weigh_all_anew.enqueue()


def weigh_all_anew() -> int:
    """Weigh every enterprise anew, some in each transaction; returns how many changed.

    What is weighed already changes nothing, so it may be ended and begun again.
    """
    changed = 0
    for keys in _batches():
        changed += weigh_anew(keys)
    return changed


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
    """Write what is believed of some enterprises; returns how many changed."""
    locked = Enterprise.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    rows = {row.pk: row for row in locked.order_by("pk")}
    tellings: dict[UUID, list[Telling]] = {key: [] for key in rows}
    records = SourceRecord.objects.filter(enterprise_id__in=keys).select_related("source")
    for one in records:
        telling = Telling(one.source.key, one.source.rank, one.told_on, one.values)
        tellings[one.enterprise_id].append(telling)
    changes = Changes(clock.today(), service_unit())
    for key, row in rows.items():
        changes.weigh(row, {k: one.value for k, one in resolve(tellings[key]).items()})
    changes.write()
    note_changed(POPULATION, [row.pk for row in changes.rows])
    index(ENTERPRISES, [row.pk for row in changes.rows])
    return len(changes.rows)


class Changes:
    """What weighing many enterprises anew changes, written in a few statements."""

    def __init__(self, today: date, nobody: str) -> None:
        self.until = today - timedelta(days=1)
        self.nobody = nobody
        self.rows: list[Enterprise] = []
        self.fields: set[str] = set(_ALWAYS)
        self.past: dict[UUID, dict[str, Plain | None]] = {}
        self.names: list[NameRecord] = []

    def weigh(self, row: Enterprise, believed: dict[str, Plain]) -> bool:
        """Set a row to what is believed; whether anything changed."""
        before = values_of(row)
        believed.setdefault("name", str(before["name"]))
        changed = {
            key: before.get(key)
            for key in before.keys() | believed.keys()
            if before.get(key) != believed.get(key)
        }
        lead_unit = str(believed.get("street", "")) or self.nobody
        if not changed and row.lead_unit_id == lead_unit:
            return False
        for fact in FACTS:
            if fact.key in changed:
                setattr(row, fact.column, from_plain(fact, believed.get(fact.key)))
                self.fields.add(fact.column.removesuffix("_id"))
        row.lead_unit_id = lead_unit
        row.version += 1
        self.rows.append(row)
        if changed and row.added_on <= self.until:
            self.past[row.pk] = changed
        if "name" in changed:
            name = NameRecord(enterprise_id=row.pk, name=str(before["name"]), until=self.until)
            self.names.append(name)
        return True

    def write(self) -> None:
        """Write the rows, what they were, and the names that they bore."""
        update_many(self.rows, sorted(self.fields))
        there = list(PastState.objects.filter(enterprise_id__in=list(self.past), until=self.until))
        for past in there:
            past.values = {**self.past.pop(past.enterprise_id), **past.values}
        update_many(there, ["values"])
        PastState.objects.bulk_create(
            (
                PastState(enterprise_id=key, until=self.until, values=values)
                for key, values in self.past.items()
            ),
            batch_size=_BATCH,
        )
        NameRecord.objects.bulk_create(self.names, batch_size=_BATCH, ignore_conflicts=True)
