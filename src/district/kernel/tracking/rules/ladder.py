"""The urging ladder: which steps a light has made due. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from district.kernel.tracking.rules.calendars import Calendar
from district.kernel.tracking.rules.clock import elapsed
from district.kernel.tracking.rules.verdict import SEVERITY, Light

Recipient = Literal["handler", "head", "above", "leader"]


@dataclass(frozen=True)
class Step:
    """Tell `to` once the light has been `light` or worse for `after_working_days`.

    handler: the contact, or the lead unit's officers; head: the lead unit's head; above: the
    head of the unit above it and the answerable leader; leader: that leader alone, the lead
    unit's head where none is named.
    """

    key: str
    light: Light
    to: Recipient
    after_working_days: int = 0

    def __post_init__(self) -> None:
        if self.light not in ("yellow", "red"):
            raise ValueError("only a yellow or red light urges")
        if self.after_working_days < 0:
            raise ValueError("working days must not be negative")


@dataclass(frozen=True)
class Ladder:
    """Steps in order, each taken at most once an episode; ValueError when a key repeats."""

    key: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if len({step.key for step in self.steps}) != len(self.steps):
            raise ValueError(f"ladder {self.key!r}: every step needs a key of its own")


STANDARD = Ladder(
    "standard",
    (
        Step("handler", "yellow", "handler"),
        Step("head", "red", "head"),
        Step("above", "red", "above", after_working_days=3),
    ),
)


def due_steps(
    ladder: Ladder,
    light: Light,
    light_since: datetime,
    now: datetime,
    calendar: Calendar,
    taken: Collection[str],
) -> tuple[Step, ...]:
    """The steps to take now: their light is shown (or a worse one), long enough, not taken yet."""
    steps = []
    for step in ladder.steps:
        if step.key in taken or SEVERITY[light] < SEVERITY[step.light]:
            continue
        # A worse light than the step's has in any case lasted since it turned.
        if step.after_working_days <= elapsed(light_since, now, "working_days", calendar):
            steps.append(step)
    return tuple(steps)
