"""What a session is told when somebody logs in by it."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from district.kernel.sessions.rules import browser_of
from district.kernel.sessions.store import BEGAN, BROWSER


@receiver(user_logged_in, dispatch_uid="district.sessions.begin")
def begin(request: HttpRequest | None = None, **_more: Any) -> None:
    """Note when it began and in which browser; the address is added by who knows proxies."""
    if request is not None and hasattr(request, "session"):
        request.session[BEGAN] = int(time.time())
        request.session[BROWSER] = browser_of(request.headers.get("User-Agent", "")[:400])
