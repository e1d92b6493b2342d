"""What was loaded before, kept in history itself, so that it goes when the database goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from district.kernel.history.public import Actor, Subject, events_of, record

LOADER = Actor.system("loading")
_MOST = 100_000


@dataclass(frozen=True)
class Mark:
    """One state of a district's data: the fingerprint of its folder, with or without its demo."""

    fingerprint: str
    demo: bool


@dataclass(frozen=True)
class Played:
    """Which acts of the demo were played, by key, and the moment of the last one."""

    keys: frozenset[str]
    until: datetime | None


def last_mark(code: str) -> Mark | None:
    """What was loaded last for the district with this code; None before the first time."""
    found = events_of(Subject("loading.district", code), limit=1)
    if not found:
        return None
    return Mark(str(found[0].data["fingerprint"]), bool(found[0].data["demo"]))


@transaction.atomic
def note_mark(code: str, mark: Mark) -> None:
    """Note that this state is loaded now; the same one again leaves no event."""
    if last_mark(code) != mark:
        record(
            Subject("loading.district", code),
            "loading.district.loaded",
            {"fingerprint": mark.fingerprint, "demo": mark.demo},
            actor=LOADER,
        )


def played(code: str) -> Played:
    """What of the district's demo was played so far."""
    events = events_of(Subject("loading.demo", code), limit=_MOST)
    keys = frozenset(key for event in events for key in event.data["acts"])
    moments = [datetime.fromisoformat(event.data["until"]) for event in events]
    return Played(keys, max(moments, default=None))


def note_played(code: str, keys: Iterable[str], until: datetime) -> None:
    """Note acts as played, in the transaction that plays them."""
    record(
        Subject("loading.demo", code),
        "loading.demo.played",
        {"acts": sorted(keys), "until": until.isoformat()},
        actor=LOADER,
    )
