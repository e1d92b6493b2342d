"""Rows of bound numbers."""

from __future__ import annotations

from datetime import datetime

from district.kernel.reports.models import Passage, Slot
from district.kernel.reports.selectors.bindings import Binding

_FIELDS = (
    "source", "name", "value", "unit_word", "places", "kind", "year", "growth", "measure_id",
    "unit_id", "period_start", "period_end", "status", "definition_version", "why",
)  # fmt: skip


def slot_row(
    passage: Passage, number: int, binding: Binding, now: datetime, *, apart: bool = False
) -> Slot:
    """A new slot, bound as told; not saved."""
    values = {name: getattr(binding, name) for name in _FIELDS}
    return Slot(passage=passage, number=number, taken_at=now, apart=apart, **values)


def put(slot: Slot, binding: Binding, now: datetime) -> list[str]:
    """Bind a slot anew, not saved; the names of the fields that a save must write."""
    for name in _FIELDS:
        setattr(slot, name, getattr(binding, name))
    slot.taken_at = now
    return [*_FIELDS, "taken_at"]
