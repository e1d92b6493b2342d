"""When a project has landed, and in which band it counts. Pure.

The condition is the district's (`rules.settings`); here it is asked of a project's values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from district.kernel.conditions.public import All, Condition, describe, explain, to_text

#: Bands of landed projects: from (including) and below (not), in 万元; None is no bound.
BANDS: Mapping[str, tuple[Decimal, Decimal | None]] = {
    "100m": (Decimal(10_000), None),
    "1b_3b": (Decimal(100_000), Decimal(300_000)),
    "3b": (Decimal(300_000), None),
}


@dataclass(frozen=True)
class ClauseVerdict:
    """One clause of the condition: as people read it, as the file writes it, how it stands."""

    words: str
    text: str
    outcome: str


@dataclass(frozen=True)
class Landing:
    """Whether a project has landed: `outcome` is holds, fails or unknown."""

    outcome: str
    clauses: tuple[ClauseVerdict, ...]
    values: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        """Whether every clause is known to hold."""
        return self.outcome == "holds"


def landing_values(
    *,
    registered: bool,
    status: str,
    street: str,
    founded_on: date | None,
    capital: Decimal | None,
    agreed: Decimal | None,
    signed_on: date | None,
) -> dict[str, Any]:
    """What the condition may ask of a project; None is not known.

    Of an entity that is not in the register only that is known.
    """
    return {
        "registered": registered,
        "status": status or None,
        "in_district": True if street else None,
        "founded_on": founded_on,
        "founded_after": founded_on >= signed_on if founded_on and signed_on else None,
        "capital": capital,
        "agreed": agreed,
    }


def landing_of(condition: Condition, values: Mapping[str, Any], today: date) -> Landing:
    """The condition asked of a project, clause by clause, none cut short."""
    found = explain(condition, values, today=today)
    parts = found.clauses if isinstance(found.condition, All) else (found,)
    clauses = tuple(
        ClauseVerdict(describe(one.condition), to_text(one.condition), one.outcome) for one in parts
    )
    return Landing(found.outcome, clauses, values)


def counted_amount(agreed: Decimal | None, subscribed: Decimal | None) -> Decimal | None:
    """By what a landed project falls into a band: the larger of the investment agreed on and the
    capital subscribed, in 万元; None where neither is known."""
    return max((one for one in (agreed, subscribed) if one is not None), default=None)


def in_band(amount: Decimal | None, band: str) -> bool:
    """Whether an amount in 万元 lies in a band of BANDS."""
    least, below = BANDS[band]
    return amount is not None and amount >= least and (below is None or amount < below)


def growth(now: int, before: int) -> Decimal | None:
    """By how much it grew, in percent; None where there was nothing to grow from."""
    return Decimal(now - before) * 100 / before if before else None
