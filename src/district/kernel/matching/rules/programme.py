"""Conditions that are asked together, on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from district.kernel.conditions.public import Condition


@dataclass(frozen=True)
class Programme:
    """Conditions by key, and the day on which `today` in them is."""

    conditions: Mapping[str, Condition]
    today: date

    @classmethod
    def of(cls, conditions: Mapping[str, Condition], today: date) -> Programme:
        """The programme of these conditions."""
        return cls(MappingProxyType(dict(conditions)), today)
