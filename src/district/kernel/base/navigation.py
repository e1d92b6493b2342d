"""The shell's navigation: parts and systems declare their entries, the shell draws them.

Plain Python without models, so that every `declare.py` may import it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from django.http import HttpRequest
from django.urls import (
    NoReverseMatch,
    URLResolver,
    get_resolver,
    get_script_prefix,
    get_urlconf,
    reverse,
)
from django.utils.translation import gettext_lazy as _

from district.kernel.registry.ledger import note

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Section:
    """A titled group of entries; `order` sorts groups from the top."""

    key: str
    label: StrOrPromise
    order: int


@dataclass(frozen=True)
class NavItem:
    """One entry of the side rail.

    `url_name` is reversed without arguments; `icon` names a Tabler outline icon; `keys` is the
    letter after g that goes there; `phone` puts the entry into the phone's bottom bar (at most
    four fit, lowest `order` first); `visible(request)` hides it from those who may not open it
    and must not query the database.
    """

    key: str
    label: StrOrPromise
    url_name: str
    icon: str
    section: str = "plan"
    order: int = 100
    keys: str = ""
    phone: bool = False
    visible: Callable[[HttpRequest], bool] | None = None


@dataclass(frozen=True)
class SearchBox:
    """Where the search field of the top bar sends `q`."""

    url_name: str
    placeholder: StrOrPromise


@dataclass(frozen=True)
class Link:
    """An entry as one request sees it."""

    item: NavItem
    url: str
    current: bool


_SECTIONS: dict[str, Section] = {}
_ITEMS: dict[str, NavItem] = {}
_search: list[SearchBox] = []


def declare_section(section: Section) -> None:
    """Add a group, or replace the one of the same key."""
    _SECTIONS[section.key] = section


def declare(item: NavItem) -> None:
    """Add an entry; declaring the same key twice with other facts is a ValueError."""
    known = _ITEMS.get(item.key)
    if known is not None and (known.url_name, known.order) != (item.url_name, item.order):
        raise ValueError(f"navigation entry {item.key!r} is declared twice, differently")
    if item.keys:
        taken = [i.key for i in _ITEMS.values() if i.keys == item.keys and i.key != item.key]
        if taken:
            raise ValueError(f"key g {item.keys} of {item.key!r} already goes to {taken[0]!r}")
    _ITEMS[item.key] = item
    note("navigation", item.key)


def declare_search(url_name: str, placeholder: StrOrPromise) -> None:
    """Let the top bar's search field open `url_name` with `q`; the last declaration holds."""
    _search[:] = [SearchBox(url_name, placeholder)]


def declared() -> tuple[NavItem, ...]:
    """All entries, in the order of the rail."""
    return tuple(sorted(_ITEMS.values(), key=_place))


def _place(item: NavItem) -> tuple[int, str, int, str]:
    section = _SECTIONS.get(item.section)
    return (section.order if section else 1000, item.section, item.order, item.key)


#: Addresses by the installation's own, which do not change in a process; every page asks for all.
_ADDRESSES: WeakKeyDictionary[URLResolver, dict[tuple[str, str], str | None]] = WeakKeyDictionary()


def address_of_view(url_name: str) -> str | None:
    """The address of a view without arguments; None where this installation has it not."""
    known = _ADDRESSES.setdefault(get_resolver(get_urlconf()), {})
    key = (url_name, get_script_prefix())
    if key not in known:
        try:
            known[key] = reverse(url_name)
        except NoReverseMatch:  # a test names it; a page must not fail over it
            known[key] = None
    return known[key]


def links(request: HttpRequest) -> list[Link]:
    """The entries this request may see; the one whose address fits the path best is current."""
    seen = [
        (item, url)
        for item in declared()
        if (item.visible is None or item.visible(request))
        and (url := address_of_view(item.url_name)) is not None
    ]
    best = max((url for _, url in seen if request.path.startswith(url)), key=len, default=None)
    return [Link(item, url, url == best) for item, url in seen]


def sections(entries: list[Link]) -> list[tuple[str, list[Link]]]:
    """The entries under their groups' titles, in order."""
    grouped = groupby(entries, key=lambda link: link.item.section)
    return [
        (str(_SECTIONS[key].label) if key in _SECTIONS else "", list(group))
        for key, group in grouped
    ]


def search_box() -> tuple[str, str] | None:
    """Address and placeholder of the top bar's search field, if a part declared one."""
    if not _search:
        return None
    url = address_of_view(_search[0].url_name)
    return (url, str(_search[0].placeholder)) if url else None


for _section in (
    Section("plan", _("计划"), 10),
    Section("work", _("办理"), 20),
    Section("base", _("基础资料"), 30),
    Section("system", _("系统管理"), 40),
):
    declare_section(_section)
