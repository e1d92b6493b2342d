"""One row for each session, as Django keeps them, and whose it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class Session(AbstractBaseSession):
    """A session: `user` where somebody is logged in, and when it was last used.

    Moments are the machine's, not the product's clock: waiting is real also in a demo.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=True
    )
    seen_at = models.DateTimeField(default=timezone.now)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The store that reads and writes these rows."""
        from district.kernel.sessions.store import SessionStore

        return SessionStore

    def content(self) -> dict[str, Any]:
        """What the session carries; empty where it was not written under this secret key."""
        return dict(self.get_decoded())
