"""Measures whose values a system records from rows of its own: nobody files or revises them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from district.kernel.registry.ledger import note


@dataclass(frozen=True)
class Provided:
    """What a measure's values are recorded from: its name in the reader's language, and the page
    on which it stands with every vintage. The day on which a period ends, in ISO form, is an
    anchor of that page. `unit` is the measure's, `is_growth` whether it is growth."""

    name: str
    url: str
    unit: str = ""
    is_growth: bool = False


# () -> the measures that a system provides now, by key; at most one query every few seconds.
Providing = Callable[[], Mapping[str, Provided]]

_DECLARED: dict[str, Providing] = {}


def declare_provided_measures(key: str, providing: Providing) -> None:
    """Have `providing` say which measures a system records values of by itself.

    Unlike a computed measure's, their values are told for many periods at a time and are revised
    by whoever told them. Raises ValueError when another function has the key.
    """
    if _DECLARED.setdefault(key, providing) is not providing:
        raise ValueError(f"provider of measures {key!r} is declared twice")
    note("measure_provider", key)


def provided_measures() -> dict[str, Provided]:
    """Every measure that a system provides, by key."""
    found: dict[str, Provided] = {}
    for key in sorted(_DECLARED):
        found |= _DECLARED[key]()
    return found


def provider_of(measure_key: str) -> Provided | None:
    """What a measure's values are recorded from; None where units file it or a system counts it."""
    return provided_measures().get(measure_key)
