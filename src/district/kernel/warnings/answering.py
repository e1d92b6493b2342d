"""Who answers for a unit now: systems that know it say so here; else it is head and officers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from district.kernel.registry.ledger import note

#: (units, moment) -> the members who answer for each unit then, the first one first. A unit that it
#: does not know is left out. Must cost a few queries for all units together.
Provider = Callable[[Sequence[str], datetime], Mapping[str, Sequence[UUID]]]

_PROVIDERS: dict[str, Provider] = {}


def declare_answering(key: str, provider: Provider) -> None:
    """Have `provider` say who answers for a unit; ValueError when another function has the key."""
    if _PROVIDERS.setdefault(key, provider) is not provider:
        raise ValueError(f"who answers is declared twice by {key!r}")
    note("answering", key)


def providers() -> list[Provider]:
    """All declared providers, in order of declaration; the first that knows a unit is believed."""
    return list(_PROVIDERS.values())
