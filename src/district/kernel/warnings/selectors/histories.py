"""The history of a warning or draft as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from district.kernel.history.public import Subject, events_of


@dataclass(frozen=True)
class Told:
    """An event: when, what, who where it was somebody, and the unit that it is about."""

    at: datetime
    label: str
    who: str
    unit: str
    note: str


def history_of(subject: Subject, names: Mapping[str, str], limit: int) -> list[Told]:
    """The newest events, the newest first; `names` are those of units by code. One query."""
    return [
        Told(
            event.at,
            event.label,
            # The product's own parts are called by their keys, which tell a reader nothing.
            event.actor.name if event.actor.name != event.actor.id else "",
            names.get(str(event.data.get("unit", "")), ""),
            event.note,
        )
        for event in events_of(subject, limit)
    ]
