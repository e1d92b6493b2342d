"""Reads of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from district.kernel.sessions.models import Session
from district.kernel.sessions.rules import is_over
from district.kernel.sessions.store import ADDRESS, BROWSER, ages, began_at


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that runs, as its owner sees it.

    `handle` names it on a page: a keyed hash of its key, which is as good as a password and is
    shown to nobody.
    """

    handle: str
    browser: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def handle_of(key: str) -> str:
    """What names a session on a page."""
    return salted_hmac("district.sessions", key, algorithm="sha256").hexdigest()[:24]


def open_sessions(user_id: int, this: str | None) -> list[OpenSession]:
    """The running sessions of a log-in, that with the key `this` first, then the last used."""
    now = timezone.now()
    found = []
    for row in Session.objects.filter(user_id=user_id, expire_date__gt=now):
        content = row.content()
        began = began_at(content)
        if is_over(began, row.seen_at, now, ages()):
            continue
        browser, address = str(content.get(BROWSER, "")), str(content.get(ADDRESS, ""))
        key = row.session_key
        found.append(OpenSession(handle_of(key), browser, address, began, row.seen_at, key == this))
    return sorted(found, key=lambda one: (not one.is_this, -one.seen_at.timestamp()))


def key_of(user_id: int, handle: str) -> str | None:
    """The key of the session of this log-in that a page names so; None where there is none."""
    keys = Session.objects.filter(user_id=user_id).values_list("pk", flat=True)
    return next((str(key) for key in keys if handle_of(str(key)) == handle), None)
