"""Who listens: the member behind a session's cookie, and what they may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from district.kernel.cases.public import Sight, sight_of
from district.kernel.organisation.public import acting_as, permitted_somewhere


@dataclass(frozen=True)
class Who:
    """A member, and what they may see as of now; `may` are the actions that were asked for and
    that they may do on anything."""

    member: str
    sight: Sight
    may: frozenset[str] = frozenset()


def who_listens(session_key: str, asked: Collection[str] = ()) -> Who | None:
    """The active member whose session it is; None for everybody else. Three queries.

    The session is read as a page reads it, its hash of the password included, and is not
    prolonged by listening.
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    request.user = get_user(request)
    if request.user.pk is None:
        return None
    with acting_as(request) as actor:
        if actor.kind != "member":
            return None
        may = frozenset(action for action in asked if permitted_somewhere(actor, action))
        return Who(actor.id, sight_of(actor), may)
