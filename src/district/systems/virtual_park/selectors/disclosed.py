"""What firms have opened to other firms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from district.systems.virtual_park.models import Firm


@dataclass(frozen=True)
class Disclosed:
    """What a firm says others may see: its products and services, whom to call; `is_findable`
    that who looks for suppliers or buyers may find it by its public products."""

    shows_products: bool = False
    products: str = ""
    shows_contact: bool = False
    contact: str = ""
    is_findable: bool = False


def disclosed(enterprises: Iterable[str]) -> Mapping[str, Disclosed]:
    """What enterprises (ids as text) have opened, what they have not opened left out; a firm that
    opened nothing, sleeps, or is represented by nobody is not there. One query."""
    rows = Firm.objects.filter(
        enterprise__in=list(enterprises), asleep_since=None, mandates__ended_at=None
    ).distinct()
    found = {}
    for row in rows:
        shown = Disclosed(
            row.shows_products,
            row.products if row.shows_products else "",
            row.shows_contact,
            row.contact if row.shows_contact else "",
            row.is_findable,
        )
        if shown.shows_products or shown.shows_contact or shown.is_findable:
            found[row.enterprise] = shown
    return found
