"""What every page's shell needs; costs at most one query, and only where the bell is drawn."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from district.kernel.base import clock, navigation
from district.kernel.base.errors import NotFound

SCHEMES = ("auto", "light", "dark")
SCHEME_COOKIE = "scheme"


def scheme_of(request: HttpRequest) -> str:
    """The colour scheme kept in the reader's cookie: auto, light or dark."""
    kept = request.COOKIES.get(SCHEME_COOKIE, "auto")
    return kept if kept in SCHEMES else "auto"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the shell; navigation and the unread count are worked out if used."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    member = getattr(request, "member", None)
    signed_in = bool(user and user.is_authenticated)
    links = navigation.links(request) if signed_in else []
    # The phone's bar holds four: those declared for it, then the rail's first.
    phone = sorted(links, key=lambda link: not link.item.phone)[:4]
    return {
        "signed_in": signed_in,
        "member": member,
        "name": _localised(_names(member)) if member else str(user or ""),
        "district": _district(member),
        "links": links,
        # A template calls it, where the navigation is not at hand from another page.
        "sections": partial(navigation.sections, links),
        "phone": sorted(phone, key=links.index),
        "search": navigation.search_box() if signed_in else None,
        "unread": SimpleLazyObject(lambda: _unread(member)),
        "language": get_language() or settings.LANGUAGE_CODE,
        "languages": settings.LANGUAGES,
        "scheme": scheme_of(request),
        "demo_time": timezone.localtime(clock.now()) if clock.is_demo() else None,
    }


def _district(member: Any) -> str:
    """The district's own name in the reader's language; a member's row brings it along."""
    if member is not None:
        return _localised((member.district_name or "", member.district_name_en or ""))
    from district.kernel.organisation.public import root_names

    try:
        return _localised(root_names())
    except NotFound:  # no units are loaded yet
        return ""


def _names(named: Any) -> tuple[str, str]:
    return getattr(named, "name", "") or "", getattr(named, "name_en", "") or ""


def _localised(names: tuple[str, str]) -> str:
    chinese, english = names
    return english if english and get_language() == "en" else chinese


def _unread(member: Any) -> int:
    if member is None or not apps.is_installed("district.kernel.notifications"):
        return 0
    from district.kernel.notifications.public import unread_count

    return int(unread_count(member))
