"""What parts and systems have declared searchable, by key."""

from __future__ import annotations

from district.kernel.registry.ledger import note
from district.kernel.search.declaration import Searchable

_SEARCHABLES: dict[str, Searchable] = {}


def declare_searchable(declared: Searchable) -> Searchable:
    """Make a searchable known under its key; returns it.

    Called from `declare.py` while Django starts. The owning services then call `index`; rows that
    were there before are indexed by the worker. ValueError where another has the key.
    """
    known = _SEARCHABLES.setdefault(declared.key, declared)
    if known is not declared:
        raise ValueError(f"searchable {declared.key!r} is declared twice")
    note("searchable", declared.key)
    return declared


def searchable_of(key: str) -> Searchable:
    """The searchable of that key; KeyError where nobody declared it."""
    return _SEARCHABLES[key]


def searchables() -> tuple[Searchable, ...]:
    """All of them, by key."""
    return tuple(_SEARCHABLES[key] for key in sorted(_SEARCHABLES))
