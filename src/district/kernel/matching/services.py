"""Telling of changes in a population.

The owning system's services call these inside the transaction in which they authorised and made
the change, so that neither is ever committed without the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Sum

from district.kernel.base import clock
from district.kernel.matching.models import Change
from district.kernel.matching.positions import mark_unfinished
from district.kernel.matching.store import Id, population_spec, population_specs

#: Keys in one row of the table of changes.
_AT_ONCE = 1000
#: Beyond so many changed entities a copy is read anew sooner than patched.
MOST_ENTITIES = 200_000
KEPT = timedelta(days=2)


@transaction.atomic
def note_changed(key: str, ids: Iterable[Id]) -> None:
    """Note that entities were added, changed or taken out, so that every copy reads them again.

    Call it inside the transaction of the change. Raises NotFound for an unknown population.
    """
    population_spec(key)
    entities = sorted({str(one) for one in ids})
    if not entities:
        return
    if len(entities) > MOST_ENTITIES:
        note_all_changed(key)
        return
    parts = [entities[at : at + _AT_ONCE] for at in range(0, len(entities), _AT_ONCE)]
    Change.objects.bulk_create(_change(key, part) for part in parts)
    mark_unfinished(key)


@transaction.atomic
def note_all_changed(key: str) -> None:
    """Note that any entity may have changed, after a bulk import say: copies are read anew."""
    population_spec(key)
    Change.objects.bulk_create([_change(key, None)])
    mark_unfinished(key)


def _change(key: str, entities: list[str] | None) -> Change:
    return Change(
        population=key,
        entities=entities,
        count=len(entities or ()),
        nonce=secrets.token_hex(8),
        at=clock.now(),
    )


@transaction.atomic
def prune_changes() -> int:
    """Drop the changes that are old, or more than a copy would be patched with; how many rows.

    The newest of those dropped stays as one that says that anything may have changed: a copy
    that had not read it is read anew.
    """
    dropped = 0
    for spec in population_specs():
        rows = Change.objects.filter(population=spec.key)
        last = rows.filter(at__lt=clock.now() - KEPT).order_by("-pk").first()
        held = rows.aggregate(entities=Sum("count"))["entities"] or 0
        if held > MOST_ENTITIES:
            last = rows.order_by("-pk").first()
        if last is None:
            continue
        dropped += rows.filter(pk__lt=last.pk).delete()[0]
        if last.entities is not None:
            last.entities, last.count = None, 0
            last.save(update_fields=["entities", "count"])
    return dropped
