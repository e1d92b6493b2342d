"""Sections that systems add to the page of their cases: parties, documents, what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest

from district.kernel.cases.models import Case
from district.kernel.registry.ledger import note

Render = Callable[[HttpRequest, Case], str]


@dataclass(frozen=True)
class CaseSection:
    """A card on the page of the cases of some types, of every type where none is named.

    `render(request, case)` returns safe HTML, or "" where there is nothing to show; the actor may
    see the case, all else it authorises by itself. It costs at most one query, so that the page
    keeps to its ten. `place` is the wide column or the narrow one; `order` sorts from the top.
    """

    key: str
    type_keys: tuple[str, ...]
    render: Render
    place: Literal["main", "side"] = "main"
    order: int = 100


_SECTIONS: dict[str, CaseSection] = {}


def declare_case_section(section: CaseSection) -> None:
    """Add a section; the same key twice with another function is a ValueError."""
    if _SECTIONS.setdefault(section.key, section).render is not section.render:
        raise ValueError(f"case section {section.key!r} is declared twice")
    note("case_section", section.key)


def sections_of(request: HttpRequest, case: Case) -> dict[str, list[str]]:
    """The HTML of every section that has something to show for this case, by its place."""
    drawn: dict[str, list[str]] = {"main": [], "side": []}
    for section in sorted(_SECTIONS.values(), key=lambda one: (one.order, one.key)):
        if not section.type_keys or case.type_key in section.type_keys:
            html = section.render(request, case)
            if html:
                drawn[section.place].append(html)
    return drawn
