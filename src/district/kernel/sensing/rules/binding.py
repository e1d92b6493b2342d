"""Rules bound to the groups that they are applied to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from district.kernel.sensing.batches import Frame
from district.kernel.sensing.rules.declaration import Rule
from district.kernel.sensing.rules.groups import Groups
from district.kernel.sensing.rules.transitions import Transition, Withdrawn

#: A time before all times; no difference to a time of ours overflows.
NEVER = -(1 << 62)


@dataclass(frozen=True)
class Binding:
    """A rule's version and the groups that it is applied to."""

    rule: Rule
    groups: Groups


class Evaluator(Protocol):
    """What both executions offer. Frames come in the order of their positions, each once."""

    def apply(self, bindings: Sequence[Binding]) -> list[Withdrawn]:
        """From the next frame on evaluate these rules in these groups, and no others.

        A rule's version in a group that stays as it was keeps its state. Gives the episodes that
        nothing will release any more. Raises ValueError where a version is bound twice or a role
        that must be one stream is several.
        """

    def take(self, frame: Frame) -> list[Transition]:
        """What the frame raises and releases."""


def check_bindings(bindings: Sequence[Binding]) -> None:
    """Raise ValueError where a rule's version is bound twice."""
    versions = [binding.rule.version for binding in bindings]
    if len(set(versions)) != len(versions):
        raise ValueError("a rule's version is bound twice")
