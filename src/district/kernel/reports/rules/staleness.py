"""What of a bound number changed since it was taken. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

What = Literal["gone", "value", "unit", "period", "status", "definition"]


class Bindable(Protocol):
    """What of a binding decides whether it still stands."""

    @property
    def value(self) -> object: ...
    @property
    def unit_word(self) -> str: ...
    @property
    def growth(self) -> bool: ...
    @property
    def measure_id(self) -> str | None: ...
    @property
    def unit_id(self) -> str | None: ...
    @property
    def period_end(self) -> object: ...
    @property
    def status(self) -> str: ...
    @property
    def definition_version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed, the weightiest first; nothing where the number stands."""

    what: tuple[What, ...] = ()

    @property
    def is_stale(self) -> bool:
        """Whether anything changed."""
        return bool(self.what)


def compare(old: Bindable, new: Bindable | None) -> Compared:
    """How a number that was taken differs from what is bound now; None: nothing is."""
    if new is None:
        return Compared(("gone",))
    asked: tuple[tuple[What, bool], ...] = (
        ("value", old.value != new.value),
        ("unit", (old.unit_word, old.growth) != (new.unit_word, new.growth)),
        (
            "period",
            (old.measure_id, old.unit_id, old.period_end)
            != (new.measure_id, new.unit_id, new.period_end),
        ),
        ("status", old.status != new.status),
        ("definition", old.definition_version != new.definition_version),
    )
    return Compared(tuple(what for what, differs in asked if differs))
