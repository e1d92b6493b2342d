"""The terms of the duty desk, read from their file. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

RECIPIENTS = ("deputy", "head", "above")
LONGEST_TERM = 24 * 60


@dataclass(frozen=True)
class Rise:
    """One step of a call's ladder: whom it rings, and how long they have."""

    to: str
    after: timedelta


@dataclass(frozen=True)
class Terms:
    """How long everything on the duty desk may take; see terms.toml."""

    opens: timedelta
    hand_over: timedelta
    lapse: timedelta
    call: timedelta
    steps: tuple[Rise, ...]


def read_terms(text: str) -> Terms:
    """The terms of a TOML file; ValueError naming the entry that cannot be taken."""
    data = tomllib.loads(text)
    hand_over, calls = data.get("hand_over", {}), data.get("calls", {})
    steps = tuple(
        Rise(_recipient(row.get("to")), _minutes(row, "minutes")) for row in calls.get("steps", ())
    )
    if not steps:
        raise ValueError("calls.steps: state at least one step")
    return Terms(
        opens=_minutes(hand_over, "opens_minutes"),
        hand_over=_minutes(hand_over, "term_minutes"),
        lapse=_minutes({"lapse_hours": hand_over.get("lapse_hours", 0) * 60}, "lapse_hours"),
        call=_minutes(calls, "term_minutes"),
        steps=steps,
    )


def _recipient(given: Any) -> str:
    if given not in RECIPIENTS:
        raise ValueError(f"calls.steps.to: {given!r} is none of {', '.join(RECIPIENTS)}")
    return str(given)


def _minutes(table: dict[str, Any], key: str) -> timedelta:
    value = table.get(key)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{key}: state a whole number above 0")
    return timedelta(minutes=value)
