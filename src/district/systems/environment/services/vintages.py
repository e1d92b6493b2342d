"""Writing computed results: what is as it was stays, what differs is another vintage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from district.kernel.history.public import Actor, Entry, Subject, record_many
from district.systems.environment.models import Vintage

Row = TypeVar("Row", bound=Vintage)
_PLACES = Decimal("0.000001")
_NOT_COMPARED = frozenset({"id", "number", "is_current", "computed_at"})


@transaction.atomic
def keep(
    model: type[Row],
    identity: Sequence[str],
    wanted: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    actor: Actor,
    within: Mapping[str, Any],
    ends: Callable[[Row], date] | None = None,
) -> list[Row]:
    """Make the current results those wanted; returns those that are new.

    `identity` are the columns that say what a result is about, `within` the lookup that finds all
    current rows which any of them may replace. `ends` tells the last day of what a result is
    about: one that was computed before that day was over was of what there was so far, and gives
    way without a vintage. What replaced a settled value is in history; the database refuses a
    second current row for the same.
    """
    known = {
        _key(identity, row): row
        for row in model._default_manager.select_for_update(of=("self",)).filter(
            is_current=True, **within
        )
    }
    new, gone, passed = [], [], []
    for values in wanted:
        row = model(computed_at=at, **values)
        before = known.get(_key(identity, row))
        if before is not None and _same(before, row):
            continue
        if before is not None and ends is not None and _was_running(before, ends(before)):
            row.number = before.number
            passed.append(before.pk)
        elif before is not None:
            row.number = before.number + 1
            gone.append(before.pk)
        new.append(row)
    model._default_manager.filter(pk__in=passed).delete()
    model._default_manager.filter(pk__in=gone).update(is_current=False)
    model._default_manager.bulk_create(new, batch_size=500)
    replaced = {_key(identity, row) for row in known.values() if row.pk in gone}
    revised = [
        Entry(
            Subject(f"environment.{model._meta.model_name}", str(row.pk)),
            "environment.result.revised",
            {"of": [str(part) for part in _key(identity, row)], "vintage": row.number},
        )
        for row in new
        if row.number > 1 and _key(identity, row) in replaced
    ]
    if revised:
        record_many(revised, actor=actor)
    return new


def _was_running(before: Vintage, last: date) -> bool:
    return timezone.localtime(before.computed_at).date() <= last


def _key(identity: Sequence[str], row: Vintage) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in identity)


def _same(before: Vintage, after: Vintage) -> bool:
    names = [
        field.attname for field in before._meta.concrete_fields if field.name not in _NOT_COMPARED
    ]
    return all(_plain(getattr(before, name)) == _plain(getattr(after, name)) for name in names)


def _plain(value: Any) -> Any:
    """As the database keeps it: six places of a number."""
    return value.quantize(_PLACES) if isinstance(value, Decimal) else value
