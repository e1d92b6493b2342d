"""Who decides the light of which kind of subject: providers, cut-offs and ladders, declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from district.kernel.registry.ledger import note
from district.kernel.tracking.models import TrackedRow
from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.ladder import STANDARD, Ladder
from district.kernel.tracking.rules.light import (
    DEFAULT_POLICY,
    LightPolicy,
    LightVerdict,
    Reason,
    deadline_light,
)

State = TrackedRow.State


class Timed(Protocol):
    """What of a tracked row its clock's light depends on."""

    @property
    def pk(self) -> UUID: ...
    @property
    def subject_type(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def due_provisional(self) -> bool: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def calendar_id(self) -> str: ...


@dataclass(frozen=True)
class LightContext:
    """What a provider may lean on: the moment and the calendars, read once for many rows.

    `paused_at` maps a paused row to the start of its open pause.
    """

    now: datetime
    calendars: Mapping[str, Calendar]
    paused_at: Mapping[UUID, datetime]

    def calendar(self, row: Timed) -> Calendar:
        """The row's calendar."""
        return self.calendars[row.calendar_id]

    def policy(self, row: Timed) -> LightPolicy:
        """The cut-offs for the row's kind of subject."""
        return light_policy(row.subject_type)

    def deadline(self, row: Timed) -> LightVerdict:
        """The light of the row's clock alone; done is green, cancelled is no data."""
        if row.state == State.CANCELLED:
            return LightVerdict("none", (Reason("deadline.cancelled"),))
        return deadline_light(
            row.due_at,
            self.now,
            self.calendar(row),
            done_at=row.closed_at if row.state == State.DONE else None,
            paused_at=self.paused_at.get(row.pk) if row.state == State.PAUSED else None,
            provisional=row.due_provisional,
            policy=self.policy(row),
            starts_at=row.starts_at,
        )


# (open or paused rows of one kind of subject, context) -> verdict by row key. A row left out
# keeps to its deadline. Must cost a few queries for all rows together.
Provider = Callable[[Sequence[TrackedRow], LightContext], Mapping[UUID, LightVerdict]]
_P = TypeVar("_P", bound=Provider)

_PROVIDERS: dict[str, Provider] = {}
_POLICIES: dict[str, LightPolicy] = {}
_LADDERS: dict[str, Ladder] = {STANDARD.key: STANDARD}


def light_provider(subject_type: str) -> Callable[[_P], _P]:
    """Have the decorated function decide the lights of rows of this subject type.

    Raises ValueError when another function does.
    """

    def declare(provider: _P) -> _P:
        if _PROVIDERS.setdefault(subject_type, provider) is not provider:
            raise ValueError(f"lights of {subject_type!r} have a provider already")
        note("light_provider", subject_type)
        return provider

    return declare


def provider_of(subject_type: str) -> Provider | None:
    """The declared provider; None where the deadline alone decides."""
    return _PROVIDERS.get(subject_type)


def declare_light_policy(subject_type: str, policy: LightPolicy) -> LightPolicy:
    """Give a kind of subject cut-offs of its own; ValueError when it has other ones already."""
    if _POLICIES.setdefault(subject_type, policy) != policy:
        raise ValueError(f"cut-offs of {subject_type!r} are declared already")
    note("light_policy", subject_type)
    return policy


def light_policy(subject_type: str) -> LightPolicy:
    """The cut-offs for a kind of subject; the defaults where none are declared."""
    return _POLICIES.get(subject_type, DEFAULT_POLICY)


def declare_ladder(ladder: Ladder) -> Ladder:
    """Make an urging ladder known under its key; ValueError when another one has it."""
    if _LADDERS.setdefault(ladder.key, ladder) != ladder:
        raise ValueError(f"ladder {ladder.key!r} is declared already")
    note("ladder", ladder.key)
    return ladder


def ladder_of(key: str) -> Ladder:
    """The ladder with this key; the standard one where nobody declared it (any more)."""
    return _LADDERS.get(key, STANDARD)
