"""What rules say: an episode is raised, an episode is released. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

Kind = Literal["raised", "released"]
_NAMESPACE = uuid.UUID("6f0d3f2e-4f5b-5d0e-9a53-5b8f0d8c2a71")
#: So many readings at most are kept with a transition.
MOST_EVIDENCE = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """The latest evaluated reading of a stream: event time in microseconds since 1970 UTC."""

    stream: int
    time: int
    value: float


@dataclass(frozen=True, slots=True)
class Transition:
    """An episode of a rule's version in a group begins or ends.

    `time` is the event time of the moment that decided it and `raised_at` that of the episode's
    beginning (microseconds since 1970 UTC), `position` the frame that made it known. `evidence`
    are the latest readings, at that moment, of the streams that the rule reads;
    `out_of_order` is how many readings of the group came too late for this rule so far.
    """

    kind: Kind
    rule: str
    version: str
    group: str
    time: int
    raised_at: int
    position: int
    evidence: tuple[Evidence, ...]
    out_of_order: int

    @property
    def episode(self) -> uuid.UUID:
        """The episode's key: the same whoever computes it, on whatever engine."""
        return episode_key(self.version, self.group, self.raised_at)

    @property
    def order(self) -> tuple[int, str, str, str, bool]:
        """The order of the transitions of one frame; nothing that matters hangs on it."""
        return (self.time, self.rule, self.version, self.group, self.kind != "raised")


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An episode that was open when its rule, its version or its group went away."""

    version: str
    group: str
    raised_at: int

    @property
    def episode(self) -> uuid.UUID:
        """The key of the episode that nothing will release any more."""
        return episode_key(self.version, self.group, self.raised_at)


def episode_key(version: str, group: str, raised_at: int) -> uuid.UUID:
    """The key of the episode that a rule's version raised in a group at an event time."""
    return uuid.uuid5(_NAMESPACE, f"{version}/{raised_at}/{group}")
