"""What a commitment still lacks before it can be active. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lack = Literal["lead_unit", "leader", "contact", "deadline", "measure", "target"]


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a commitment: what is there."""

    kind: str
    has_lead_unit: bool
    has_leader: bool
    has_contact: bool
    has_deadline: bool
    has_measure: bool
    has_value: bool


def lacks(facts: Facts) -> tuple[Lack, ...]:
    """The missing parts, in the order in which a planner settles them."""
    missing: list[Lack] = []
    if not facts.has_lead_unit:
        missing.append("lead_unit")
    if not facts.has_leader:
        missing.append("leader")
    if not facts.has_contact:
        missing.append("contact")
    if not facts.has_deadline:
        missing.append("deadline")
    if facts.kind in ("indicator", "quantity"):
        if not facts.has_value:
            missing.append("target")
        if not facts.has_measure:
            missing.append("measure")
    return tuple(missing)
