"""Django's database store, whose rows know their user and end by themselves."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError
from django.utils import timezone

from district.kernel.base.prepared import Prepared
from district.kernel.sessions.models import Session
from district.kernel.sessions.rules import Ages, is_over

#: Where a session of somebody logged in keeps when it began (seconds since 1970, UTC), and from
#: where and by what it was begun.
BEGAN, ADDRESS, BROWSER = "sessions.began", "sessions.address", "sessions.browser"


#: What is read of a session that has not expired; every page does.
_READ = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_data", "user_id", "seen_at"
    ),
    {"key": "?", "now": datetime(1, 1, 2, tzinfo=UTC)},
    {
        "key": Session._meta.get_field("session_key"),
        "now": Session._meta.get_field("expire_date"),
    },
)


def noted_every() -> timedelta:
    """So often the moment of the last use is written down: a twentieth of what may pass."""
    return ages().idle / 20


def ages() -> Ages:
    """How long sessions last, as the installation sets it."""
    return Ages(settings.DISTRICT_SESSION_IDLE, settings.DISTRICT_SESSION_LONGEST)


def began_at(content: dict[str, Any]) -> datetime:
    """When the session began; 1970 where it does not say."""
    seconds = content.get(BEGAN)
    return datetime.fromtimestamp(seconds if isinstance(seconds, int) else 0, UTC)


class SessionStore(DatabaseStore):
    """A session in the table of this part.

    One of somebody logged in ends when it is idle or old: then it is as if it were not there.
    Others end when they expire, as Django's do. Whoever reads a session does not prolong it;
    `note_seen` does.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of this part."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to be written, with its user and the moment; one that says not when it began
        begins now."""
        if data.get(SESSION_KEY):
            data.setdefault(BEGAN, int(time.time()))
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]  # the stubs know Django's own table alone
        whose = str(data.get(SESSION_KEY, ""))
        row.user_id = int(whose) if whose.isdigit() else None
        row.seen_at = timezone.now()
        return row

    def load(self) -> dict[str, Any]:
        """What the session carries; nothing where it has ended. One query."""
        now = timezone.now()
        row = next(_READ.rows(key=self.session_key, now=now), None)
        if row is None:
            self._session_key = None
            return {}
        data, user_id, seen_at = row
        content: dict[str, Any] = self.decode(data)
        if user_id is not None:
            if is_over(began_at(content), seen_at, now, ages()):
                self._session_key = None
                return {}
            self.seen_at = seen_at
        return content

    async def aload(self) -> dict[str, Any]:
        """As `load`, for code that may not wait."""
        return await sync_to_async(self.load)()

    def note_seen(self) -> None:
        """Write down that the session is in use, now and then: one statement then.

        A page is not refused because this cannot be written, as while SQLite is busy.
        """
        now = timezone.now()
        if self.seen_at is not None and now - self.seen_at >= noted_every():
            with suppress(OperationalError):
                Session.objects.filter(pk=self.session_key).update(seen_at=now)
            self.seen_at = now

    @classmethod
    def clear_expired(cls) -> None:
        """Delete what has ended, for Django's own command."""
        from district.kernel.sessions.services import forget_ended

        forget_ended()
