"""What every page's shell needs; costs at most one query, and only where the bell is drawn."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from district.kernel.base import clock
from district.ui import navigation

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
    phone = [link for link in links if link.item.phone][:4]
    return {
        "signed_in": signed_in,
        "member": member,
        "name": str(member or user or ""),
        "district": settings.DISTRICT_NAME,
        "links": links,
        "sections": navigation.sections(links),
        "phone": phone or links[:4],
        "search": navigation.search_box() if signed_in else None,
        "unread": SimpleLazyObject(lambda: _unread(member)),
        "language": get_language() or settings.LANGUAGE_CODE,
        "languages": settings.LANGUAGES,
        "scheme": scheme_of(request),
        "demo_time": timezone.localtime(clock.now()) if clock.is_demo() else None,
    }


def _unread(member: Any) -> int:
    if member is None:
        return 0
    try:
        from district.kernel.notifications.public import unread_count
    except ImportError:  # this installation runs without notifications
        return 0
    return int(unread_count(member))
