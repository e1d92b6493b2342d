"""What the worker does again and again: declared here by the parts, run by the runtime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from district.kernel.registry.ledger import note


@dataclass(frozen=True)
class Periodic:
    """A function that the worker calls every `every`; it must bear being called twice."""

    key: str
    every: timedelta
    run: Callable[[], object]


_DECLARED: dict[str, Periodic] = {}


def declare_periodic(key: str, every: timedelta, run: Callable[[], object]) -> None:
    """Have the worker call `run` at its start and then every `every`.

    Raises ValueError when the key is taken by another function.
    """
    known = _DECLARED.setdefault(key, Periodic(key, every, run))
    if known.run is not run:
        raise ValueError(f"periodic job {key!r} is declared twice")
    note("periodic", key)


def declared() -> tuple[Periodic, ...]:
    """All periodic jobs, in order of declaration."""
    return tuple(_DECLARED.values())
