"""Ending sessions. Whoever calls has authorised it."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from district.kernel.sessions.models import Session
from district.kernel.sessions.selectors import key_of
from district.kernel.sessions.store import ages


def end_sessions(user_id: int | None, *, but: str | None = None) -> int:
    """End all sessions of a log-in, except that with the key `but`; how many.

    Part of the caller's transaction.
    """
    if user_id is None:
        return 0
    count, _by_table = Session.objects.filter(user_id=user_id).exclude(pk=but or "").delete()
    return count


def end_one_session(user_id: int, handle: str) -> bool:
    """End the session of this log-in that a page names so; whether there was one."""
    key = key_of(user_id, handle)
    return key is not None and bool(Session.objects.filter(pk=key).delete()[0])


def forget_ended() -> int:
    """Delete sessions that have ended; how many. May run again and again."""
    now = timezone.now()
    idle = Q(user__isnull=False, seen_at__lte=now - ages().idle)
    count, _by_table = Session.objects.filter(Q(expire_date__lte=now) | idle).delete()
    return count
