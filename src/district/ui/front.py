"""What systems offer everybody on the public first page: declared by them, drawn by the shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from district.kernel.base.navigation import address_of_view
from district.kernel.registry.ledger import note

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class PublicEntry:
    """A way in that needs no log-in.

    `url_name` is reversed without arguments and must be a public page; `icon` names a Tabler
    outline icon. `primary` makes it the large button; of the others `text` says a little more.
    """

    key: str
    label: StrOrPromise
    url_name: str
    icon: str
    text: StrOrPromise = ""
    primary: bool = False
    order: int = 100


_ENTRIES: dict[str, PublicEntry] = {}


def declare_public_entry(entry: PublicEntry) -> None:
    """Add an entry; declaring the same key twice with other facts is a ValueError."""
    known = _ENTRIES.setdefault(entry.key, entry)
    if (known.url_name, known.order) != (entry.url_name, entry.order):
        raise ValueError(f"public entry {entry.key!r} is declared twice, differently")
    note("public_entry", entry.key)


def public_entries() -> list[tuple[PublicEntry, str]]:
    """All entries with their addresses, the primary ones first, then in their order."""
    ordered = sorted(_ENTRIES.values(), key=lambda each: (not each.primary, each.order, each.key))
    return [(each, url) for each in ordered if (url := address_of_view(each.url_name))]
