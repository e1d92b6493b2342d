"""Tracking what was made in the same transaction: one statement, with the first light in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.inserting import insert
from district.kernel.tracking.models import TrackedRow
from district.kernel.tracking.providers import LightContext, provider_of
from district.kernel.tracking.records import Tracking
from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.selectors.calendars import calendars
from district.kernel.tracking.services.lights import light_values
from district.kernel.tracking.services.rows import new_row


@transaction.atomic(savepoint=False)
def begin(
    items: Sequence[Tracking], *, known: Mapping[str, Calendar] | None = None
) -> list[TrackedRow]:
    """Begin tracking subjects of the calling part that are new in this transaction.

    Unlike `track` it asks for no right and looks for no row that is there already: the caller
    has authorised the making of the subject, and its own event in history tells of the clock.
    `known` are calendars read before; without them they cost two statements. Raises Invalid for
    an unknown calendar or a deadline before the start, ValueError for a subject type whose light
    a provider decides, or where there are co-units.
    """
    found = calendars({item.clock.calendar for item in items}) if known is None else known
    now = clock.now()
    context = LightContext(now, found, {})
    rows = []
    for item in items:
        if provider_of(item.subject.type) is not None or item.owner.co_units:
            raise ValueError(f"{item.subject.type} is tracked by `track`, not begun")
        row = new_row(item, found, now)
        for name, value in light_values(context.deadline(row)).items():
            setattr(row, name, value)
        rows.append(row)
    insert(rows)
    return rows
