"""The words in which other parts speak to measures: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class MeasureSpec:
    """A measure as a declaration or a plan states it; see `models.Measure` for the words.

    `definition` is what it counts (口径).
    """

    key: str
    name: str
    name_en: str = ""
    unit: str = ""
    decimals: int = 2
    basis: str = "absolute"
    span: str = "year_to_date"
    prices: str = ""
    frequency: str = "monthly"
    direction: str = "higher"
    aggregation: str = "flow"
    source: str = "department"
    definition: str = ""


@dataclass(frozen=True)
class DutySpec:
    """A unit files a measure; `since` is the earliest period end that is owed."""

    measure: str
    unit: str
    since: date
    frequency: str = "monthly"
    days_after: int = 5
    contact: UUID | None = None
    active: bool = True
