"""Sections that other parts add to a unit's page: its commitments, its filings, its cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from district.kernel.organisation.models import Unit
from district.kernel.registry.ledger import note

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class UnitSection:
    """A card on the page of a unit.

    `render(request, unit)` returns safe HTML, or "" where there is nothing to show or the member
    may not see it; it authorises by itself and costs at most two queries. `order` sorts from
    the top.
    """

    key: str
    label: StrOrPromise
    render: Callable[[HttpRequest, Unit], str]
    order: int = 100


_sections: dict[str, UnitSection] = {}


def declare_unit_section(section: UnitSection) -> None:
    """Add a section; the same key twice with another function is a ValueError."""
    known = _sections.setdefault(section.key, section)
    if known.render is not section.render:
        raise ValueError(f"unit section {section.key!r} is declared twice")
    note("unit_section", section.key)


def sections_of(request: HttpRequest, unit: Unit) -> list[tuple[str, str]]:
    """Label and HTML of every section that has something to show for this unit."""
    ordered = sorted(_sections.values(), key=lambda one: (one.order, one.key))
    drawn = [(str(one.label), one.render(request, unit)) for one in ordered]
    return [(label, html) for label, html in drawn if html]
