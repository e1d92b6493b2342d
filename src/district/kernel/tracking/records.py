"""The words in which other parts speak to tracking: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from district.kernel.history.public import Subject
    from district.kernel.tracking.rules.clock import Term


@dataclass(frozen=True)
class Owner:
    """Who answers: lead and co-units by code, answerable leader and contact by member id."""

    lead_unit: str
    co_units: frozenset[str] = frozenset()
    leader: UUID | None = None
    contact: UUID | None = None


@dataclass(frozen=True)
class ClockSpec:
    """A clock: its calendar's key, and either a term or a stated due time (or neither).

    `starts_at` is now where it is not given. Times are aware.
    """

    calendar: str = "working_days"
    starts_at: datetime | None = None
    due_at: datetime | None = None
    term: Term | None = None


@dataclass(frozen=True)
class Tracking:
    """One subject to be tracked; see `track`."""

    subject: Subject
    title: str
    owner: Owner
    clock: ClockSpec = field(default_factory=ClockSpec)
    theme: str = ""
    url: str = ""
    ladder: str = "standard"
