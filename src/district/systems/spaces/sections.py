"""Sections that other systems add to a parcel's page: what is to be built there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from district.kernel.registry.ledger import note

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class ParcelSection:
    """A card on the page of a parcel.

    `render(request, code)` returns safe HTML, or "" where there is nothing to show or the member
    may not see it; it authorises by itself and costs at most two queries. `order` sorts from the
    top.
    """

    key: str
    label: StrOrPromise
    render: Callable[[HttpRequest, str], str]
    order: int = 100


_sections: dict[str, ParcelSection] = {}


def declare_parcel_section(section: ParcelSection) -> None:
    """Add a section; the same key twice with another function is a ValueError."""
    known = _sections.setdefault(section.key, section)
    if known.render is not section.render:
        raise ValueError(f"parcel section {section.key!r} is declared twice")
    note("parcel_section", section.key)


def parcel_sections_of(request: HttpRequest, code: str) -> list[tuple[str, str]]:
    """Label and HTML of every section that has something to show for this parcel."""
    ordered = sorted(_sections.values(), key=lambda one: (one.order, one.key))
    drawn = [(str(one.label), one.render(request, code)) for one in ordered]
    return [(label, html) for label, html in drawn if html]
