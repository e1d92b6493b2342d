"""What systems foresee of measures: they say it here, so that the kernel asks no system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from district.kernel.registry.ledger import note
from district.kernel.reports.rules.outcome import Outlook

# (measure keys, year) -> what is foreseen of the year's outturn and planned for the next year, by
# measure key; a fixed number of queries.
Foreseeing = Callable[[Sequence[str], int], Mapping[str, Outlook]]

_DECLARED: dict[str, Foreseeing] = {}


def declare_outlook(key: str, foreseeing: Foreseeing) -> None:
    """Have `foreseeing` say what a system foresees of its measures.

    Raises ValueError when another function has the key.
    """
    if _DECLARED.setdefault(key, foreseeing) is not foreseeing:
        raise ValueError(f"outlook {key!r} is declared twice")
    note("outlook", key)


def outlooks(measures: Sequence[str], year: int) -> dict[str, Outlook]:
    """What is foreseen of these measures."""
    found: dict[str, Outlook] = {}
    for key in sorted(_DECLARED):
        found |= _DECLARED[key](measures, year)
    return found
