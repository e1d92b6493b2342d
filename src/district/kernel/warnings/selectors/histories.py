"""The history of a warning or draft as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from district.kernel.history.public import Subject, events_of


@dataclass(frozen=True)
class Told:
    """An event: when, what, who where it was somebody, and the units that it is about."""

    at: datetime
    label: str
    who: str
    unit: str
    note: str


def history_of(subject: Subject, names: Mapping[str, str], limit: int) -> list[Told]:
    """The newest events, the newest first; `names` are those of units by code. One query.

    What happened to several units in the same minute is one line.
    """
    told: list[Told] = []
    for event in events_of(subject, limit):
        # The product's own parts are called by their keys, which tell a reader nothing.
        who = event.actor.name if event.actor.name != event.actor.id else ""
        unit = names.get(str(event.data.get("unit", "")), "")
        one = Told(event.at, event.label, who, unit, event.note)
        last = told[-1] if told else None
        if last is not None and unit and _together(last, one):
            told[-1] = replace(last, unit="、".join((unit, last.unit)))
        else:
            told.append(one)
    return told


def _together(last: Told, one: Told) -> bool:
    same = (last.label, last.who, last.note) == (one.label, one.who, one.note)
    return same and bool(last.unit) and abs(last.at - one.at) < timedelta(minutes=1)
