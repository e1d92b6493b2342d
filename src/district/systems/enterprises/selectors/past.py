"""How things stood at the end of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from district.systems.enterprises.models import Enterprise, PastState
from district.systems.enterprises.rules.facts import BY_KEY, FACTS, from_plain

_CHUNK = 2000
#: Attributes that are no facts, and where they stand.
_OTHERS = {"code": "code", "qualifications": "qualifications"}


def past(day: date) -> Iterator[tuple[UUID, Mapping[str, Any]]]:
    """Every enterprise that the register knew at the end of `day`, with its values by attribute
    key as they stood then; a value that nobody knew is not there.

    Walks the whole register in chunks, two statements a chunk.
    """
    rows = Enterprise.objects.filter(added_on__lte=day).order_by("pk")
    for chunk in _chunks(rows):
        undone = _undone([row.pk for row in chunk], day)
        for row in chunk:
            values = {fact.key: getattr(row, fact.column) for fact in FACTS}
            values |= {key: getattr(row, column) for key, column in _OTHERS.items()}
            for key, plain in undone.get(row.pk, {}).items():
                values[key] = from_plain(BY_KEY[key], plain) if key in BY_KEY else plain
            yield row.pk, {k: v for k, v in values.items() if v is not None and v != ""}


def _chunks(rows: QuerySet[Enterprise]) -> Iterator[list[Enterprise]]:
    after: UUID | None = None
    while True:
        chunk = list((rows.filter(pk__gt=after) if after else rows)[:_CHUNK])
        if not chunk:
            return
        yield chunk
        after = chunk[-1].pk


def _undone(keys: list[UUID], day: date) -> dict[UUID, dict[str, Any]]:
    """What later changes took away: of each fact what the first change after the day took."""
    found: dict[UUID, dict[str, Any]] = {}
    states = PastState.objects.filter(enterprise_id__in=keys, until__gte=day).order_by("-until")
    for key, values in states.values_list("enterprise_id", "values"):
        found.setdefault(key, {}).update(values)
    return found
