"""What the worker does again and again: declared here by the parts, run by the runtime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from district.kernel.registry.ledger import note

#: Lanes: the worker runs the jobs of each in a thread of its own, so that nothing that people wait
#: for stands behind a computation of minutes.
PROMPT, DELIVERY, LONG = "prompt", "delivery", "long"
LANES = (PROMPT, DELIVERY, LONG)
#: What is called more often than this is prompt.
_PROMPT = timedelta(minutes=1)


@dataclass(frozen=True)
class Periodic:
    """A function that the worker calls every `every`; it must bear being called twice."""

    key: str
    every: timedelta
    run: Callable[[], object]
    #: One of LANES.
    lane: str = PROMPT


_DECLARED: dict[str, Periodic] = {}


def declare_periodic(
    key: str, every: timedelta, run: Callable[[], object], *, lane: str = ""
) -> None:
    """Have the worker call `run` at its start and then every `every`, one after another with the
    jobs of its lane: PROMPT where that is less than a minute, otherwise LONG, or the one given.

    Raises ValueError when the key is taken by another function.
    """
    lane = lane or (PROMPT if every < _PROMPT else LONG)
    known = _DECLARED.setdefault(key, Periodic(key, every, run, lane))
    if known.run is not run:
        raise ValueError(f"periodic job {key!r} is declared twice")
    note("periodic", key)


def declared() -> tuple[Periodic, ...]:
    """All periodic jobs, in order of declaration."""
    return tuple(_DECLARED.values())
