"""What reads a measure: parts above say so, so that nobody ends one that is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Use:
    """Something in hand that reads a measure's values, and where it is to be seen."""

    title: str
    url: str


# (measure key) -> what reads it now; one query. The titles are shown to all who see the measure.
UsedBy = Callable[[str], Sequence[Use]]

_DECLARED: dict[str, UsedBy] = {}


def declare_use(key: str, used_by: UsedBy) -> None:
    """Have `used_by` say what reads a measure; the same key with another function: ValueError."""
    if _DECLARED.setdefault(key, used_by) is not used_by:
        raise ValueError(f"use of measures {key!r} is declared twice")


def uses_of(measure_key: str) -> list[Use]:
    """Everything in hand that reads this measure."""
    return [use for key in sorted(_DECLARED) for use in _DECLARED[key](measure_key)]
