"""What people set by hand, and what is said when it cannot be met. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: The whole of a dimension, or the whole year.
ALL = ""
#: How many quanta any number may have: sums of them stay far below 64 bits.
MOST = 10**15


@dataclass(frozen=True)
class Node:
    """A number of the decomposition: a stretch of the year and a member of each dimension.

    `first` and `last` are months, 1 to 12; `primary` and `secondary` members, ALL for the whole.
    """

    first: int = 1
    last: int = 12
    primary: str = ALL
    secondary: str = ALL

    @property
    def is_year(self) -> bool:
        """Whether it speaks of the whole year."""
        return (self.first, self.last) == (1, 12)


@dataclass(frozen=True)
class Wish:
    """A number that stays as it was set ("fixed"), or that is not fallen below ("floor").

    `value` is in quanta, not negative.
    """

    node: Node
    kind: Literal["fixed", "floor"]
    value: int


@dataclass(frozen=True)
class Conflict:
    """Wishes that cannot all be met.

    `node` is the number that is too small or too large for its parts, `parts` are the wishes that
    stand against it. `have` is what there is, `need` what the parts take together, both in
    quanta: with `need` above `have` there is too little, below it too much.
    """

    node: Node
    parts: tuple[Node, ...]
    have: int
    need: int

    @property
    def gap(self) -> int:
        """By how much they miss each other, in quanta; above 0."""
        return abs(self.need - self.have)


class InfeasibleError(ValueError):
    """The wishes cannot be met; `conflicts` say which and by how much."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(f"{len(conflicts)} conflicts")
